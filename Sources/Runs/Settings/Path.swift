import Foundation

/// Taking paths apart, by their text alone where nothing else is said.
///
/// Foundation's `NSString` does this too, but on Linux its `deletingLastPathComponent` traps on a path of
/// one character (swift-corelibs-foundation, Swift 6.3).
enum Path {
  /// `in` for `in/cases.csv.gz`, nothing for `cases.csv`.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `cases.csv.gz` for `in/cases.csv.gz`.
  package static func name(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
  }

  /// `gz` for `in/cases.csv.GZ`; nothing for `.profile`.
  static func ending(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// `cases.csv` for `in/cases.csv.gz`.
  static func stem(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The absolute path without links of something that is there; `nil` when it is not.
  static func resolved(_ path: String) -> String? {
    guard let text = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// A path inside a folder; an absolute one stays as it is.
  static func join(_ folder: String, _ path: String) -> String {
    if folder.isEmpty || path.hasPrefix("/") { return path }
    return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }
}
