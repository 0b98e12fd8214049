import Catalog
import Dispatch
import Execution
import Sites
import Staging
import Synchronization
import TestSupport
import Testing

/// Lanes that share a thread, against a server.
@Suite(.blocking) struct LaneGroupTests {
  private static func site(_ server: ScriptedServer) throws -> any Site {
    var settings = SiteSettings(name: "test", kind: .b2cService, url: server.url)
    settings.connectTimeout = .seconds(5)
    settings.requestTimeout = .seconds(60)
    return try settings.makeSite(resource: .incidents)
  }

  /// The first record's answer comes only after those of all other rows.
  @Test(arguments: [2, 8, 33]) func noLaneWaitsForAnother(lanes: Int) throws {
    let staged = try StagedRun((1...200).map { (Int64($0), false) })
    let others = DispatchSemaphore(value: 0)
    let server = try ScriptedServer { request in
      guard request.body.contains("\"row 1\"") else {
        others.signal()
        return .answer(.ok())
      }
      return .answerLater {
        for _ in 2...200 { others.wait() }
        return .ok()
      }
    }
    let report = try staged.execute(on: Self.site(server)) { $0.lanes = lanes }
    #expect(report.requests == [200: 200])
    #expect(report.peakInFlight <= lanes)
    #expect(try staged.states().allSatisfy { $0 == .applied })
    #expect(Set(server.requests.map(\.connection)).count <= lanes)
  }

  /// Each kind of answer goes its own way: on the shared thread, or on the lane's own.
  @Test(arguments: [1, 3, 16]) func everyRowEndsOnceWhateverTheAnswers(lanes: Int) throws {
    let staged = try StagedRun((1...300).map { (Int64($0), $0 % 7 == 0) })
    let closed = Mutex<Set<String>>([])
    let server = try ScriptedServer { request in
      let number = request.body.split(separator: "row ").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
      switch number % 10 {
      case 3: return .answer(.problem("400 Bad Request", #"{"title":"No","o:errorCode":"OSC-CREST-00006"}"#))
      case 5 where closed.withLock { $0.insert(request.body).inserted }: return .close
      case 8: return .answerAndClose(.ok(["Connection: close"]))
      default: return .answer(.ok())
      }
    }
    let report = try staged.execute(on: Self.site(server)) { $0.lanes = lanes }
    #expect(report.stopReason == nil)
    for (index, state) in try staged.states().enumerated() {
      switch index + 1 {
      case let number where number % 10 == 3: #expect(state == .failed, "row \(number)")
      case let number where number % 70 == 35: #expect(state == .unknown, "row \(number)")
      case let number: #expect(state == .applied, "row \(number)")
      }
    }
    let sent = server.requests.map(\.body)
    // Updates whose answer was lost are sent once more; what adds a note is not.
    #expect(sent.count == 300 + closed.withLock { $0 }.count { !$0.contains("threads") })
    #expect(report.requests.values.reduce(0, +) == sent.count)
  }
}
