import Foundation
import TestSupport
import Testing

/// The sandbox as its own process, which other end-to-end tests rely on.
@Suite(.blocking) struct SandboxCommandTests {
  @Test func saysWhereItListensAndEndsWhenAsked() throws {
    let folder = try TemporaryFolder()
    let sandbox = try SandboxProcess(BinaryRunner(in: folder), ["--database", folder.path("s.sqlite")])
    #expect(sandbox.url.hasPrefix("http://127.0.0.1:"))
    #expect(FileManager.default.fileExists(atPath: folder.path("s.sqlite")))
    #expect(sandbox.terminate() == 0)
  }

  @Test func saysWhyItDoesNotStart() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SandboxProcess.Failure.self) {
      try SandboxProcess(BinaryRunner(in: folder), ["--database", folder.path("no/such/folder/s.sqlite")])
    }
  }

  @Test func saysWhichWordOfAFaultIsWrong() throws {
    let folder = try TemporaryFolder()
    let result = try BinaryRunner(in: folder)(
      "sandbox", "--fault", "PATCH incidents status=503", "--fault", "PATCH incidents reset=never")
    #expect(result.exitCode == 64)
    #expect(
      result.standardError.hasPrefix(
        "bulkpatch-sandbox: fault 'PATCH incidents reset=never': 'reset=never' must be before-commit or "))
    #expect(result.standardError.contains("\nhint: "))
    #expect(result.standardOutput.isEmpty)
  }

  @Test func passesEverythingOnToAProgramOfItsOwn() throws {
    let bulkpatch = BinaryRunner(in: try TemporaryFolder())
    let help = try bulkpatch("sandbox", "--help")
    #expect(help.standardOutput.contains("USAGE: bulkpatch-sandbox <options>"))
    #expect(help == (try bulkpatch.shell("bulkpatch-sandbox --help")))
    #expect(try bulkpatch("sandbox", "--port", "70000").exitCode == 64)
    #expect(try bulkpatch("sandbox", "--import", "none.jsonl").exitCode == 66)
    let process = try bulkpatch.start(["sandbox", "--database", "s.sqlite"])
    while process.isRunning, process.standardOutput.isEmpty { usleep(10_000) }
    process.send(SIGINT)
    #expect(try process.result().exitCode == 0)
  }

  @Test func findsItsProgramOnThePathOrSaysHowToGetIt() throws {
    let folder = try TemporaryFolder()
    let alone = folder.path("bulkpatch")
    let bulkpatch = BinaryRunner(in: folder)
    // Through a process of its own: a program that is still open for writing, in any child, cannot be
    // started.
    #expect(try bulkpatch.shell("cp \"$(command -v bulkpatch)\" bulkpatch").exitCode == 0)
    #expect(try bulkpatch.shell("'\(alone)' sandbox --version").standardOutput == "0.1.0\n")
    let result = try bulkpatch.shell("PATH=/usr/bin:/bin exec '\(alone)' sandbox --port 0")
    #expect(result.exitCode == 66)
    #expect(
      result.standardError.contains("bulkpatch-sandbox is neither beside bulkpatch nor on PATH\nhint: "))
  }

  /// A client's connection that outlives the sandbox must not keep the next one from the port.
  @Test func comesBackOnItsPortAfterAKill() throws {
    let desk = try Desk(incidents: 60, "--fault", "PATCH incidents after=20 stall=600s")
    try desk.writeSheet(rows: 60, incidents: 60)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "4"))
    try desk.wait(for: running) { try desk.changes().count == 19 }
    desk.sandbox.kill()
    let port = try #require(desk.url.split(separator: ":").last)
    let again = try SandboxProcess(
      desk.bulkpatch, ["--database", desk.folder.path("desk.sqlite"), "--port", String(port)])
    #expect(again.url == desk.url)
    // The run that was under way continues.
    #expect(try running.result().exitCode == 0)
    #expect(try desk.counts() == ["applied": 60])
    #expect(try desk.changes().count { $0.isCommitted } == 60)
  }
}
