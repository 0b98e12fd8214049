import Foundation
import TestSupport
import Testing

/// Whole calls of the built binary, compared with recorded output: a test is a folder of `Golden/`.
///
/// `command` is a shell script; `stdout`, `stderr` and `exit-code` are the expected results; everything else
/// in the folder is copied to where the command runs. If there is a file `sandbox`, a sandbox starts with the
/// arguments in it; `$SITE` is its address, and `Golden/sheet.csv` is there to run. `RECORD_GOLDEN=1 swift
/// test` records the three again, and fails, so that a recording never passes by accident.
@Suite(.blocking) struct GoldenTests {
  @Test(arguments: GoldenCase.all)
  func printsWhatIsOnFile(_ golden: GoldenCase) throws {
    let folder = try TemporaryFolder()
    try golden.copyFiles(to: folder)
    let sandbox = try golden.startSandbox(in: folder)
    let result = try BinaryRunner(in: folder, environment: sandbox?.environment ?? [:])
      .shell(golden.read("command"), confirms: false)
    _ = sandbox?.process.terminate()
    let seen = GoldenCase.ExpectedState(
      standardOutput: GoldenCase.normalised(result.standardOutput, folder: folder),
      standardError: GoldenCase.normalised(result.standardError, folder: folder),
      exitCode: "\(result.exitCode)\n")

    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      try golden.record(seen)
      Issue.record("recorded again; rerun the tests without RECORD_GOLDEN")
      return
    }
    let expected = try golden.expectation
    #expect(seen.exitCode == expected.exitCode)
    #expect(seen.standardError == expected.standardError)
    #expect(seen.standardOutput == expected.standardOutput)
  }

  @Test func findsItsCases() {
    #expect(!GoldenCase.all.isEmpty)
  }
}

/// One folder of `Golden/`.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  struct ExpectedState: Equatable {
    var standardOutput: String
    var standardError: String
    var exitCode: String
  }

  var folder: URL

  var testDescription: String { folder.lastPathComponent }

  static let all: [GoldenCase] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.sorted().filter { !$0.hasPrefix(".") }
      .map { GoldenCase(folder: root.appendingPathComponent($0)) }
      .filter { FileManager.default.fileExists(atPath: $0.folder.appendingPathComponent("command").path) }
  }()

  var expectation: ExpectedState {
    get throws {
      ExpectedState(
        standardOutput: try read("stdout"), standardError: try read("stderr"),
        exitCode: try read("exit-code"))
    }
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  func record(_ seen: ExpectedState) throws {
    for (name, text) in [
      ("stdout", seen.standardOutput), ("stderr", seen.standardError), ("exit-code", seen.exitCode),
    ] {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
  }

  /// Copies the files that the command works on.
  func copyFiles(to target: TemporaryFolder) throws {
    let own = ["command", "stdout", "stderr", "exit-code", "sandbox"]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where !own.contains(name) {
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent(name), to: target.url.appendingPathComponent(name))
    }
  }

  /// A sandbox for the command, if it asks for one, and the variables that describe it.
  func startSandbox(
    in folder: TemporaryFolder
  ) throws -> (process: SandboxProcess, environment: [String: String])? {
    guard let words = try? read("sandbox") else { return nil }
    let sheet = self.folder.deletingLastPathComponent().appendingPathComponent("sheet.csv")
    try FileManager.default.copyItem(at: sheet, to: folder.url.appendingPathComponent("sheet.csv"))
    let arguments =
      words.split(whereSeparator: \.isWhitespace).map(String.init) + [
        "--database", folder.path("desk.sqlite"),
      ]
    let process = try SandboxProcess(BinaryRunner(in: folder), arguments)
    return (
      process,
      [
        "SITE": process.url, "BULKPATCH_USER": "admin", "BULKPATCH_PASSWORD": "sandbox",
        "XDG_STATE_HOME": folder.path("state"),
      ]
    )
  }

  /// A text without the parts that differ from run to run: the temporary folder, points in time, ports,
  /// durations, figures.
  static func normalised(_ text: String, folder: TemporaryFolder) -> String {
    text.replacing(folder.url.path, with: "<folder>")
      .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "<time>")
      .replacing(/\d{8}T\d{9}Z/, with: "<time>")
      .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d/, with: "<time>")
      .replacing(#/\bby [^ @]+@[^ :]+: /#, with: "by <person>: ")
      .replacing(/finished in [\d.]+ \w+/, with: "finished in <time>")
      .replacing(/Measured: .*/, with: "Measured: <figures>")
      .replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:<port>")
  }
}
