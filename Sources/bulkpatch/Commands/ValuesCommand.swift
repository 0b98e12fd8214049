import ArgumentParser
import Catalog
import Console
import JSON
import Reports
import Runs
import Sites

/// The command `bulkpatch values ATTRIBUTE --site S`: lists what a site has for a menu, a reference or a lookup.
struct ValuesCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "values", abstract: "List what a site has for a menu, a reference or a lookup, with ids.")

  static let manual = Manual(
    examples: [
      "bulkpatch values assignedTo.staffGroup --site production": "every team",
      "bulkpatch values assignedTo.account --site production --like kim": "which of the two is meant",
      "bulkpatch values StatusCd --site fusion --resource interactions --json": "the codes, for a program",
    ],
    notes: """
      ATTRIBUTE is spelt as in a sheet's header. A line has the id (or the code) that a sheet can give, the name, and
      what tells it from others: the team and login of a person, what stands above a product.
      In a sheet, write the name, or the id as id:17 where several have the name.
      """,
    exitCodes: [(.success, "the values were printed"), (.rowsFailed, "no value fits --like")]
      + [.usage, .noSuchFile, .unreachable, .inputOutput, .tryLater, .refused, .configuration].map {
        ($0, $0.meaning)
      })

  @Argument(help: ArgumentHelp("An attribute, such as assignedTo.account.", valueName: "attribute"))
  var attribute: String

  @Option(
    name: .customLong("like"),
    help: ArgumentHelp("Only those whose names contain this text, in any case.", valueName: "text"))
  var part: String?

  @OptionGroup(title: "Site") var site: SettingArguments<SiteChoiceSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let choice = try SiteChoice(site.given)
    let source = try choice.resource.source(ofHeader: attribute)
    let site = try choice.makeSite()
    let output = Output.standardOutput()
    let listing = ValueListing(output, wantsJSON: global.wantsJSON)
    let found = try ValuePages(connection: site.makeConnection(), source: source, part: part)
      .forEach(at: site.location, listing.add)
    listing.end()
    try output.finish()
    guard found > 0 || part == nil else { throw ExitCode.rowsFailed }
  }
}

/// The values of a source, page by page in the order of their ids.
private struct ValuePages {
  let connection: any SiteConnection
  let source: NameSource
  let part: String?

  private static let pageSize = 1_000

  /// Hands on each page.
  ///
  /// - Returns: the number of values.
  /// - Throws: `UserError` for the site's trouble.
  func forEach(at location: String, _ take: ([NamedRecord]) -> Void) throws(UserError) -> Int {
    var (last, count): (Int64?, Int) = (nil, 0)
    while true {
      let (exchange, records) = connection.values(
        of: source, containing: part, after: last, limit: Self.pageSize)
      if let error = UserError(exchange.outcome, at: location) { throw error }
      let wanted = records.filter { record in
        part.map { record.name.lowercased().contains($0.lowercased()) } ?? true
      }
      count += wanted.count
      take(connection.detailed(wanted, in: source).1)
      guard case .collection = source, records.count == Self.pageSize,
        let end = records.compactMap(\.id).max()
      else { return count }
      last = end
    }
  }
}

/// The printed values, as a table or as a JSON array.
private final class ValueListing {
  private let output: Output
  private let wantsJSON: Bool
  private var isFirst = true

  init(_ output: Output, wantsJSON: Bool) {
    self.output = output
    self.wantsJSON = wantsJSON
    if wantsJSON { output.write("[") }
  }

  func add(_ records: [NamedRecord]) {
    if wantsJSON {
      for record in records {
        output.write((isFirst ? "\n" : ",\n") + record.json.text())
        isFirst = false
      }
      return
    }
    var table = TextTable([.left, .left, .left])
    for record in records {
      table.append([record.word, record.name, record.details.joined(separator: ", ")])
    }
    output.write(table.text())
  }

  func end() { if wantsJSON { output.write(isFirst ? "]\n" : "\n]\n") } }
}
