import Foundation
import Testing

/// The documents agree with the project, and their links lead somewhere.
@Suite struct DocumentTests {
  /// The pages for people, by path.
  private static let pages: [String] = {
    let documents = (try? Project.documents("docs")) ?? []
    return ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] + documents
  }()

  /// Questions of a new reader, each with the page and heading that answers it.
  private static let questions = [
    ("How do I undo a run?", "guides/undo.md#roll-back-at-once"),
    ("What does exit code 3 mean?", "reference/exit-codes.md"),
    ("How do I run a job every night?", "guides/every-night.md#schedule-it"),
    ("Where does the password go?", "guides/jobs-and-sites.md#keep-the-secret-elsewhere"),
    ("How do I see what would change?", "guides/review-before.md#make-a-plan"),
    ("What do I do after a kill?", "guides/it-stopped.md#resume-it"),
    ("Who changed what, and why?", "guides/for-auditors.md#write-a-report"),
    ("How do I limit the rate?", "guides/jobs-and-sites.md#limit-the-rate"),
    ("Which columns can a sheet have?", "guides/jobs-and-sites.md#name-the-columns"),
    ("How do I mail the report?", "guides/every-night.md#mail-the-result"),
  ]

  @Test(arguments: pages) func everyLinkLeadsSomewhere(page: String) throws {
    for link in try links(of: page) where !link.contains("://") {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let target =
        parts[0].isEmpty ? page : path(parts[0], from: page)
      let file = Project.folder.appendingPathComponent(target).path
      #expect(FileManager.default.fileExists(atPath: file), "\(page): \(link)")
      guard parts.count == 2, target.hasSuffix(".md") else { continue }
      #expect(try headings(of: target).contains(parts[1]), "\(page): \(link)")
    }
  }

  /// One click to the page, one to the heading.
  @Test(arguments: questions) func aStrangerFindsEachAnswerWithinTwoClicks(
    question: String, answer: String
  ) throws {
    let parts = answer.split(separator: "#").map(String.init)
    let first = try links(of: "README.md").map { $0.prefix { $0 != "#" } }
    #expect(first.contains("docs/\(parts[0])"), "\(question)")
    if parts.count > 1 { #expect(try headings(of: "docs/\(parts[0])").contains(parts[1]), "\(question)") }
  }

  @Test func theReadmeCanBeReadAloudInFourMinutes() throws {
    let lines = try Project.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 150)
    let words = lines.flatMap { $0.split(separator: " ") }.filter { $0.contains(where: \.isLetter) }
    // 150 words a minute.
    #expect(words.count <= 600)
  }

  /// One rule a sentence, 25 words at most, where a person explains; tables and help are looked up, not read.
  @Test(arguments: pages.filter { $0 == "README.md" || $0.hasPrefix("docs/") })
  func noSentenceIsLong(page: String) throws {
    guard try !Project.text(page).hasPrefix("<!-- Written by") else { return }
    for paragraph in try paragraphs(of: page) {
      for sentence in paragraph.split(separator: /[.:;?!]["*)]*(\s+|$)/) {
        let words = sentence.split(whereSeparator: \.isWhitespace)
        #expect(words.count <= 25, "\(page): \(words.joined(separator: " "))")
      }
    }
  }

  private func path(_ link: String, from page: String) -> String {
    var folders = page.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/") where part != "." {
      if part == ".." { folders.removeLast() } else { folders.append(String(part)) }
    }
    return folders.joined(separator: "/")
  }

  private func links(of page: String) throws -> [String] {
    try Project.text(page).matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
  }

  /// The headings as links name them.
  private func headings(of page: String) throws -> [String] {
    try Project.text(page).matches(of: /(?m)^#+ (.*)$/).map { match in
      match.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        .replacing(" ", with: "-")
    }
  }

  /// The running text of a page: no code, no table, a list item by itself, and a link as its words.
  private func paragraphs(of page: String) throws -> [String] {
    let text = try Project.text(page).replacing(/(?ms)^```.*?^```$/, with: "")
      .replacing(/`[^`]*`/, with: "code").replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.1 }
    var paragraphs: [String] = [""]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isOther =
        line.hasPrefix("|") || line.hasPrefix("    ") || line.hasPrefix("#") || line.hasPrefix("<")
      let isItem = line.drop { $0 == " " }.hasPrefix("- ")
      if line.isEmpty || isOther || isItem { paragraphs.append("") }
      if !isOther { paragraphs[paragraphs.count - 1] += line + " " }
    }
    return paragraphs
  }

  @Test func continuousIntegrationRunsTheTestCommand() throws {
    let script = try Project.text(".ci/run")
    let commands = script.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("set ") }
    let expected = [
      #"cd "$(dirname "$0")/..""#,
      ".ci/setup varnish chromium valgrind mandoc zsh fish slurm parallel sshd nginx",
      "make test-all", "make test-report", "make test-scale", "make lint", "make check-linkage",
      "make bench-guard",
    ]
    #expect(commands.map(String.init) == expected)
    #expect(try Project.text("Makefile").contains(/(?m)^test-all: test\b/))
    #expect(try Project.text("CONTRIBUTING.md").contains(/(?m)^    make test\b/))
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
