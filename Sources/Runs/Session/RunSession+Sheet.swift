import Console
import JSON
import Sheets
import Staging

extension RunSession {
  /// Allows another canary.
  ///
  /// - Throws: `UserError` with exit code 74.
  func forgetCanary() throws(UserError) {
    do throws(StagingError) { try run.forgetCanary() } catch { throw userError(error) }
  }

  /// Reopens the sheet of a run whose staging was cut short, to stage it again.
  func reopenSource(_ record: RunRecord) throws(UserError) -> PatchSource {
    try PatchSource(plan, path: record.sheetPath)
  }

  /// Checks that the sheet is the one that was staged, if it still exists.
  ///
  /// - Parameter isNeeded: refuses a different sheet in its place, though every row that matters is in the run file.
  /// - Throws: `UserError` with exit code 78 that says what differs.
  func checkSheet(_ record: RunRecord, isNeeded: Bool) throws(UserError) {
    guard isNeeded, let staged = record.sheetDigest else { return }
    let known: Set<SheetDigest>
    do throws(SheetError) { known = try Sheet.digests(of: record.sheetPath) } catch {
      guard error.kind == .notFound else { throw plan.userError(error) }
      // Nightly sheets are moved away; every row that matters is in the run file.
      Output.toStandardError(
        "note: \(record.sheetPath.printable()) is gone; continuing from the staged rows\n")
      return
    }
    guard !known.contains(staged), let now = known.map(\.size).max() else { return }
    let difference =
      known.contains { $0.size == staged.size }
      ? "same size, other content" : "\(now) bytes now, \(staged.size) when it was staged"
    throw UserError(
      .configuration, place: record.sheetPath,
      "the sheet is not the one that run \(record.id) was staged from: \(difference)",
      hint: "restore the sheet, or start a new run with 'bulkpatch run'")
  }
}
