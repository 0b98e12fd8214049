import Catalog
import Execution
import Foundation
import JSON
import Patches
import Records
import Sheets
import Sites
import Staging
import Synchronization
import TestSupport

/// A real run file with plain rows, for tests of their outcomes.
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
        sheetPath: "-", sheetFormat: "csv", sheetHeader: ["id"], mappingSHA256: "-",
        request: RunRequest(source: "", folder: "/"), toolVersion: "0", created: Timestamp.now), in: directory
    )
    var number = 0
    try run.stage(
      next: {
        guard number < rows.count else { return nil }
        let row = rows[number]
        number += 1
        let sheetRow = SheetRow(
          number: number, line: number + 1, content: .unreadable, findings: [], input: "\(number)")
        guard let row else {
          let finding = Finding(row: number, line: number + 1, rule: "test", message: "bad")
          return WholeRow(sheetRow, BuiltRow(patch: nil, key: .id(1), findings: [finding]))
        }
        let text = JSONValue.string("row \(number)")
        let patch = Patch(
          key: .id(.integer(row.record)),
          body: row.isAppend ? ["threads": ["entryType": ["id": 1], "text": text]] : ["subject": text],
          isIdempotent: !row.isAppend)
        return WholeRow(sheetRow, BuiltRow(patch: patch, key: patch.key, findings: []))
      }, progress: { _ in })
    try run.indexRecords()
  }

  /// Executes the run to its end or its stop.
  func execute(
    on site: some Site, _ change: (inout ExecutionSettings) -> Void = { _ in },
    observer: ExecutionObserver? = nil
  ) throws -> ExecutionReport {
    try run.recover(retryingFailed: false)
    var settings = ExecutionSettings()
    settings.retry = RetryPolicy(attempts: 3, base: .zero, cap: .zero)
    settings.settle = .zero
    // A site that stays away is reported at once.
    settings.breaker = BreakerRule(patience: .zero)
    settings.takesSnapshots = false
    change(&settings)
    return RunExecutor(
      run: run, site: site, resource: .incidents, settings: settings, counts: try run.counts(),
      observer: observer
    ).execute()
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
    var inFlight: [RecordID: Int] = [:]
    var peak = 0
    var overlapped = false
    /// The contents of the site: subjects, and the texts of threads by record.
    var subjects: [RecordID: String] = [:]
    var threads: [RecordID: [String]] = [:]
    var largestBatch = 0
    /// Records that cannot be read, and the reason given for each.
    var hidden: [RecordID: Outcome] = [:]
    /// Names that the site does not know, and refuses to read.
    var strangers: Set<String> = []
    /// The outcomes of the next checks; success when there are no more.
    var checks: [Outcome] = []
  }

  /// Applies a write, as the site would.
  func carryOut(_ write: Write) {
    let body = try? JSONValue(parsing: write.body)
    log.withLock { log in
      if let subject = body?["subject"]?.string { log.subjects[write.recordID] = subject }
      if let text = body?["threads"]?["text"]?.string {
        log.threads[write.recordID, default: []].append(text)
      }
    }
  }

  let location = "simulated"
  /// True when the site names the attribute that it does not know.
  let isTalkative: Bool
  /// No request takes effect after its answer is given up.
  let requestTimeout = Duration.zero
  let log = Mutex(Log())
  private let answer: Answer

  let batchLimit: Int

  init(
    batchLimit: Int = 1, isTalkative: Bool = true, _ answer: @escaping Answer = { _, _ in .applied }
  ) {
    self.isTalkative = isTalkative
    self.answer = answer
    self.batchLimit = batchLimit
  }

  var sent: [Write] { log.withLock { $0.sent } }

  /// The row numbers in the order they were sent, read from the patch that `StagedRun` makes.
  var rows: [Int] { sent.map(SimulatedSite.row) }

  static func row(_ write: Write) -> Int {
    let body = try? JSONValue(parsing: write.body)
    let text = (body?["subject"] ?? body?["threads"]?["text"])?.string ?? ""
    return Int(text.dropFirst("row ".count)) ?? 0
  }

  func makeConnection() -> any SiteConnection { Connection(site: self) }

  private final class Connection: SiteConnection {
    let site: SimulatedSite
    var pacing: (any RequestPacing)?
    private var requests: [RequestRecord] = []
    init(site: SimulatedSite) { self.site = site }

    func check() -> Exchange {
      let outcome = site.log.withLock { $0.checks.isEmpty ? .applied : $0.checks.removeFirst() }
      return Exchange(outcome: outcome, status: 200)
    }

    func send(_ write: Write) -> Exchange {
      let attempt = site.log.withLock { log in
        log.sent.append(write)
        log.inFlight[write.recordID, default: 0] += 1
        if log.inFlight[write.recordID, default: 0] > 1 { log.overlapped = true }
        log.peak = max(log.peak, log.inFlight.values.reduce(0, +))
        return log.sent.count { $0 == write }
      }
      let outcome = site.answer(write, attempt)
      if outcome == .applied { site.carryOut(write) }
      site.log.withLock { $0.inFlight[write.recordID, default: 0] -= 1 }
      let status: Int? =
        switch outcome {
        case .applied, .unchanged: 200
        default: outcome.refusal?.status
        }
      requests.append(RequestRecord(method: "PATCH", status: status))
      return Exchange(outcome: outcome, status: status)
    }

    func send(batch: [Write]) -> [Exchange] {
      site.log.withLock { $0.largestBatch = max($0.largestBatch, batch.count) }
      return batch.map(send)
    }

    func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) {
      requests.append(RequestRecord(method: "GET", status: 200))
      let asked =
        request.attributes + request.lists.flatMap { list, names in [list] + names.map { "\(list).\($0)" } }
      let strangers = site.log.withLock { $0.strangers.intersection(asked) }
      if !strangers.isEmpty {
        return (Exchange(outcome: .refused(.unknown(site.isTalkative ? strangers : [])), status: 400), [:])
      }
      let hidden = site.log.withLock { log in request.ids.compactMap { log.hidden[$0] }.first }
      if let hidden { return (Exchange(outcome: hidden, status: 400), [:]) }
      let images = site.log.withLock { log in
        request.ids.map { id in
          let threads = (log.threads[id] ?? []).enumerated().map { index, text -> JSONObject in
            ["id": .integer(Int64(index + 1)), "entryType": ["id": 1], "text": .string(text)]
          }
          return RecordImage(
            id: id, values: ["subject": log.subjects[id].map { .string($0) } ?? .null],
            lists: ["threads": threads])
        }
      }
      return (
        Exchange(outcome: .applied, status: 200), Dictionary(uniqueKeysWithValues: images.map { ($0.id, $0) })
      )
    }

    func keep(to pacing: any RequestPacing) { self.pacing = pacing }

    func takeRequests() -> [RequestRecord] {
      defer { requests = [] }
      return requests
    }

    func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
      (Exchange(outcome: .applied, status: 200), [:])
    }
  }
}

extension Refusal {
  static func unknown(_ names: Set<String>) -> Refusal {
    Refusal(
      status: 400, code: "OSC-CREST-00007", message: "bad query: \(names.sorted().joined(separator: ", "))")
  }

  static let no = Refusal(status: 400, code: "OSC-CREST-00006", message: "no")
  static let denied = Refusal(status: 403, code: "http-403", message: "not for you")
  static let broken = Refusal(status: 500, code: "http-500", message: "oops")
  static let busy = Refusal(status: 503, code: "OSC-CREST-00035", message: "busy")
  static let lost = Refusal(status: nil, code: "timeout", message: "no answer")
  static let gateway = Refusal(status: 503, code: "http-503", message: "backend fetch failed")
  static let cut = Refusal(status: nil, code: "connection-lost", message: "cut off")
  static let closed = Refusal(status: nil, code: "connection-refused", message: "nobody listens")
}
