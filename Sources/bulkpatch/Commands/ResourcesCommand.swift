import ArgumentParser
import Catalog
import Console
import JSON
import Patches
import Reports
import Runs
import Sites
import Staging

/// The command `bulkpatch resources [NAME]`: lists a resource's attributes as a sheet's header spells them, or saves
/// what a site adds to them.
struct ResourcesCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "resources",
    abstract: "List the resources, or the attributes of one; save what a site adds to them.")

  static let manual = Manual(
    examples: [
      "bulkpatch resources": "every resource this version knows",
      "bulkpatch resources incidents": "the columns that a sheet of incidents can have",
      "bulkpatch resources incidents --json": "the same, for a program",
      "bulkpatch resources incidents --site production --save production-overlay.json":
        "what the site adds: custom fields, menus, titles, lengths, and what it lacks",
      "bulkpatch resources incidents --overlay production-overlay.json":
        "the columns that a sheet of incidents can have at that site",
      "bulkpatch resources CO.Services --site production --save production-overlay.json":
        "a custom object, which only the site describes",
    ],
    notes: """
      --save reads the site's metadata and writes an overlay: a JSON file, sorted, to be kept under version control. A
      site file or a job names it with 'overlay'. Several resources of a site share one file: each call replaces its own
      entry. Disagreements between site and catalogue are printed.
      A resource that the catalogue does not have can be saved, too, and then used like the others, under rules of its
      own that 'run' prints: what its attributes do is not known.
      """,
    exitCodes: [
      (.success, "the catalogue was printed, or the overlay was written"),
      (.usage, "unknown resource or wrong arguments"),
    ]
      + [.noSuchFile, .unreachable, .inputOutput, .tryLater, .refused, .configuration].map {
        ($0, "--save, --site or --overlay: \($0.meaning)")
      })

  @Argument(
    help: ArgumentHelp("A resource, such as incidents.", valueName: "name"),
    completion: .list(ResourceType.all.map(\.ownName)))
  var name: String?

  @Option(
    help: ArgumentHelp("Write what the site adds to the catalogue into this file.", valueName: "file"),
    completion: .file())
  var save: String?

  @Option(
    help: ArgumentHelp(
      "With --save, the attribute that names a record in URLs, where the site does not say.",
      valueName: "attribute"))
  var key: String?

  @OptionGroup(title: "Site") var site: SettingArguments<ResourceSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func validate() throws {
    guard save == nil || name != nil else { throw ValidationError("--save needs the name of a resource") }
    guard site.given.isEmpty || name != nil else {
      throw ValidationError("--site and --overlay need the name of a resource")
    }
    guard save == nil || !site.given.contains(where: { $0.name == "overlay" }) else {
      throw ValidationError("--save and --overlay exclude each other: the overlay is what --save writes")
    }
    guard key == nil || save != nil else { throw ValidationError("--key needs --save") }
  }

  func run() throws {
    let output = Output.standardOutput()
    if let name {
      guard let asked = ResourceName(name) else { throw RunPlan.unknown(name) }
      if let save { return try write(asked, to: save) }
      let resource = try RunPlan.resourceOfSite(asked, flags: site.given)
      output.write(global.wantsJSON ? resource.json.text(.indented(2)) + "\n" : resource.table)
    } else if global.wantsJSON {
      output.write(ResourceType.all.json.text(.indented(2)) + "\n")
    } else {
      output.write(ResourceType.all.table)
    }
    try output.finish()
  }

  private func write(_ name: ResourceName, to path: String) throws {
    let choice = try SiteChoice(
      site.given + [RunRequest.Flag("resource", [name.text])], readsOverlay: false, isDescribed: true)
    // A file that is no overlay is not replaced, and the site is not asked in vain.
    var file = try OverlayFile(toWrite: path)
    let reading = try OverlayReading(
      of: choice.catalogue, at: choice.makeSite(), spelt: choice.site.attributeNames, key: key)
    file.overlay.resources[name.name] = reading.overlay
    try file.write()
    for note in reading.notes { say("note: \(note.printable())\n") }
    for disagreement in reading.disagreements { say("note: \(disagreement.text(place: path))") }
    let output = Output.standardOutput()
    let counts = OverlayCounts(reading.overlay, of: choice.catalogue)
    output.write(
      global.wantsJSON
        ? counts.json(of: path).text() + "\n"
        : "\(path.printable()): \(name.name): \(counts.text)\n")
    try output.finish()
  }

  private func say(_ text: String) { if !global.isQuiet { Output.toStandardError(text) } }
}

/// The numbers of an overlay, for people and programs.
private struct OverlayCounts {
  /// The attributes that only the site has.
  let added: Int
  let absent: Int
  let menus: Int

  init(_ overlay: ResourceOverlay, of catalogue: ResourceType) {
    added = overlay.attributes.keys.count { catalogue.kind(at: $0) == nil }
    absent = overlay.absent.count
    menus = overlay.attributes.values.count { !$0.values.isEmpty }
  }

  var text: String {
    "attributes of the site's own: \(Quantity.count(added)), attributes that it does not have: "
      + "\(Quantity.count(absent)), menus and lookups: \(Quantity.count(menus))"
  }

  func json(of path: String) -> JSONObject {
    [
      "file": .string(path), "added": .integer(Int64(added)), "absent": .integer(Int64(absent)),
      "menus": .integer(Int64(menus)),
    ]
  }
}
