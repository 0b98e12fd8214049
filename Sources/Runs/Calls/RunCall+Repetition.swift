import Console
import Sheets
import Staging

extension RunCall {
  /// Reports and returns whether a sheet is skipped because it was run before.
  ///
  /// - Parameter path: the readable path of the sheet, such as the copy of standard input.
  /// - Throws: `UserError`: 64 if it would add something a second time; also if the sheet cannot be read.
  func isPassedOver(
    _ plan: RunPlan, _ path: String, _ repetition: Repetition, otherThan run: String? = nil
  ) throws(UserError) -> Bool {
    guard !repetition.isMeant, Sheet.isFile(path) else { return false }
    let earlier = try EarlierSending(
      of: try? Sheet.size(of: path),
      { () throws(UserError) -> Set<SheetDigest> in
        do throws(SheetError) { return try Sheet.digests(of: path) } catch { throw plan.userError(error) }
      }, by: plan, otherThan: run, in: stateFolder, options: options)
    guard let earlier else { return false }
    if repetition.isPassedOver, earlier.mark.isFinished {
      note(earlier.passing(plan.sheetName))
      return true
    }
    guard repetition.sends else {
      note("\(plan.sheetName) \(earlier.text); \(earlier.advice)")
      return false
    }
    if earlier.adds {
      guard repetition.isAskedAbout else { throw earlier.refusal(plan.sheetName) }
    } else {
      note("\(plan.sheetName) \(earlier.text); it only sets fields, and is sent again")
    }
    return false
  }
}
