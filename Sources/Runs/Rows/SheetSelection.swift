package import Catalog
package import Console
import Execution
import Foundation
import JSON
import Records
import Reports
import Sheets
package import Sites
import Staging

/// The records of a query, as the rows of a sheet.
package struct SheetSelection {
  package let selection: Selection
  /// The header: the columns as they were asked for.
  package let header: [String]
  package let resource: ResourceType

  /// Reads the columns and the condition; asks the site about the types of custom fields in them.
  ///
  /// - Parameters:
  ///   - condition: in the words of `ConditionReader`; `nil` for every record.
  ///   - columns: separated by commas; `nil` for the key alone.
  ///   - place: where they were given, for messages.
  /// - Throws: `UserError`: `code` for a mistake in either; 69, 75, 77 or 78 for the site's trouble.
  package init(
    of resource: ResourceType, where condition: String?, columns: String?, on site: any Site,
    place: String, code: ExitCode
  ) throws(UserError) {
    let columns = columns ?? resource.key
    let names = columns.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    header = names
    do throws(ConditionError) {
      let words = [condition, columns].compactMap { $0 }.joined(separator: " , ")
      let paths = try ConditionReader(resource).customPaths(in: words)
      self.resource = try Self.knowing(paths, of: resource, on: site)
    } catch { throw Self.mistake(error, place, code) }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw UserError(
        code, place: place, "the column '\(twice)' is asked for twice", hint: "leave one of them out")
    }
    do throws(ConditionError) {
      var reader = ConditionReader(self.resource)
      var read: [ConditionColumn] = []
      for name in names { read.append(try reader.column(name)) }
      selection = Selection(
        columns: read,
        condition: try condition.map { text throws(ConditionError) in
          try reader.read(text)
        })
    } catch { throw Self.mistake(error, place, code) }
  }

  private static func mistake(_ error: ConditionError, _ place: String, _ code: ExitCode) -> UserError {
    UserError(code, place: "\(place):\(error.place)", error.message, hint: error.hint)
  }

  /// Returns the resource with the types of custom fields as the site describes them.
  private static func knowing(
    _ paths: [String], of resource: ResourceType, on site: any Site
  ) throws(ConditionError) -> ResourceType {
    guard !paths.isEmpty else { return resource }
    var resource = resource
    let (_, found) = site.makeConnection().description(of: SiteDescription.places(of: paths))
    for path in paths { resource.customKinds[path] = found.attributes[path]?.kind(in: resource.dialect) }
    return resource
  }

  /// What makes two selections the same: the site, the columns and the condition.
  package func identity(at location: String) -> String {
    let condition = selection.condition.map { "\($0)" } ?? ""
    return SHA256Hash.of(([location, resource.name, condition] + header).joined(separator: "\n"))
  }

  /// The header line.
  package var headerLine: [UInt8] { line(header) }

  /// Returns the lines of a page.
  package func lines(of page: SelectedPage) -> [UInt8] {
    page.rows.flatMap { line($0.cells.map { $0 ?? "" }) }
  }

  private func line(_ cells: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    CSVText(delimiter: UInt8(ascii: ",")).append(cells: cells, to: &bytes)
    return bytes + [0x0A]
  }
}

extension RunPlan {
  /// Writes the records that the job selects into a file, as a sheet with commas.
  ///
  /// - Parameter interruption: ends it early.
  /// - Throws: `UserError`: 78 for a mistake in the condition; 69, 75, 77 or 78 for the site's trouble; 74 if the file
  ///   cannot be written; 130 or 143 for a signal.
  func select(into path: String, stoppedBy interruption: Interruption?) throws(UserError) {
    let site = try makeSite()
    let place = jobPath.map { "\($0): select" } ?? "--where"
    let selected = try SheetSelection(
      of: resource, where: settings.selectedWhere, columns: settings.selectedColumns, on: site, place: place,
      code: .configuration)
    let outcome: Outcome
    do throws(StagingError) {
      let file = try WholeFile(path: path, temporaryPath: path + ".new", isForAll: false)
      try file.append(selected.headerLine)
      let records = RecordSelection(selected.selection, on: site, settings: execution) {
        interruption?.received.map(StopReason.signal)
      }
      outcome = try records.forEachPage(after: nil) { page throws(StagingError) in
        try file.append(selected.lines(of: page))
      }
      try file.prepare()
      try file.commit()
    } catch { throw UserError(error) }
    if let number = interruption?.received { throw .stoppedBeforeReading(sheetName, by: number) }
    if let error = UserError(outcome, at: site.location) { throw error }
  }
}
