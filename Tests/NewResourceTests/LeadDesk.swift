import ArgumentParser
import Catalog
import Dispatch
import Foundation
import JSON
import Sandbox
import Sites
import Staging
import TestSupport

@testable import Runs
@testable import bulkpatch

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A sandbox in this process that has leads beside what is shipped, and a folder for the tool's runs.
struct LeadDesk: Sendable {
  private let server: SandboxServer
  private let folder: TemporaryFolder

  /// Runs the body against a fresh sandbox that holds three leads, the first of them with a note.
  static func open(_ body: (LeadDesk) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.resources = ResourceType.all + [.leads]
    settings.importFile = try folder.write(
      "leads.jsonl",
      """
      {"resource": "leads", "LeadId": 1, "LeadNumber": "L1", "Name": "Pump", "Notes": [{"NoteId": 11, "NoteText": "old"}]}
      {"resource": "leads", "LeadId": 2, "LeadNumber": "L2", "Name": "Filter", "Description": "urgent"}
      {"resource": "leads", "LeadId": 3, "LeadNumber": "L3", "Name": "Net", "StatusCode": "QUALIFIED"}
      """)
    let desk = LeadDesk(server: try await SandboxServer.start(settings), folder: folder)
    do {
      try await body(desk)
    } catch {
      await desk.server.stop()
      throw error
    }
    await desk.server.stop()
  }

  /// Carries out a sheet of leads as `bulkpatch run` does, from the plan to the result files.
  ///
  /// - Returns: the state of each row, in sheet order.
  /// - Throws: what the tool throws, an exit code other than success included.
  func run(_ sheet: String, batch: BatchWord = .off) async throws -> [RowState] {
    var site = SiteSettings(name: "desk", kind: .fusionCX, url: server.baseURL)
    site.authentication = .basic(user: "admin", password: .command("echo sandbox"))
    let (settings, folder) = (site, folder)
    return try await Self.blocking {
      var asked = JobSettings()
      asked.resource = .leads
      asked.sheet = try folder.write("sheet.csv", sheet)
      asked.site = .settings(settings)
      asked.execution.batch = batch
      let options = CallOptions(
        stateFolder: folder.path("state"), wantsJSON: false, isQuiet: true, isVerbose: false)
      let request = RunRequest(source: asked.sheet ?? "", folder: folder.url.path)
      let plan = try RunPlan(asked, asked: request, environment: [:])
      let (session, source) = try RunSession.start(plan, options: options)
      let interruption = try Interruption(of: [], status: nil)
      let control = RunControl(
        session.run, interruption: interruption, window: RunWindow(until: nil, maximum: nil))
      let pipeline = try Pipeline(
        session: session, site: plan.makeSite(), intent: RunIntent(confirmation: Confirmation(isKnown: true)),
        options: options, lanes: 4, control: control, chronicle: RunChronicle(plan, log: RunLog()),
        progressStyle: options.progressStyle, isPlanning: false)
      try RunEnding.conclude([pipeline.run { try $0.stage(from: source) }])
      var states: [RowState] = []
      try RunFile(reading: session.directory).forEachResult(in: RowState.allCases) { states.append($0.state) }
      return states
    }
  }

  /// Asks the sandbox with a client that this project did not write; paths are below the version.
  func send(
    _ method: String, _ path: String, _ body: JSONValue? = nil,
    type: String = "application/vnd.oracle.adf.resourceitem+json"
  ) async throws -> (status: Int, json: JSONValue?) {
    guard let url = URL(string: "\(server.baseURL)/crmRestApi/resources/latest\(path)") else {
      throw URLError(.badURL)
    }
    var request = URLRequest(url: url)
    request.httpMethod = method
    // The first version whose errors are JSON and name the attribute.
    request.setValue("4", forHTTPHeaderField: "REST-Framework-Version")
    request.setValue("Basic YWRtaW46c2FuZGJveA==", forHTTPHeaderField: "Authorization")
    if let body {
      request.httpBody = Data(body.bytes())
      request.setValue(type, forHTTPHeaderField: "Content-Type")
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, try? JSONValue(parsing: Array(data)))
  }

  /// A lead without its links, and the texts of its notes.
  func lead(_ id: Int64) async throws -> (lead: JSONValue?, notes: [String]) {
    let lead = try await send("GET", "/leads/\(id)?onlyData=true&expand=Notes").json
    let notes = (lead?["Notes"]?["items"] ?? lead?["Notes"])?.array ?? []
    return (lead, notes.compactMap { $0["NoteText"]?.string })
  }

  /// Does what blocks on a thread of its own: the sandbox needs those of its own tasks.
  private static func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "leads").async { continuation.resume(with: Result { try work() }) }
    }
  }
}
