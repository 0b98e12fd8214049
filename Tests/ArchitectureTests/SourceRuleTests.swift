import Testing

/// Rules of CONTRIBUTING.md that the compiler and the formatter do not check.
@Suite struct SourceRuleTests {
  private let files: [SourceFile]

  init() throws { files = try Project.swiftFiles(below: "Sources") + Project.swiftFiles(below: "Tests") }

  /// A function fits a screen; a list of migrations, each of which stays as it was written, is exempt.
  @Test func noFunctionIsLongerThanSeventyLines() {
    var seen = 0
    for file in files where file.name != "Migrations.swift" {
      for function in file.functions {
        seen += 1
        #expect(function.lines <= 70, "\(file.path): \(function.name) has \(function.lines) lines")
      }
    }
    #expect(seen > 1_000)
  }

  @Test func noNameSaysNothing() {
    let empty = /(Util|Utils|Utilities|Manager|Helper|Helpers|Common)(?![a-z])/
    for file in files {
      for name in file.declaredTypes + [file.name] where name.contains(empty) {
        Issue.record("\(file.path): \(name) is named after nothing it holds")
      }
    }
  }

  @Test func onlyTheSandboxIsAsynchronous() {
    let asynchronous = /\bTask\b *[{.(]|[^.]\basync\b|\bawait\b|\bactor\b/
    for file in files
    where file.path.hasPrefix("Sources/") && !file.path.hasPrefix("Sources/Sandbox/")
      && !file.path.hasPrefix("Sources/bulkpatch-sandbox/")
    {
      let suspicious = file.code { line in
        ["Task", "async", "await", "actor"].contains { line.contains($0) }
      }
      #expect(
        !suspicious.contains(asynchronous),
        "\(file.path) is asynchronous; the tool's concurrency is Dispatch")
    }
  }

  @Test func nothingIsLeftForLater() {
    let marks = ["TODO", "FIXME", "XXX", "HACK"]
    let mark = /\b(TODO|FIXME|XXX|HACK)\b/
    for file in files where file.name != "SourceRuleTests.swift" {
      guard marks.contains(where: file.text.contains) else { continue }
      #expect(!file.text.contains(mark), "\(file.path)")
    }
  }

  /// The states of a row have their names in one place; older run files were written before there was one.
  @Test func noSQLNamesAState() throws {
    let states = try Project.text("Sources/Staging/RowState.swift").matches(of: /(?m)^  case (\w+)$/).map {
      String($0.1)
    }
    #expect(!states.isEmpty)
    for file in try Project.swiftFiles(below: "Sources/Staging")
    where !["Migrations.swift", "RowState.swift"].contains(file.name) {
      let lines = file.text.split(separator: "\n").filter {
        !$0.contains("//") && !$0.contains("plan.action")
      }
      for state in states {
        #expect(!lines.contains { $0.contains("'\(state)'") }, "\(file.path) names \(state)")
      }
    }
  }
}
