import ArgumentParser
import Catalog
import Dispatch
import Execution
import Foundation
import JSON
import Records
import Sandbox
import Sites
import Staging
import TestSupport

@testable import Runs
@testable import bulkpatch

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A sandbox in this process that has one resource beside what is shipped, and a folder for the tool's runs.
struct ResourceDesk: Sendable {
  private let resource: ResourceType
  private let server: SandboxServer
  private let folder: TemporaryFolder

  /// Runs the body against a fresh sandbox that holds these JSONL records, or this many generated ones.
  static func open(
    _ resource: ResourceType, records: String? = nil, count: Int? = nil,
    _ body: (ResourceDesk) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.resources = ResourceType.all + [resource]
    settings.incidents = 5
    settings.interactions = 0
    settings.others = count
    settings.importFile = try records.map { try folder.write("records.jsonl", $0) }
    let server = try await SandboxServer.start(settings)
    do {
      try await body(ResourceDesk(resource: resource, server: server, folder: folder))
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  /// The outcome of a run.
  struct Carried: Sendable {
    var directory: RunDirectory
    /// The state of each row, in sheet order.
    var states: [RowState]
    /// The results of reading the records back, in sheet order; empty when that was not asked for.
    var verdicts: [Verdict] = []

    init(_ directory: RunDirectory) throws {
      self.directory = directory
      states = []
      let run = try RunFile(reading: directory)
      try run.forEachResult(in: RowState.allCases) { states.append($0.state) }
      try run.forEachVerified(Verdict.allCases) { verdicts.append($0.row.verdict) }
    }
  }

  /// Applies a sheet as `bulkpatch run` does, from the plan to the result files.
  ///
  /// - Throws: what the tool throws, an exit code other than success included.
  func run(_ sheet: String, batch: BatchWord = .off, verifies: Bool = false) async throws -> Carried {
    try await blocking {
      let options = options
      let plan = try plan(sheet, batch: batch, verifies: verifies)
      let (session, source) = try RunSession.start(plan, options: options)
      return try carryOut(session, plan) { $0.run { try $0.stage(from: source) } }
    }
  }

  /// Rolls a run back as `bulkpatch rollback` does.
  func rollBack(_ carried: Carried) async throws -> Carried {
    try await blocking {
      var plan = try plan("")
      let scope = RollbackScope(source: carried.directory, records: [], isForced: false)
      plan.purpose = .rollback(scope)
      plan.execution.holdsRecords = false
      let original = try carried.directory.readRecord()
      let state = folder.path("state")
      let rows = try RollbackSource(plan, scope, site: plan.makeSite(), in: state)
      let session = try RunSession.start(
        plan, rollingBack: original, beside: state, isDryRun: false, options: options)
      return try carryOut(session, plan) { pipeline in
        pipeline.run {
          try $0.stage(from: rows)
          return nil
        }
      }
    }
  }

  private var options: CallOptions {
    CallOptions(stateFolder: folder.path("state"), wantsJSON: false, isQuiet: true, isVerbose: false)
  }

  private func plan(_ sheet: String, batch: BatchWord = .off, verifies: Bool = false) throws -> RunPlan {
    var site = SiteSettings(
      name: "desk", kind: resource.dialect == .fusionCX ? .fusionCX : .b2cService, url: server.baseURL)
    site.authentication = .basic(user: "admin", password: .command("echo sandbox"))
    var asked = JobSettings()
    asked.sheet = try folder.write("sheet.csv", sheet)
    asked.site = .settings(site)
    asked.execution.batch = batch
    asked.execution.verifies = verifies
    let request = RunRequest(source: asked.sheet ?? "", folder: folder.url.path)
    return try RunPlan(asked, asked: request, resource: resource, environment: [:])
  }

  private func carryOut(
    _ session: RunSession, _ plan: RunPlan, _ run: (Pipeline) -> RunEnding
  ) throws -> Carried {
    let interruption = try Interruption(of: [], status: nil)
    let control = RunControl(
      session.run, interruption: interruption, window: RunWindow(until: nil, maximum: nil))
    let pipeline = try Pipeline(
      session: session, site: plan.makeSite(), intent: RunIntent(confirmation: Confirmation(isKnown: true)),
      options: options, lanes: 4, control: control, chronicle: RunChronicle(plan, log: RunLog()),
      progressStyle: options.progressStyle, isPlanning: false)
    try RunEnding.conclude([run(pipeline)])
    return try Carried(session.directory)
  }

  /// Asks the sandbox with a client that this project did not write; paths are below the version.
  func send(_ method: String, _ path: String, _ body: JSONValue? = nil, type: String? = nil) async throws
    -> (status: Int, json: JSONValue?)
  {
    let isFusion = resource.dialect == .fusionCX
    let base = isFusion ? "crmRestApi/resources/latest" : "services/rest/connect/v1.4"
    guard let encoded = path.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed),
      let url = URL(string: "\(server.baseURL)/\(base)\(encoded)")
    else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    if isFusion {
      // The first version whose errors are JSON and name the attribute.
      request.setValue("4", forHTTPHeaderField: "REST-Framework-Version")
    } else {
      request.setValue("tests", forHTTPHeaderField: "OSvC-CREST-Application-Context")
    }
    request.setValue("Basic YWRtaW46c2FuZGJveA==", forHTTPHeaderField: "Authorization")
    if let body {
      request.httpBody = Data(body.bytes())
      let ownType = isFusion ? "application/vnd.oracle.adf.resourceitem+json" : "application/json"
      request.setValue(type ?? ownType, forHTTPHeaderField: "Content-Type")
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, try? JSONValue(parsing: Array(data)))
  }

  /// Runs blocking work on a thread of its own: the sandbox needs those of its own tasks.
  private func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "desk").async { continuation.resume(with: Result { try work() }) }
    }
  }
}
