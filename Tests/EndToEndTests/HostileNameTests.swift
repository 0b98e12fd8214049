import Foundation
import TestSupport
import Testing

/// Names are data: headers, members, keys, values and paths that would act on the screen of anyone who reads
/// them.
@Suite(.blocking) struct HostileNameTests {
  /// A line end that fakes one of our lines, a colour, a window title, an eight-bit control, and a change of
  /// direction.
  private static let name = "a\nnote: all rows applied\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}31m\u{202E}z"

  /// Returns whether a text has nothing that a terminal obeys, and no forged line.
  private func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || !(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value))
          && !(0x202A...0x202E).contains(scalar.value)
    } && !text.split(separator: "\n").contains { $0.hasPrefix("note: all rows applied") }
  }

  private func expectHarmless(
    _ result: BinaryRunner.Result, location: SourceLocation = #_sourceLocation
  ) {
    for text in [result.standardOutput, result.standardError] {
      #expect(isHarmless(text), "\(text.debugDescription)", sourceLocation: location)
    }
  }

  @Test(arguments: ["check", "check --json"]) func ofColumnsAndValues(_ command: String) throws {
    let bulkpatch = try BinaryRunner(in: TemporaryFolder())
    let name = Self.name.replacing("\"", with: "")
    try bulkpatch.folder.write("sheet.csv", "id,\"\(name)\",severity\n1,x,\"\(name)\"\n\"\(name)\",,\n")
    try bulkpatch.folder.write(
      "members.jsonl", "{\"id\": 1, \"\(name.json)\": 1, \"subject\": {\"\(name.json)\": 2}}\n")
    for sheet in ["sheet.csv", "members.jsonl"] {
      let result = try bulkpatch.run(
        [sheet, "--resource", "incidents"].reduce(into: command.split(separator: " ").map(String.init)) {
          $0.append($1)
        })
      #expect(result.exitCode == 65)
      expectHarmless(result)
      #expect(result.standardOutput.contains(command == "check" ? "<U+001B>" : "\\u001b"))
    }
  }

  @Test func ofSheetsAndStateFolders() throws {
    let desk = try Desk(incidents: 5)
    let name = Self.name + ".csv"
    try desk.folder.write(name, "id,subject\n1,one\n99,\"\(Self.name)\"\n\"\(Self.name)\",x\n")
    let folder = ["--state-dir", desk.folder.path("state \(Self.name)")]
    let first = try desk.call(desk.run(name) + folder, exits: 1)
    expectHarmless(first)
    for command in [
      ["show", "latest"], ["show", "latest", "--json"], ["results", "latest"],
      ["results", "latest", "--json"],
      ["runs"], ["runs", "--json"], ["verify", "latest"], ["resume", "latest", "--quiet"],
    ] {
      expectHarmless(try desk.bulkpatch.run(command + folder))
    }
    expectHarmless(try desk.bulkpatch.run(["show", Self.name] + folder))
    expectHarmless(try desk.bulkpatch.run([Self.name]))

    // The printed command works as typed: the failed rows are copied and run again.
    let commands = first.standardOutput.split(separator: "\n").map { $0.trimmingPrefix("  ") }
    let copy = try #require(commands.first { $0.hasPrefix("cp ") })
    let again = try #require(commands.first { $0.hasPrefix("bulkpatch run ") })
    #expect(try desk.bulkpatch.shell("\(copy) && \(again) --yes").exitCode == 1)
  }

  @Test func ofTheLog() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("\(Self.name).csv", "id,subject\n1,one\n")
    for format in ["text", "json"] {
      try desk.call(
        desk.run("\(Self.name).csv") + [
          "--log", desk.folder.path("log"), "--log-format", format, "-v", "-q",
        ],
        exits: 0)
    }
    #expect(isHarmless(try desk.folder.read("log")))
  }
}

extension String {
  /// As it stands in a JSON text.
  fileprivate var json: String {
    unicodeScalars.map { scalar in
      scalar.value < 0x20 ? String(format: "\\u%04x", scalar.value) : String(scalar)
    }.joined()
  }
}
