package import Catalog
package import Console
import Execution
import Foundation
package import Sites
package import Staging

/// The resource of the rows, with what site and job add to the catalogue.
extension RunPlan {
  /// Returns the resources that the rows may be of: the one that is named, or all that the site serves.
  ///
  /// - Parameter source: where an overlay comes from that may describe the resource.
  /// - Throws: `UserError`: 78 if the site is named and cannot be read, and as `resource(named:at:_:)`.
  static func resources(
    _ settings: JobSettings, in known: SitesFile, overlay source: OverlaySource = .file
  ) throws(UserError) -> [ResourceType] {
    let site = try known.site(of: settings.site)
    guard let name = settings.resource else {
      return ResourceType.all.filter { site == nil || $0.dialect == site?.kind }
    }
    let described: ResourceOverlay? =
      switch source {
      case .run(let overlay): overlay
      case .file: try OverlayFile.entry(of: name, in: settings.overlayFile ?? site?.overlayFile)
      }
    return [try resource(named: name, at: site?.kind, described)]
  }

  /// Returns the resource that a name means at a site: one of the catalogue, or else what the overlay describes.
  ///
  /// - Parameters:
  ///   - kind: the site's API; `nil` if only the overlay may tell.
  ///   - overlay: the entry of that name in the site's overlay, if there is one.
  /// - Throws: `UserError` with exit code 64 for a name that means nothing, or one resource of each API.
  static func resource(
    named name: ResourceName, at kind: Dialect?, _ overlay: ResourceOverlay?
  ) throws(UserError) -> ResourceType {
    let meanings = name.meanings(at: kind ?? overlay?.dialect)
    if meanings.count == 1 { return meanings[0] }
    guard meanings.isEmpty else {
      throw UserError(
        .usage, "both APIs have \(name.name)",
        hint: "name the site, or write \(meanings.map(\.ownName).joined(separator: " or "))")
    }
    if let overlay, name.dialect == nil || name.dialect == overlay.dialect,
      let resource = ResourceType(name.name, describedBy: overlay)
    {
      return resource
    }
    // A site of another kind is told about where the site is known.
    if let other = name.meanings().first { return other }
    throw unknown(name.text)
  }

  /// Returns the error for a name that neither the catalogue nor an overlay has.
  package static func unknown(_ name: String) -> UserError {
    UserError(
      .usage, "neither the catalogue nor an overlay has a resource '\(name)'",
      hint: NearestNames.hint(for: name, among: ResourceType.all.map(\.ownName))
        ?? "one that only the site has needs an overlay: 'bulkpatch resources NAME --site SITE --save FILE'")
  }

  /// Returns a resource as it is at a site, as far as a flag or the site names an overlay; else that of the catalogue.
  ///
  /// - Throws: `UserError`: 66, 74 or 78 if site file or overlay cannot be used, 78 if only another kind of site serves
  ///   it, and as `resource(named:at:_:)`.
  package static func resourceOfSite(
    _ name: ResourceName, flags: [RunRequest.Flag],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(UserError) -> ResourceType {
    var settings = try JobSettings(flags)
    settings.resource = name
    let known = SitesFile(folder: "", environment: environment)
    let site = try known.site(of: settings.site)
    let resource = try resources(settings, in: known)[0]
    if let site, site.kind != resource.dialect { throw .otherKind(site, resource) }
    guard let path = settings.overlayFile ?? site?.overlayFile else { return resource }
    return resource.modelled(by: try OverlayFile(path: path).entry(of: resource))
  }

  /// Returns the resource with the site's own spellings.
  ///
  /// - Throws: `UserError` with exit code 78 for a name that cannot be respelled.
  package static func resource(_ resource: ResourceType, of site: SiteSettings) throws(UserError)
    -> ResourceType
  {
    do throws(RenamingError) { return try resource.renaming(site.attributeNames) } catch {
      throw UserError(
        .configuration, place: "site '\(site.name)': attribute_names", "\(error)",
        hint: NearestNames.hint(for: error.name, among: resource.inferredNames)
          ?? "only spellings that 'bulkpatch resources \(resource.ownName)' calls inferred can differ")
    }
  }

  /// Makes the attributes of `key.match` name the records.
  ///
  /// - Throws: `UserError` with exit code 78 for an attribute that cannot, or a header that has another purpose.
  mutating func applyOwnKey() throws(UserError) {
    guard !settings.match.isEmpty else { return }
    let place = jobPath.map { "\($0): key.match" } ?? "--match"
    for (path, header) in settings.match {
      if let other = settings.columns[header], other != path {
        throw UserError(
          .configuration, place: place, "the column '\(header)' is \(other) as well",
          hint: "a column of the key changes nothing; take it out of 'columns'")
      }
      settings.columns[header] = path
    }
    do throws(OwnKeyError) { resource = try resource.keyed(by: settings.match.map(\.path)) } catch {
      let known = resource.fields.map(\.path)
      guard let kind = error.kind else {
        throw UserError(
          .configuration, place: place, "no attribute of \(resource.name) is called \(error.path)",
          hint: NearestNames.hint(for: error.path, among: known)
            ?? "'bulkpatch resources \(resource.ownName)' lists them")
      }
      throw UserError(
        .configuration, place: place, "\(error.path) is of type \(kind), which cannot name a record",
        hint: "take a text, a whole number, a menu or a reference")
    }
  }

  /// Where a plan's overlay comes from.
  package enum OverlaySource {
    /// The file that the job names, or else the site.
    case file
    /// The run's own file, which has it as it was when the run was made; `nil` if there was none.
    case run(ResourceOverlay?)
  }

  /// Adds what the site has that the catalogue does not; the job's declarations win.
  ///
  /// - Throws: `UserError`: 66 if there is no such file, 74 if it cannot be read, 78 if it is no overlay of the resource.
  mutating func applyOverlay(_ source: OverlaySource) throws(UserError) {
    switch source {
    case .run(let overlay): self.overlay = overlay
    case .file:
      overlay = try overlayFile.map { path throws(UserError) in
        try OverlayFile(path: path).entry(of: resource)
      }
    }
    guard let overlay else { return }
    (resource, disagreements) = resource.overlaid(by: overlay)
  }

  /// Keeps to the rules for a resource that only the site describes, and puts them where they are printed.
  ///
  /// - Throws: `UserError` with exit code 78, or 64 without a job, for a setting that is against them.
  mutating func applyUnlistedRules() throws(UserError) {
    guard resource.isUnlisted else { return }
    guard execution.takesSnapshots, verifies else {
      throw UserError(
        jobPath == nil ? .usage : .configuration, place: jobPath ?? sheet,
        "the records of \(resource.name) are read before and after they are written, since only the site describes them",
        hint: "leave 'snapshot: false' and 'verify: false' out")
    }
    execution.repeatsNothing = true
    disagreements += RunPlan.unlistedRules.map {
      Disagreement(path: resource.name, fact: $0, hint: RunPlan.unlistedHint)
    }
  }

  /// What a user accepts who sends rows of a resource that only the site describes.
  static let unlistedRules = [
    "only the site describes it: what its attributes do, and which of them do more than they say, is not known",
    "a row whose answer is lost is looked for, and sent again only if its record is certainly untouched; else it is unknown",
    "a rollback restores only what was read before and after",
  ]
  private static let unlistedHint = "'accept_unlisted: true' in the job, or --accept-unlisted, accepts this"

  /// The file that the job names, or else the site.
  package var overlayFile: String? { settings.overlayFile ?? site?.overlayFile }

  /// Adds the attributes that site and job declare to the resource; the job wins.
  ///
  /// A declared attribute among the site's own attributes is a custom field, and the declaration gives its type.
  ///
  /// - Throws: `UserError` with exit code 78 for a declaration that is not possible.
  mutating func declareExtraAttributes() throws(UserError) {
    var declared = settings.extraAttributes
    var places = declared.mapValues { _ in jobPath.map { "\($0): extra_attributes" } ?? "--extra-attribute" }
    for (path, type) in site?.extraAttributes ?? [:] where declared[path] == nil {
      declared[path] = type
      places[path] = "site '\(site?.name ?? "")': extra_attributes"
    }
    for (path, type) in declared.sorted(by: { $0.key < $1.key }) where resource.isCustom(path) {
      declared[path] = nil
      let given = settings.customFields[path]
      guard given == nil || given == type else {
        throw UserError(
          .configuration, place: places[path],
          "\(path) is \(type.text) here, and \(given?.text ?? "") in custom_fields",
          hint: "leave one of them out")
      }
      settings.customFields[path] = type
    }
    settings.extraAttributes = declared
    resource.customKinds = settings.customFields.mapValues { $0.kind(in: resource.dialect) }
    do throws(DeclarationError) { resource = try resource.declaring(declared) } catch {
      throw UserError(.configuration, place: places[error.path], "\(error)", hint: error.hint)
    }
  }
}
