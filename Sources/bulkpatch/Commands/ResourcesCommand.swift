import ArgumentParser
import Catalog
import Console
import JSON
import Patches

/// The command `bulkpatch resources [NAME]`: lists a resource's attributes as a sheet's header spells them.
struct ResourcesCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "resources",
    abstract: "List the resources, or the attributes of one: their types, limits and headers.")

  static let manual = Manual(
    examples: [
      "bulkpatch resources": "every resource this version knows",
      "bulkpatch resources incidents": "the columns that a sheet of incidents can have",
      "bulkpatch resources incidents --json": "the same, for a program",
    ],
    exitCodes: [(.success, "the catalogue was printed"), (.usage, "unknown resource or wrong arguments")])

  @Argument(
    help: ArgumentHelp("A resource, such as incidents.", valueName: "name"),
    completion: .list(ResourceType.all.map(\.name)))
  var name: String?

  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let output = Output.standardOutput()
    if let name {
      guard let resource = ResourceType.named(name) else { throw unknown(name) }
      output.write(global.wantsJSON ? resource.json.text(.indented(2)) + "\n" : resource.table)
    } else if global.wantsJSON {
      output.write(ResourceType.all.json.text(.indented(2)) + "\n")
    } else {
      output.write(ResourceType.all.table)
    }
    try output.finish()
  }

  private func unknown(_ name: String) -> UserError {
    let known = ResourceType.all.map(\.name)
    let near = NearestNames.hint(for: name, among: known)
    return UserError(
      .usage, "there is no resource '\(name)'",
      hint: near ?? "known resources: \(known.joined(separator: ", "))")
  }
}
