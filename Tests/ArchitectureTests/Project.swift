import Foundation

/// The project's own files, as its rules see them: text.
enum Project {
  /// The project's top folder.
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file by its path from the top folder.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// The names in a folder, sorted.
  static func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path).sorted()
  }

  /// A document, or every Markdown file at any depth below a folder, by path.
  static func documents(_ path: String) throws -> [String] {
    guard !path.hasSuffix(".md") else { return [path] }
    return try FileManager.default.subpathsOfDirectory(atPath: folder.appendingPathComponent(path).path)
      .sorted().filter { $0.hasSuffix(".md") }.map { "\(path)/\($0)" }
  }

  /// Every Swift file at any depth below a folder, sorted by path.
  static func swiftFiles(below path: String) throws -> [SourceFile] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.appendingPathComponent(path).path)
    return try paths.sorted().filter { $0.hasSuffix(".swift") }
      .map { SourceFile(path: "\(path)/\($0)", text: try text("\(path)/\($0)")) }
  }
}

/// A Swift file of the project.
struct SourceFile {
  /// From the top folder.
  var path: String
  var text: String

  var lines: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count }
  var name: String { (path as NSString).lastPathComponent }

  /// The text without comments and quoted text, as far as a line-by-line scan can tell.
  var code: String { code { _ in true } }

  /// The lines of the code in which something may stand.
  ///
  /// By hand: a regular expression is compiled again wherever it is used, which would take most of these tests' time.
  func code(where isMeant: (Substring) -> Bool) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).filter(isMeant)
      .map { String(decoding: Self.code(of: Array($0.utf8)), as: UTF8.self) }.joined(separator: "\n")
  }

  /// The lines without comments, with what stands in quotes, as far as line by line can tell.
  var uncommentedLines: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String(decoding: Self.code(of: Array($0.utf8), keepsQuoted: true), as: UTF8.self) }
  }

  private static func code(of line: [UInt8], keepsQuoted: Bool = false) -> [UInt8] {
    let (quote, slash, escape) = (UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "\\"))
    var code: [UInt8] = []
    var isQuoted = false
    var index = 0
    while index < line.count {
      let byte = line[index]
      if byte == quote { isQuoted.toggle() }
      if !isQuoted, byte == slash, index + 1 < line.count, line[index + 1] == slash { break }
      if !isQuoted || byte == quote || keepsQuoted { code.append(byte) }
      let isEscape = isQuoted && byte == escape && index + 1 < line.count
      if isEscape, keepsQuoted { code.append(line[index + 1]) }
      index += isEscape ? 2 : 1
    }
    return code
  }

  private static let importedKinds: Set<Substring> = ["struct", "enum", "class", "protocol", "func"]
  private static let accessLevels: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
  ]

  /// The modules it imports.
  var imports: [String] {
    code { $0.contains("import ") }.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard !line.hasPrefix(" "), let place = words.firstIndex(of: "import"),
        words[..<place].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) })
      else { return nil }
      return words[(place + 1)...].first { !Self.importedKinds.contains($0) }.map { String(Self.name($0)) }
    }
  }

  private static let declarations: Set<Substring> = [
    "struct", "enum", "class", "actor", "protocol", "typealias",
  ]

  /// The functions and initialisers with a body of more than one line, and how many lines each has.
  ///
  /// As the formatter writes them: a body ends with a brace at the depth of its declaration.
  var functions: [(name: String, lines: Int)] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.compactMap { start in
      let line = lines[start]
      let words = line.drop { $0 == " " }
      let indent = line.prefix(line.count - words.count)
      let kinds: Set<Substring> = ["func", "init(", "init?(", "init<"]
      let known = words.split(separator: " ").prefix { Self.modifiers.contains($0) || $0.hasPrefix("@") }
      let rest = words.split(separator: " ").dropFirst(known.count)
      guard let kind = rest.first, kinds.contains(where: { kind.hasPrefix($0) }) else { return nil }
      guard !(line.contains("{") && line.hasSuffix("}")),
        let end = lines[(start + 1)...].firstIndex(where: {
          !$0.isEmpty && ($0.hasPrefix("\(indent)}") || !$0.hasPrefix(indent))
        }), lines[end].hasPrefix("\(indent)}")
      else { return nil }
      return (rest.prefix(2).joined(separator: " "), end - start - 1)
    }
  }

  private static let modifiers: Set<Substring> = [
    "public", "package", "internal", "private", "fileprivate", "static", "class", "final", "mutating",
    "override", "convenience", "required", "nonisolated",
  ]

  /// The types it declares, at any depth.
  var declaredTypes: [String] { types { _ in true } }

  /// The types it declares that are in no other.
  var outerTypes: [String] { types { $0.first != " " } }

  private func types(where isMeant: (Substring) -> Bool) -> [String] {
    let lines = code { line in isMeant(line) && Self.declarations.contains { line.contains($0) } }
    return lines.split(separator: "\n").flatMap { line in
      let words = line.split(separator: " ")
      return zip(words, words.dropFirst()).filter { Self.declarations.contains($0.0) }
        .map { String(Self.name($0.1)) }.filter { $0.first?.isUppercase == true }
    }
  }

  private static func name(_ word: Substring) -> Substring {
    word.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}

/// A table of a Markdown file: the cells of each row below its header, trimmed.
struct DocumentTable {
  var rows: [[String]]

  /// The first table whose header has this cell.
  init(headed cell: String, in text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let table = lines.drop { !DocumentTable.cells($0).contains(cell) }.prefix { $0.hasPrefix("|") }
    rows = table.dropFirst(2).map(DocumentTable.cells)
  }

  private static func cells(_ line: some StringProtocol) -> [String] {
    guard line.hasPrefix("|") else { return [] }
    return line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).dropLast()
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
