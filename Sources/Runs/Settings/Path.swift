import Foundation

/// Splits paths by their text alone, unless a function says otherwise.
///
/// Foundation's `NSString` does this too, but on Linux its `deletingLastPathComponent` traps on a path of
/// one character (swift-corelibs-foundation, Swift 6.3).
enum Path {
  /// Returns `in` for `in/cases.csv.gz`, nothing for `cases.csv`.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Returns `cases.csv.gz` for `in/cases.csv.gz`.
  package static func name(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
  }

  /// Returns `gz` for `in/cases.csv.GZ`; nothing for `.profile`.
  static func ending(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// Returns `cases.csv` for `in/cases.csv.gz`.
  static func stem(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// Returns the absolute path of an existing file without links; `nil` if it does not exist.
  static func resolved(_ path: String) -> String? {
    guard let text = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// Returns a path inside a folder; an absolute path stays as it is.
  static func join(_ folder: String, _ path: String) -> String {
    if folder.isEmpty || path.hasPrefix("/") { return path }
    return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }
}
