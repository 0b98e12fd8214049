import Testing

/// The documents agree with the project.
@Suite struct DocumentTests {
  @Test func theReadmeHasTheTableOfExitCodes() throws {
    let source = try Project.text("Sources/Console/ExitCode.swift")
    let numbers = source.matches(of: /case (\w+) = (\d+)/).map { (String($0.1), String($0.2)) }
    let meanings = source.matches(of: /case \.(\w+): "([^"]* [^"]*)"/).map { (String($0.1), String($0.2)) }
    let meaning = Dictionary(meanings) { first, _ in first }
    #expect(!numbers.isEmpty && numbers.count == meaning.count)

    let table = DocumentTable(headed: "exit code", in: try Project.text("README.md"))
    let documented = Dictionary(table.rows.map { ($0[0], $0[1]) }) { first, _ in first }
    #expect(documented.keys.sorted() == numbers.map(\.1).sorted())
    for (name, number) in numbers {
      let text = try #require(documented[number], "exit code \(number)")
      #expect(text.hasPrefix(meaning[name] ?? name), "exit code \(number)")
    }
  }

  @Test func theReadmeDescribesEveryCommand() throws {
    let readme = try Project.text("README.md")
    let commands = try Project.swiftFiles(below: "Sources/bulkpatch/Commands")
      .flatMap { $0.text.matches(of: /commandName: "([a-z]+)"/).map { String($0.1) } }
    #expect(!commands.isEmpty)
    for command in commands { #expect(readme.contains("`bulkpatch \(command)"), "\(command)") }
  }

  @Test func continuousIntegrationRunsTheReadmesTestCommand() throws {
    let script = try Project.text(".ci/run")
    let commands = script.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("set ") }
    let expected = [
      #"cd "$(dirname "$0")/..""#, ".ci/setup varnish chromium valgrind", "make test-all", "make test-report",
      "make lint",
      "make check-linkage", "make bench-guard",
    ]
    #expect(commands.map(String.init) == expected)
    #expect(try Project.text("Makefile").contains(/(?m)^test-all: test\b/))
    #expect(try Project.text("README.md").contains(/(?m)^    make test\b/))
  }

  @Test func theArchitectureNamesEveryColumnOfTheRunFile() throws {
    let architecture = try Project.text("ARCHITECTURE.md")
    let tables = try Project.text("Sources/Staging/Migrations.swift")
      .matches(of: /CREATE TABLE (\w+) \((.*?)\) STRICT/.dotMatchesNewlines())
    #expect(!tables.isEmpty)
    for table in tables {
      #expect(architecture.contains("**`\(table.1)`**"), "table \(table.1)")
      for column in table.2.matches(of: /(?m)^\s*([a-z_0-9]+) (?:TEXT|INTEGER|REAL|BLOB|ANY)/) {
        #expect(architecture.contains("`\(column.1)`"), "\(table.1).\(column.1)")
      }
    }
  }

  @Test func theArchitectureNamesEveryRowState() throws {
    let states = try Project.text("Sources/Staging/RowState.swift").matches(of: /(?m)^  case (\w+)$/).map(\.1)
    #expect(!states.isEmpty)
    let architecture = try Project.text("ARCHITECTURE.md")
    for state in states { #expect(architecture.contains(state), "\(state)") }
  }
}
