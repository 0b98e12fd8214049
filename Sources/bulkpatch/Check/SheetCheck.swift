import Catalog
import Console
import Patches
import Runs
import Sheets

/// Reads a sheet from end to end, builds every patch, and reports the findings row by row.
struct SheetCheck {
  var plan: RunPlan
  /// The file for standard input during the check.
  var spool: String
  /// What the site says of the rows; `nil` for an offline check.
  var live: LiveCheck?

  /// Checks the whole sheet; stops early if the reader of the report is gone.
  ///
  /// Memory grows by a few bytes per row that adds something.
  ///
  /// - Returns: the exit code.
  /// - Throws: `UserError` if the sheet cannot be opened; nothing has been reported then.
  func perform(_ report: any CheckReport) throws(UserError) -> ExitCode {
    // Standard input was copied already when the site was asked about its rows.
    let source =
      live != nil && plan.isSpooled
      ? try PatchSource(plan, path: spool) : try PatchSource(plan, spool: spool)
    report.begin(CheckedSheet(plan: plan, sheet: source.sheet, columns: source.columns))
    var tally = CheckTally()
    for finding in source.findings {
      tally.count(finding)
      report.add(finding)
    }
    let unmapped = source.findings.filter { $0.rule == "unknown-column" }.compactMap(\.column)
    if !unmapped.isEmpty,
      let lines = plan.jobLines(for: Set(unmapped), in: plan.readsStandardInput ? spool : plan.sheet),
      !lines.isEmpty
    {
      report.suggest(lines)
    }
    var failure: UserError?
    tally.hasCheckedRows = source.isUsable
    tally.mayBeEmpty = source.isUsable && source.sheet.isEmpty
    do throws(SheetError) {
      while source.isUsable, !report.isClosed, let (row, read) = try source.next() {
        var built = read
        if let findings = live?.findings(of: row, built), !findings.isEmpty {
          built.findings += findings
          built.patch = nil
        }
        tally.count(built)
        for finding in built.findings { report.add(finding) }
      }
      for finding in source.closingFindings {
        tally.count(finding)
        report.add(finding)
      }
    } catch { failure = plan.userError(error) }
    let code = failure?.code ?? tally.exitCode
    report.end(tally, failure: failure, code: code)
    return code
  }
}

/// The detected form of a sheet, before its first row.
struct CheckedSheet {
  var name: String
  var resource: String
  var format: SheetFormat
  var encoding: SheetEncoding?
  var delimiter: UInt8?
  var isCompressed: Bool
  /// The purposes of the columns, in the sheet's order, if the header is valid.
  var columns: [PatchBuilder.Column]
  /// What the site says other than the catalogue, and where it is said.
  var disagreements: [Disagreement]
  var overlayPlace: String

  init(plan: RunPlan, sheet: Sheet, columns: [PatchBuilder.Column]) {
    name = plan.sheetName
    resource = plan.resource.name
    format = sheet.format
    encoding = sheet.encoding
    delimiter = sheet.delimiter
    isCompressed = sheet.isCompressed
    self.columns = columns
    disagreements = plan.disagreements
    overlayPlace = plan.overlayPlace
  }

  /// The delimiter by its character, or by name if that would be invisible.
  var delimiterName: String? {
    delimiter.map { $0 == UInt8(ascii: "\t") ? "tab" : "'\(Unicode.Scalar($0))'" }
  }
}

/// The numbers at the end of a check.
struct CheckTally {
  /// Indicates a valid header, so that rows could be checked at all.
  var hasCheckedRows = false
  /// Indicates a sheet without rows that the job allows.
  var mayBeEmpty = false
  var rows = 0
  var valid = 0
  var rejected = 0
  /// The rows that the job leaves out.
  var skipped = 0
  var warnings = 0
  /// The number of findings for each rule.
  var rules: [String: Int] = [:]

  mutating func count(_ finding: Finding) {
    rules[finding.rule, default: 0] += 1
    if finding.severity == .warning { warnings += 1 }
  }

  mutating func count(_ row: BuiltRow) {
    rows += 1
    switch row {
    case _ where row.skipped != nil: skipped += 1
    case _ where row.patch == nil: rejected += 1
    default: valid += 1
    }
    for finding in row.findings { count(finding) }
  }

  /// The rules by frequency, the most frequent first.
  var sortedRules: [(rule: String, count: Int)] {
    rules.map { (rule: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.rule) < ($0.count, $1.rule) }
  }

  var exitCode: ExitCode {
    if mayBeEmpty { return .success }
    if valid == 0, rejected > 0 || rows == 0 { return .unreadableSheet }
    return rejected > 0 ? .rowsFailed : .success
  }
}
