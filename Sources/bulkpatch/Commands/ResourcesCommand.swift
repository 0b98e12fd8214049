import ArgumentParser
import Catalog
import JSON
import Patches
import Reports

/// `bulkpatch resources [NAME]`: what a resource's attributes are, as a sheet's header spells them.
struct ResourcesCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "resources",
    abstract: "List the resources, or the attributes of one: their types, limits and headers.")

  static let manual = Manual(
    examples: [
      "bulkpatch resources": "every resource this version knows",
      "bulkpatch resources incidents": "what a sheet of incidents may have as columns",
      "bulkpatch resources incidents --json": "the same for a program",
    ],
    exitCodes: [(.success, "the catalogue was printed"), (.usage, "unknown resource or wrong arguments")])

  @Argument(
    help: ArgumentHelp("A resource, such as incidents.", valueName: "name"),
    completion: .list(ResourceType.all.map(\.name)))
  var name: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let output = Output.standardOutput()
    if let name {
      guard let resource = ResourceType.named(name) else { throw unknown(name) }
      output.write(global.wantsJSON ? resource.json.text(.indented(2)) + "\n" : resource.table)
    } else if global.wantsJSON {
      let list = ResourceType.all.map { JSONValue.object($0.summaryJSON) }
      output.write(JSONValue.object(["resources": .array(list)]).text(.indented(2)) + "\n")
    } else {
      let rows = ResourceType.all.map { [$0.name, $0.dialect.rawValue, $0.summary] }
      output.write(TextTable(titles: ["RESOURCE", "API", "WHAT IT IS"], rows: rows).text())
      output.write("\n'bulkpatch resources NAME' lists the attributes of one\n")
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
