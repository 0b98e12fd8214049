import Testing

/// The words that a user reads are plain English, without phrases that read as translated.
@Suite struct VoiceTests {
  /// The places whose texts are read: a folder of sources, a document, or a folder of documents.
  private static let places = ["Sources", "README.md", "docs"]

  /// In lower case; each counts at the beginning of a word.
  private static let phrases = [
    "so many", "anew", " but for ", "is none", "gone on with", "go on with", "put down", "put back", "mend ",
    "somebody", "nobody", "whoever",
  ]

  /// The files that may have a phrase, each with the reason.
  private static let exceptions: [(path: String, phrase: String, reason: String)] = [
    ("Sources/Staging/Migrations.swift", "nobody", "run files hold the names of their migrations")
  ]

  @Test(arguments: places)
  func noTextReadsAsTranslated(place: String) throws {
    var seen = 0
    if place == "Sources" {
      for file in try Project.swiftFiles(below: place) {
        seen += 1
        let phrases = Self.phrases(in: file.text)
        if !phrases.isEmpty { expectNone(of: phrases, in: file.uncommentedLines, of: file.path) }
      }
    } else {
      for path in try Project.documents(place) {
        seen += 1
        let text = try Project.text(path)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        expectNone(of: Self.phrases(in: text), in: lines, of: path)
      }
    }
    #expect(seen > 0, "\(place)")
  }

  /// An exception that no text needs would let the phrase in again.
  @Test func everyExceptionIsNeeded() throws {
    for exception in Self.exceptions {
      #expect(!exception.reason.isEmpty, "\(exception)")
      #expect(Self.phrases(in: try Project.text(exception.path)).contains(exception.phrase), "\(exception)")
    }
  }

  @Test(arguments: [
    ("Nobody is here, but for one", [" but for ", "nobody"]), (#"let name = "anew""#, ["anew"]),
    ("recommend it, or amend it", [] as [String]), ("this none has", []), ("it is put back", ["put back"]),
  ])
  func aPhraseBeginsAWord(text: String, phrases: [String]) { #expect(Self.phrases(in: text) == phrases) }

  @Test func aCommentIsNoText() {
    let source = SourceFile(path: "", text: #"f("a \" // b")  // anew"# + "\n  // nobody\nlet c = 1")
    #expect(source.uncommentedLines == [#"f("a \" // b")  "#, "  ", "let c = 1"])
  }

  private func expectNone(of phrases: [String], in lines: [String], of path: String) {
    let allowed = Self.exceptions.filter { $0.path == path }.map(\.phrase)
    for phrase in phrases where !allowed.contains(phrase) {
      for (index, line) in lines.enumerated() where Self.has(phrase, line.lowercased()) {
        Issue.record("\(path):\(index + 1) has '\(phrase)', which no user should read")
      }
    }
  }

  private static func phrases(in text: String) -> [String] {
    let text = text.lowercased()
    return phrases.filter { has($0, text) }
  }

  private static func has(_ phrase: String, _ text: String) -> Bool {
    guard text.contains(phrase) else { return false }
    return phrase.hasPrefix(" ")
      || text.ranges(of: phrase).contains { range in
        range.lowerBound == text.startIndex || !text[text.index(before: range.lowerBound)].isLetter
      }
  }
}
