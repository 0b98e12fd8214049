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

  /// The text without comments and without what stands in quotes, as far as line by line can tell.
  var code: String { code { _ in true } }

  /// The lines of the code in which something may stand.
  ///
  /// Most lines have neither that nor quotes nor comments, and searching is many times cheaper than matching.
  func code(where isMeant: (Substring) -> Bool) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).filter(isMeant).map { line in
      line.contains("\"") || line.contains("//")
        ? line.replacing(/"(\\.|[^"\\])*"/, with: "\"\"").replacing(/\/\/.*/, with: "") : line
    }.joined(separator: "\n")
  }

  /// The modules it imports.
  var imports: [String] {
    code { $0.contains("import ") }.matches(
      of:
        /(?m)^(?:@\w+ )?(?:public |package |internal |fileprivate |private )?import (?:struct |enum |class |protocol |func )?(\w+)/
    )
    .map { String($0.1) }
  }

  private static let declarations = ["struct ", "enum ", "class ", "actor ", "protocol ", "typealias "]

  /// The types it declares, at any depth.
  var declaredTypes: [String] {
    code { line in Self.declarations.contains { line.contains($0) } }.matches(
      of: /\b(?:struct|enum|class|actor|protocol|typealias) ([A-Z]\w*)/
    ).map { String($0.1) }
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
