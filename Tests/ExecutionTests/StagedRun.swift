import Execution
import Foundation
import JSON
import Patches
import Sheets
import Sites
import Staging
import Synchronization
import TestSupport

/// A real run file with plain rows, for tests of what becomes of them.
struct StagedRun {
  let folder: TemporaryFolder
  let run: RunFile

  /// - Parameter rows: the record of each row, and whether the row creates something; `nil` is a rejected row.
  init(_ rows: [(record: Int64, isAppend: Bool)?]) throws {
    folder = try TemporaryFolder()
    let directory = try RunDirectory.make(in: folder.path("runs"), job: "test", now: Date())
    run = try RunFile(
      creating: RunRecord(
        id: directory.id, job: "test", resource: "incidents", site: "simulated", siteURL: "-",
        sheetPath: "-", sheetFormat: "csv", sheetHeader: ["id"], mappingSHA256: "-", arguments: [],
        workingFolder: "/", toolVersion: "0", created: Timestamp.now), in: directory)
    var number = 0
    try run.stage(
      next: {
        guard number < rows.count else { return nil }
        let row = rows[number]
        number += 1
        let sheetRow = SheetRow(
          number: number, line: number + 1, content: .unreadable, findings: [], input: "\(number)")
        guard let row else {
          return (
            sheetRow, .id(1), nil, [Finding(row: number, line: number + 1, rule: "test", message: "bad")]
          )
        }
        let patch = Patch(
          key: .id(row.record), body: ["subject": .string("row \(number)")], isIdempotent: !row.isAppend)
        return (sheetRow, patch.key, patch, [])
      }, progress: { _ in }, digest: { nil })
  }

  /// Executes the run to its end or its stop.
  func execute(
    on site: some Site, _ change: (inout ExecutionSettings) -> Void = { _ in }
  ) throws -> ExecutionReport {
    try run.recover(retryingFailed: false)
    var settings = ExecutionSettings()
    settings.retry = RetryPolicy(attempts: 3, base: .zero, cap: .zero)
    change(&settings)
    return RunExecutor(run: run, site: site, settings: settings, counts: try run.counts()).execute()
  }

  /// The state of each row, in sheet order.
  func states() throws -> [RowState] {
    var states: [RowState] = []
    try run.forEachResult(in: RowState.allCases) { states.append($0.state) }
    return states
  }
}

/// A site whose answers a test decides; it remembers what was sent, and how much at one time.
final class SimulatedSite: Site {
  typealias Answer = @Sendable (_ write: Write, _ attempt: Int) -> Outcome

  struct Log {
    var sent: [Write] = []
    var inFlight: [Int64: Int] = [:]
    var peak = 0
    var overlapped = false
  }

  let location = "simulated"
  let log = Mutex(Log())
  private let answer: Answer

  init(_ answer: @escaping Answer = { _, _ in .applied }) { self.answer = answer }

  var sent: [Write] { log.withLock { $0.sent } }

  /// The row numbers in the order they were sent, read from the patch that `StagedRun` makes.
  var rows: [Int] { sent.map(SimulatedSite.row) }

  static func row(_ write: Write) -> Int {
    let subject = (try? JSONValue(parsing: write.body))?["subject"]?.string ?? ""
    return Int(subject.dropFirst("row ".count)) ?? 0
  }

  func makeConnection() -> any SiteConnection { Connection(site: self) }

  private final class Connection: SiteConnection {
    let site: SimulatedSite
    init(site: SimulatedSite) { self.site = site }

    func check() -> Exchange { Exchange(outcome: .applied, status: 200) }

    func send(_ write: Write) -> Exchange {
      let attempt = site.log.withLock { log in
        log.sent.append(write)
        log.inFlight[write.recordID, default: 0] += 1
        if log.inFlight[write.recordID, default: 0] > 1 { log.overlapped = true }
        log.peak = max(log.peak, log.inFlight.values.reduce(0, +))
        return log.sent.count { $0 == write }
      }
      let outcome = site.answer(write, attempt)
      site.log.withLock { $0.inFlight[write.recordID, default: 0] -= 1 }
      let status: Int? =
        switch outcome {
        case .applied, .unchanged: 200
        case .refused(let refusal), .conflict(let refusal), .loginRefused(let refusal), .unknown(let refusal),
          .retryLater(_, let refusal):
          refusal.status
        }
      return Exchange(outcome: outcome, status: status)
    }

    func resolve(attribute: String, values: [String]) -> (Exchange, [String: [Int64]]) {
      (Exchange(outcome: .applied, status: 200), [:])
    }
  }
}

extension Refusal {
  static let no = Refusal(status: 400, code: "OSC-CREST-00006", message: "no")
  static let busy = Refusal(status: 503, code: "OSC-CREST-00035", message: "busy")
  static let lost = Refusal(status: nil, code: "timeout", message: "no answer")
  static let closed = Refusal(status: nil, code: "connection-refused", message: "nobody listens")
}
