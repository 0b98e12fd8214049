import Foundation
import Staging
import TestSupport
import Testing

@Suite struct RunRequestTests {
  @Test func isReadAsItWasWritten() throws {
    var record = RunFixture.record
    record.request = RunRequest(
      source: "/in/a b.yaml", folder: "/in",
      flags: [.init("column", ["A=id", "B=subject"]), .init("no-verify"), .init("null", [""])],
      isRepetitionMeant: true,
      scope: .init(rows: "3,7-12", records: ["5", "240317-000042"], isForced: true, retractsAppends: false))
    let folder = try TemporaryFolder()
    let directory = RunDirectory(path: folder.url.path)
    let file = try RunFile(creating: record, in: directory)
    #expect(try file.record().request == record.request)
  }

  /// The meaning of older versions' command lines.
  @Test(arguments: [
    (
      ["run", "jobs/a.yaml", "--lanes=2", "--yes", "-q", "--no-verify", "--again"],
      RunRequest(
        source: "/w/jobs/a.yaml", folder: "/w", flags: [.init("lanes", ["2"]), .init("no-verify")],
        isRepetitionMeant: true)
    ),
    (
      ["run", "--column", "A=b=id", "--column", "B=subject", "--", "-dash.csv"],
      RunRequest(source: "/w/-dash.csv", folder: "/w", flags: [.init("column", ["A=b=id", "B=subject"])])
    ),
    (
      ["run", "-", "--resource", "incidents", "--metrics", "out.prom", "--state-dir=/s", "--continue"],
      RunRequest(
        source: "-", folder: "/w",
        flags: [
          .init("resource", ["incidents"]), .init("metrics", ["/w/out.prom"]), .init("state-dir", ["/s"]),
        ])
    ),
    (
      ["rollback", "latest", "--only", "1-2", "--record", "7", "--record=8", "--force", "--dry-run"],
      RunRequest(
        source: "", folder: "/w",
        scope: .init(rows: "1-2", records: ["7", "8"], isForced: true, retractsAppends: false))
    ),
  ])
  func understandsTheCommandLinesOfOlderVersions(_ arguments: [String], _ request: RunRequest) {
    #expect(RunRequest(arguments: arguments, in: "/w") == request)
  }
}
