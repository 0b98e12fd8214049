import Catalog
import Console
import Foundation
import Sites

/// A job file (`jobs/*.yaml`), read and checked key by key; what it asks for is in `settings`.
struct JobFile {
  var path: String
  package var settings: JobSettings
  /// The file as it is, a byte order mark excepted.
  package var text: String

  /// The file's name without its ending: the job's name in runs and reports.
  package var name: String { Path.stem(of: path) }
  var folder: String { Path.folder(of: path) }

  /// Whether an argument names a job file, and not a sheet.
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

  /// A path of a settings file as seen from the working folder; `-` stays standard input.
  static func resolve(_ path: String, in folder: String) -> String {
    guard !path.hasPrefix("/"), path != "-", !folder.isEmpty else { return path }
    // `jobs/../a.csv` is `a.csv`, unless `jobs` is a link to somewhere else.
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
  /// What a mapping of attribute paths to types says.
  ///
  /// - Throws: `UserError` with exit code 78 at the line of what is no type.
  func declaredTypes(_ key: String) throws(UserError) -> [String: DeclaredType] {
    var types: [String: DeclaredType] = [:]
    guard let fields = try mapping(key, "a mapping of attribute paths to types") else { return types }
    for entry in fields.entries { types[entry.key] = try fields.value(entry.key, .declaredType) }
    return types
  }
}
