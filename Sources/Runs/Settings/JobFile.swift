import Catalog
import Console
import Foundation
import Sites

/// A job file (`jobs/*.yaml`), read and checked key by key into `settings`.
struct JobFile {
  var path: String
  package var settings: JobSettings
  /// The file's text without a byte order mark.
  package var text: String

  /// The file's name without its extension: the job's name in runs and reports.
  package var name: String { Path.stem(of: path) }
  var folder: String { Path.folder(of: path) }

  /// Returns whether an argument names a job file, not a sheet.
  static func isJob(_ path: String) -> Bool {
    ["yaml", "yml"].contains(Path.ending(of: path))
  }

  /// Reads a job file.
  ///
  /// - Throws: `UserError`: 66 when there is no such file, 74 when it cannot be read, 78 with the line when
  ///   a key is unknown, given twice, not yet supported, or its value has the wrong form.
  init(path: String) throws(UserError) {
    let file = try SettingsFile(path: path, kind: "job file")
    self.path = path
    text = file.text
    settings = JobSettings()
    try settings.take(file.root)
  }

  /// Returns a path from a settings file relative to the working folder; `-` stays standard input.
  static func resolve(_ path: String, in folder: String) -> String {
    guard !path.hasPrefix("/"), path != "-", !folder.isEmpty else { return path }
    // `jobs/../a.csv` is `a.csv`, unless `jobs` is a link.
    let last = Path.name(of: folder)
    if path.hasPrefix("../"), ![".", "..", ""].contains(last),
      (try? FileManager.default.destinationOfSymbolicLink(atPath: folder)) == nil
    {
      return resolve(String(path.dropFirst(3)), in: Path.folder(of: folder))
    }
    return Path.join(folder, path)
  }
}

extension SettingsMapping {
  /// Returns the types in a mapping from attribute paths to types.
  ///
  /// - Throws: `UserError` with exit code 78 at the line of anything else.
  func declaredTypes(_ key: String) throws(UserError) -> [String: DeclaredType] {
    var types: [String: DeclaredType] = [:]
    guard let fields = try mapping(key, "a mapping of attribute paths to types") else { return types }
    for entry in fields.entries { types[entry.key] = try fields.value(entry.key, .declaredType) }
    return types
  }
}
