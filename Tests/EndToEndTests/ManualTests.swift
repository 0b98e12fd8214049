import ArgumentParser
import Console
import Foundation
import TestSupport
import Testing

@testable import bulkpatch

/// What is made from the programs themselves: help, the reference, the manual, completions.
@Suite(.blocking) struct ManualTests {
  private static let commands = Bulkpatch.configuration.subcommands.compactMap {
    $0.configuration.commandName
  }

  private func lines(_ text: String) -> Int { text.count { $0 == "\n" } }

  @Test(arguments: commands + [""]) func helpFitsOnAScreenOrTwo(command: String) throws {
    let runner = BinaryRunner(in: try TemporaryFolder(), environment: ["COLUMNS": "80"])
    let words = command.isEmpty ? [] : [command]
    let short = try runner.run(words + ["--help"])
    #expect(short.exitCode == 0 && lines(short.standardOutput) <= 60, "\(lines(short.standardOutput)) lines")
    let full = try runner.run(["help"] + words)
    #expect(full.exitCode == 0)
    // What the short one leaves out, the full one explains.
    let names = short.standardOutput.matches(of: /--[a-z][a-z-]+/).map { String($0.0) }
    #expect(names.count > 1)
    for name in names { #expect(full.standardOutput.contains(name), "\(name)") }
  }

  /// `make docs` writes them.
  @Test func theReferenceIsThatOfThePrograms() throws {
    let folder = try TemporaryFolder()
    let runner = BinaryRunner(in: folder)
    for program in ["bulkpatch", "bulkpatch-sandbox"] {
      let result = try runner.shell("\(program) --generate-documents markdown pages")
      #expect(result.exitCode == 0, "\(result)")
    }
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path("pages"))
    #expect(
      pages.sorted() == [
        "bulkpatch-sandbox.md", "commands.md", "exit-codes.md", "job-keys.md", "site-keys.md",
      ])
    for page in pages {
      let written = try GuidePage.text("docs/reference/\(page)")
      #expect(try written == folder.read("pages/\(page)"), "'make docs' writes docs/reference/\(page) again")
    }
    #expect(try runner.shell("bulkpatch --generate-documents markdown").exitCode == 64)
  }

  @Test func everyCommandHasAPageOfTheManual() throws {
    let folder = try TemporaryFolder()
    let runner = BinaryRunner(in: folder)
    for program in ["bulkpatch", "bulkpatch-sandbox"] {
      _ = try runner.shell("\(program) --generate-documents man man")
    }
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path("man")).sorted()
    #expect(pages == (["bulkpatch"] + Self.commands.map { "bulkpatch-\($0)" }).map { "\($0).1" }.sorted())
    #expect(try folder.read("man/bulkpatch-run.1").contains(#"\fB\-\-stop\-after\-failures <n>\fR"#))
    guard try Checker.mandoc.isThere() else { return }
    for page in pages { try Checker.mandoc.check(folder.path("man/\(page)")) }
  }

  /// What a shell offers for the word at the end.
  private func offers(_ runner: BinaryRunner, _ words: String...) throws -> [String] {
    let line = words.joined(separator: " ")
    let script = """
      source <(bulkpatch --generate-completion-script bash)
      COMP_WORDS=(\(line) '') COMP_CWORD=\(words.count) COMP_LINE='\(line) ' COMP_POINT=\(line.count + 1)
      _bulkpatch bulkpatch '' \(words.last ?? "")
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try runner.shell("bash -c \"$(cat <<'END'\n\(script)\nEND\n)\"")
    #expect(result.exitCode == 0 && result.standardError == "", "\(result)")
    return result.standardOutput.split(separator: "\n").map(String.init)
  }

  @Test func completionsKnowRunsSitesAndWords() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 2, incidents: 2)
    try desk.writeSites()
    try desk.folder.write("jobs/sites.yaml", "nearby:\n  kind: b2c-service\n")
    try desk.call(desk.run("sheet.csv"), exits: 0)
    let run = try #require(try desk.runFolders().last).split(separator: "/").last.map(String.init)
    #expect(try offers(desk.bulkpatch, "bulkpatch", "show") == ["latest", "latest:sheet", run])
    #expect(try offers(desk.bulkpatch, "bulkpatch", "runs", "--job") == ["sheet"])
    let state = ["bulkpatch", "show", "--state-dir", "elsewhere"]
    #expect(try offers(desk.bulkpatch, state[0], state[1], state[2], state[3]) == [])
    #expect(try offers(desk.bulkpatch, "bulkpatch", "run", "--site") == ["incidents", "interactions"])
    #expect(
      try offers(desk.bulkpatch, "bulkpatch", "run", "jobs/a.yaml", "--site")
        == ["nearby", "incidents", "interactions"])
    #expect(try offers(desk.bulkpatch, "bulkpatch", "run", "--on-failure") == ["hold", "continue"])
    #expect(try offers(desk.bulkpatch, "bulkpatch", "results", "--format") == ["csv", "jsonl", "table"])
    #expect(try offers(desk.bulkpatch, "bulkpatch", "results", "--state").contains("unknown"))
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func theShellTakesItsCompletions(shell: String) throws {
    let runner = BinaryRunner(in: try TemporaryFolder())
    guard try runner.shell("command -v \(shell)").exitCode == 0 else { return }
    let result = try runner.shell(
      "bulkpatch --generate-completion-script \(shell) > script && \(shell) -n script")
    #expect(result.exitCode == 0 && result.standardError == "", "\(result)")
  }
}
