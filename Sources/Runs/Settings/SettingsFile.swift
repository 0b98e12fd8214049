import Console
import Foundation
import Yams

/// A YAML file of settings, read with the line of every key, so that an error names its line.
///
/// Scalars stay as written: `1e3` is not 1000, and `no` is false only where a setting's form says so.
struct SettingsFile {
  /// The path as the user gave it, for messages.
  var path: String
  /// The folder that relative paths in the file start from.
  var folder: String
  /// The whole file, without a byte order mark.
  package var text: String
  var root: SettingsMapping

  /// Reads the mapping a file consists of.
  ///
  /// - Throws: `UserError`: 66 when there is no such file, 74 when it cannot be read, 78 when it is not
  ///   one YAML mapping.
  init(path: String, kind: String) throws(UserError) {
    let text = try SettingsFile.text(path, kind: kind)
    let root: Node?
    do {
      // YAML's types are not needed, and finding them out for each scalar takes most of the time.
      root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch {
      throw SettingsFile.syntaxError(error, path: path)
    }
    guard let mapping = root?.mapping else {
      throw UserError(
        .configuration, place: path, "is not a mapping of keys to values",
        hint: "write one 'key: value' a line")
    }
    self.path = path
    self.text = text
    folder = Path.folder(of: path)
    self.root = try SettingsMapping(mapping, file: path, path: [])
  }

  private static func text(_ path: String, kind: String) throws(UserError) -> String {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw UserError(.noSuchFile, place: path, "no such \(kind)", hint: "check the path")
    }
    guard !isFolder.boolValue else {
      throw UserError(.noSuchFile, place: path, "is a folder, not a \(kind)")
    }
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw UserError(
        .inputOutput, place: path, "the \(kind) cannot be read", hint: "check who may read it")
    }
    guard data.count <= sizeLimit else {
      throw UserError(
        .configuration, place: path, "is larger than \(sizeLimit >> 10) KiB, too large for a \(kind)",
        hint: "did you mean to give it as a sheet?")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw UserError(.configuration, place: path, "is not valid UTF-8", hint: "save it as UTF-8")
    }
    guard aliases(in: data) <= aliasLimit else {
      throw UserError(
        .configuration, place: path, "has more than \(aliasLimit) aliases (*name)",
        hint: "write out what they stand for")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  /// Returns how often something that looks like an alias occurs in a text.
  private static func aliases(in text: Data) -> Int {
    var count = 0
    var (before, star) = (UInt8(ascii: " "), false)
    for byte in text {
      if star, byte > 0x20, !"*,]}".utf8.contains(byte) { count += 1 }
      star = byte == UInt8(ascii: "*") && (before <= 0x20 || "[{,?:-".utf8.contains(before))
      before = byte
    }
    return count
  }

  /// Larger than any file that a person writes, and read in an instant.
  private static let sizeLimit = 256 << 10
  /// Aliases of aliases double with every line: a few dozen of them exceed any memory.
  private static let aliasLimit = 32

  private static func syntaxError(_ error: any Error, path: String) -> UserError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return UserError(
        .configuration, place: "\(path):\(mark.line)", "not valid YAML: \(problem)",
        hint: "quote texts with ':', '#' or '*' in them, and indent with blanks, not tabs")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return SettingsMapping.givenTwice(duplicates.first ?? "", place: "\(path):\(context.mark.line)")
    case .reader(let problem, _, _, _):
      return UserError(
        .configuration, place: path, "not valid YAML: \(problem)",
        hint: "remove control characters from it")
    default:
      return UserError(.configuration, place: path, "not valid YAML")
    }
  }
}
