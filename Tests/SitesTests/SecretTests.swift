import Foundation
import TestSupport
import Testing

@testable import Sites

/// Secrets: their sources, and that they never leave their place.
@Suite struct SecretTests {
  @Test func neverPrints() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(["login": secret], to: &dumped)
    for text in ["\(secret)", secret.debugDescription, String(reflecting: secret), "\([secret])", dumped] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("***"))
    }
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }

  @Test func readsAVariable() throws {
    #expect(try SecretSource.environment("PASSWORD").read(environment: ["PASSWORD": "a b"]) == Secret("a b"))
    #expect(throws: SecretError.self) { try SecretSource.environment("PASSWORD").read(environment: [:]) }
    #expect(throws: SecretError.self) {
      try SecretSource.environment("PASSWORD").read(environment: ["PASSWORD": ""])
    }
  }

  @Test(arguments: [
    ("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\nmore\n", "hunter2"), (" a \n", " a "),
  ])
  func readsTheFirstLineOfAFile(content: String, secret: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("secret", content)
    try protect(path, 0o600)
    #expect(try SecretSource.file(path).read() == Secret(secret))
  }

  @Test(arguments: [[], Array("\nsecond".utf8), [0xFF, 0xFE, 0x0A]] as [[UInt8]])
  func refusesAFileWithoutASecret(content: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("secret", content)
    try protect(path, 0o600)
    #expect(throws: SecretError.self) { try SecretSource.file(path).read() }
  }

  @Test(arguments: [
    (0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o604, false), (0o602, false),
  ])
  func refusesAFileThatEveryoneCanOpen(mode: Int, isFine: Bool) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("secret", "hunter2")
    try protect(path, mode)
    guard !isFine else {
      #expect(try SecretSource.file(path).read() == Secret("hunter2"))
      return
    }
    let error = #expect(throws: SecretError.self) { try SecretSource.file(path).read() }
    #expect(error?.hint == "chmod 600 \(path)")
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: SecretError.self) { try SecretSource.file(folder.path("none")).read() }
    #expect(missing?.message == "\(folder.path("none")): cannot be read: no such file or directory")
    let directory = #expect(throws: SecretError.self) { try SecretSource.file(folder.url.path).read() }
    #expect(directory?.message == "\(folder.url.path): cannot be read: is a directory")
  }

  @Test func readsTheFirstLineACommandPrints() throws {
    #expect(try SecretSource.command("echo hunter2; echo more; echo warning >&2").read() == Secret("hunter2"))
  }

  @Test(
    arguments: [
      (
        "echo hunter2; echo 'no such entry' >&2; echo more >&2; exit 3",
        "ended with exit code 3: no such entry"
      ),
      ("echo hunter2; exit 1", "ended with exit code 1"),
      ("echo hunter2; kill -TERM $$", "was killed by signal 15"),
    ])
  func showsWhatAFailedCommandSaysAndNeverWhatItPrints(command: String, words: String) {
    let error = #expect(throws: SecretError.self) { try SecretSource.command(command).read() }
    #expect(error?.message == "the secret's command \(words)")
    #expect(error?.hint.contains("hunter2") == false)
  }

  @Test func aCommandCannotReadTheSheetFromStandardInput() throws {
    #expect(try SecretSource.command("cat; echo done").read() == Secret("done"))
  }

  @Test func aTalkativeCommandDoesNotBlock() throws {
    let noise =
      "i=0; while [ $i -lt 3000 ]; do echo 'a line that is rather long, and another, and another'; i=$((i+1)); done"
    #expect(try SecretSource.command("echo hunter2; \(noise); (\(noise)) >&2").read() == Secret("hunter2"))
  }

  @Test func aCommandDoesNotOutliveItsLimit() throws {
    let folder = try TemporaryFolder()
    let command = "sleep 301 & echo $! > \(folder.path("pid")); echo half a secret; wait"
    let result = try ShellCommand(command).run(limit: .milliseconds(300))
    #expect(result.status == .timedOut)
    #expect(result.output.isEmpty)
    let child = try #require(Int32(folder.read("pid").filter(\.isNumber)))
    // The process that adopts it may take a moment to reap it.
    var tries = 0
    while kill(child, 0) == 0, !isZombie(child), tries < 10_000 {
      usleep(1_000)
      tries += 1
    }
    #expect(kill(child, 0) != 0 || isZombie(child))
  }

  private func isZombie(_ process: Int32) -> Bool {
    ((try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? "").contains(") Z ")
  }

  /// An agent that it has started stays, and holds its streams open.
  @Test func doesNotWaitForWhatACommandLeavesRunning() throws {
    let result = try ShellCommand("sleep 30 & echo hunter2").run(limit: .seconds(20))
    #expect(result.status == .exited(0))
    #expect(result.output == Array("hunter2\n".utf8))
  }

  @Test func doesNotWaitForAPipeWithoutAWriter() throws {
    let folder = try TemporaryFolder()
    #expect(unsafe mkfifo(folder.path("pipe"), 0o600) == 0)
    let error = #expect(throws: SystemError.self) {
      try SecretFile(path: folder.path("pipe"), limit: .milliseconds(200))
    }
    #expect(error?.number == ETIMEDOUT)
  }

  @Test func readsASystemdCredential() throws {
    let folder = try TemporaryFolder()
    try folder.write("desk", "hunter2\n")
    let environment = ["CREDENTIALS_DIRECTORY": folder.url.path]
    #expect(try SecretSource.credential("desk").read(environment: environment) == Secret("hunter2"))
    #expect(throws: SecretError.self) { try SecretSource.credential("desk").read(environment: [:]) }
    for name in ["", ".", "..", "../desk", "/etc/passwd", "a\0b"] {
      let error = #expect(throws: SecretError.self) {
        try SecretSource.credential(name).read(environment: environment)
      }
      #expect(error?.message == "'\(name)' is not the name of a systemd credential")
    }
  }

  private func protect(_ path: String, _ mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }
}
