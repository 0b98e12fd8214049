import JSON
import Records
public import Staging

/// The report of a verification: the counts, and the rows that are not as asked.
public struct VerificationReport {
  /// The number of rows listed by default.
  private static let shownRows = 10
  /// The length to which values are cut in the text; the run file and `--json` have them complete.
  private static let shownCharacters = 200

  private let file: RunFile
  private let record: RunRecord
  private let run: String
  private let isFull: Bool
  /// The result of the verification; `nil` if no row had been carried out, so that there was nothing to compare.
  public let counts: VerificationCounts?

  /// Creates a report on the last verification of a run.
  ///
  /// - Parameters:
  ///   - run: the run's name in a command.
  ///   - isFull: lists every row that is not as asked, including those that cannot be compared.
  /// - Throws: `StagingError` when the run file cannot be read.
  public init(_ file: RunFile, run: String, isFull: Bool = false) throws(StagingError) {
    self.file = file
    self.run = run
    self.isFull = isFull
    record = try file.record()
    counts = try file.verification()
  }

  private var listed: [Verdict] {
    isFull ? [.different, .missing, .undecided] : [.different, .missing]
  }

  /// Writes the report for people, in pieces; in constant memory.
  ///
  /// - Parameter sink: takes the next piece.
  /// - Throws: `StagingError` when the run file cannot be read.
  public func write(to sink: (String) -> Void) throws(StagingError) {
    guard let counts else {
      return sink(
        "\(record.job.printable()): no row was applied yet: nothing to compare\n")
    }
    let isGood = counts[.asAsked] == counts.total
    sink(
      "\(record.job.printable()): verified, \(isGood ? "\(Quantity.rows(counts.total)) as asked" : counts.short)\n"
    )
    let site = "\(record.site) (\(record.siteURL))".printable()
    sink("run \(record.id.printable()): \(record.resource) at \(site)\n\n")
    var table = TextTable([.left, .right, .left])
    for verdict in Verdict.allCases where counts[verdict] > 0 {
      table.append([verdict.rawValue, Quantity.count(counts[verdict]), verdict.meaning])
    }
    sink(table.text(indent: 2))
    try writeRows(to: sink)
  }

  /// Writes the rows that are not as asked, for people; nothing if there are none.
  ///
  /// - Throws: `StagingError` if the run file cannot be read.
  public func writeRows(to sink: (String) -> Void) throws(StagingError) {
    guard let counts else { return }
    let total = listed.reduce(0) { $0 + counts[$1] }
    let command = "bulkpatch verify \(ShellWord.quoted(run)) --full"
    if total > 0 {
      sink("\nDifferences\(isFull ? ", and rows that cannot be compared" : "")\n")
      try file.forEachVerified(listed, limit: isFull ? nil : VerificationReport.shownRows) { result in
        sink(result.text)
      }
    }
    if !isFull, total > VerificationReport.shownRows {
      sink("  and \(Quantity.rows(total - VerificationReport.shownRows)) more: '\(command)'\n")
    }
    if !isFull, counts[.undecided] > 0 {
      sink("\nWhy \(Quantity.rows(counts[.undecided])) cannot be compared: '\(command)'\n")
    }
  }

  /// Writes the report as one JSON document, in pieces; in constant memory.
  ///
  /// - Throws: `StagingError` when the run file cannot be read.
  public func writeJSON(exitCode: Int, to sink: (String) -> Void) throws(StagingError) {
    let head: JSONObject = [
      "run": .string(record.id), "resource": .string(record.resource), "site": .string(record.site),
      "exit_code": .integer(Int64(exitCode)), "verified": counts.map { .object($0.json) } ?? .null,
    ]
    sink(head.text().dropLast() + ",\"rows\":[")
    var isFirst = true
    try file.forEachVerified(listed, limit: isFull ? nil : VerificationReport.shownRows) { result in
      sink((isFirst ? "\n" : ",\n") + result.json.text())
      isFirst = false
    }
    sink("]}\n")
  }

  fileprivate static func shortened(_ value: JSONValue) -> String {
    let text = value.text()
    return text.count > shownCharacters ? text.prefix(shownCharacters - 1) + "…" : text
  }
}

extension VerificationResult {
  fileprivate var text: String {
    var text = ""
    for difference in row.differences {
      let place = "\(difference.place)".printable()
      text += "  row \(row.number) (line \(line)), record \(recordID): \(place)\n"
      text += "      asked  \(VerificationReport.shortened(difference.asked))\n"
      if difference.doubt == nil || !difference.actual.isNull {
        text += "      is     \(VerificationReport.shortened(difference.actual))\n"
      }
      if let doubt = difference.doubt { text += "      \(doubt.printable())\n" }
    }
    return text
  }

  fileprivate var json: JSONObject {
    [
      "row": .integer(Int64(row.number)), "line": .integer(Int64(line)), "record": recordID.json,
      "verdict": .string(row.verdict.rawValue),
      "differences": .array(row.differences.map { .object($0.json) }),
    ]
  }
}

extension Verdict {
  /// The meaning of the verdict, for people.
  var meaning: String {
    switch self {
    case .asAsked: "the record says what was asked"
    case .different: "the record says something else"
    case .missing: "the record, or a part of it, is not there"
    case .undecided: "what was asked cannot be read back"
    }
  }
}

extension VerificationCounts {
  /// The form of `summary.json` under `verified`.
  var json: JSONObject {
    var object: JSONObject = ["at": .string(checkedAt)]
    for verdict in Verdict.allCases {
      object[verdict.rawValue.replacing("-", with: "_")] = .integer(Int64(self[verdict]))
    }
    return object
  }

  /// `1,195 as asked, 3 different`.
  var short: String {
    Verdict.allCases.filter { self[$0] > 0 }
      .map { "\(Quantity.count(self[$0])) \($0 == .asAsked ? "as asked" : $0.rawValue)" }
      .joined(separator: ", ")
  }
}
