import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Sites

/// Commands that get input; those that print secrets are in `SecretTests`.
@Suite struct ShellCommandTests {
  // As the tool does; a reader that goes away must not end the process.
  init() { signal(SIGPIPE, SIG_IGN) }

  private func tell(_ command: String, _ input: String = "", timeout: Duration = .seconds(60))
    -> ShellCommand.Status
  {
    ShellCommand(command).tell(
      input, environment: ["PATH": "/usr/bin:/bin", "FACT": "a b"], timeout: timeout)
  }

  @Test func tellsByStandardInputAndEnvironmentAndNothingElse() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("told")
    // More than a pipe holds.
    let text = String(repeating: "0123456789abcde\n", count: 20_000)
    #expect(tell("cat > '\(file)'", text) == .exited(0))
    #expect(try folder.read("told") == text)
    #expect(tell("test \"$FACT\" = 'a b' && test -z \"$HOME\"") == .exited(0))
  }

  /// A command given by its path still works; one missing from that path is not looked for anywhere else.
  @Test func startsInItsFolder() throws {
    let folder = try TemporaryFolder()
    let place = folder.path("it's \"here\" $HOME")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    for (command, expected) in [("pwd", place), ("echo $# ${0##*/}", "0 sh"), ("exit 7", "")] {
      let result = try ShellCommand(command, in: place).run()
      #expect(String(decoding: result.output, as: UTF8.self) == (expected.isEmpty ? "" : expected + "\n"))
      #expect(result.status == .exited(expected.isEmpty ? 7 : 0))
    }
    let gone = try ShellCommand("pwd", in: folder.path("gone")).run()
    #expect(String(decoding: gone.output, as: UTF8.self) == "/\n" && gone.status == .exited(0))
  }

  @Test func doesNotWaitForACommandThatDoesNotListen() {
    let text = String(repeating: "x", count: 1 << 20)
    #expect(tell("exit 3", text) == .exited(3))
    #expect(tell("kill -9 $$") == .killed(signal: 9))
  }

  @Test func killsWhatDoesNotEndAndAllItHasStarted() throws {
    let folder = try TemporaryFolder()
    // It ignores the polite signal; the child would write its mark if it lived on.
    let command =
      "trap '' TERM; (while :; do sleep 1; done; touch '\(folder.path("mark"))') & wait; sleep 600"
    #expect(
      ShellCommand(command).tell(
        "", environment: ["PATH": "/usr/bin:/bin"], timeout: .milliseconds(300), grace: .milliseconds(50))
        == .timedOut)
  }

  @Test func hearsEveryLineAndNothingOfWhatItLeavesRunning() throws {
    let folder = try TemporaryFolder()
    let lines = Mutex<[String]>([])
    let status = ShellCommand(
      "echo one; echo two >&2; printf three; sleep 600 & echo $! >'\(folder.path("pid"))'"
    ).tell(
      "", environment: ["PATH": "/usr/bin:/bin"], timeout: .seconds(60)
    ) { line in lines.withLock { $0.append(line) } }
    // It has what was open here when it was started, the listening sockets of other tests among it.
    let pid = try String(contentsOfFile: folder.path("pid"), encoding: .utf8)
    kill(try #require(pid_t(pid.trimmingCharacters(in: .whitespacesAndNewlines))), SIGKILL)
    #expect(status == .exited(0))
    #expect(lines.withLock { $0 } == ["one", "two", "three"])
  }

  @Test func doesNotWaitForWhatItLeavesRunning() {
    #expect(tell("sleep 5 > /dev/null 2>&1 < /dev/null &") == .exited(0))
  }
}
