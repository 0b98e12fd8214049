import Catalog
import Console
import Patches
import Yams

/// One mapping of a settings file: its keys in the order they were written, each with its line.
struct SettingsMapping {
  struct Entry {
    var key: String
    var line: Int
    var value: Node
  }

  let entries: [Entry]
  /// The index of each key in the entries.
  private let places: [String: Int]
  /// The file's path, for messages.
  var file: String
  /// The keys that lead here from the file's root.
  var path: [String]

  init(_ mapping: Node.Mapping, file: String, path: [String]) throws(UserError) {
    self.file = file
    self.path = path
    var entries: [Entry] = []
    var places: [String: Int] = [:]
    for (key, value) in mapping {
      let line = key.mark?.line ?? mapping.mark?.line ?? 1
      guard let name = key.scalar?.string else {
        throw UserError(.configuration, place: "\(file):\(line)", "a key must be a plain text")
      }
      // Yams reads `1` and `"1"` as two keys; as settings they are one.
      guard places.updateValue(entries.count, forKey: name) == nil else {
        throw SettingsMapping.givenTwice(name, place: "\(file):\(line)")
      }
      entries.append(Entry(key: name, line: line, value: value))
    }
    (self.entries, self.places) = (entries, places)
  }

  static func givenTwice(_ key: String, place: String) -> UserError {
    UserError(
      .configuration, place: place, "the key '\(key)' is given more than once",
      hint: "keep the one you mean")
  }

  subscript(_ key: String) -> Entry? { places[key].map { entries[$0] } }

  /// Returns whether a key has a mapping below it.
  func isMapping(_ key: String) -> Bool { self[key]?.value.mapping != nil }

  /// Returns whether a key has nothing below it, such as a mapping whose lines are all comments.
  func isNothing(_ key: String) -> Bool { self[key]?.value.isNull ?? false }

  /// Returns a key with the keys that lead to it, such as `csv.delimiter`.
  func fullName(_ key: String) -> String { (path + [key]).joined(separator: ".") }

  /// Refuses every key that is not one of `known`.
  ///
  /// - Parameter place: returns where a key belongs that is not known here, as a hint.
  /// - Throws: `UserError` with exit code 78 that names the key, its line, and the nearest known key.
  func allow(_ known: [String], elsewhere place: (String) -> String? = { _ in nil }) throws(UserError) {
    for entry in entries where !known.contains(entry.key) {
      let near = NearestNames.to(entry.key, among: known).first.map { "did you mean '\(fullName($0))'?" }
      throw UserError(
        .configuration, place: "\(file):\(entry.line)", "unknown key '\(fullName(entry.key))'",
        hint: place(entry.key) ?? near ?? "known here: \(known.joined(separator: ", "))")
    }
  }

  /// Returns the value of a key in the form a setting asks for; `nil` if the key is absent.
  ///
  /// - Throws: `UserError` with exit code 78 that names key, line and expected form.
  package func value<Value>(_ key: String, _ form: Form<Value>) throws(UserError) -> Value? {
    guard let entry = self[key] else { return nil }
    return try read(entry.value, form, name: fullName(key), line: entry.line)
  }

  /// Returns the values of a sequence, or of one bare scalar.
  ///
  /// - Throws: as `value`.
  func values<Value>(_ key: String, _ form: Form<Value>) throws(UserError) -> [Value]? {
    guard let entry = self[key] else { return nil }
    guard let sequence = entry.value.sequence else {
      return [try read(entry.value, form, name: fullName(key), line: entry.line)]
    }
    var values: [Value] = []
    for node in sequence {
      values.append(
        try read(node, form, name: "each of '\(fullName(key))'", line: node.mark?.line ?? entry.line))
    }
    return values
  }

  /// Returns the mapping below a key; `nil` if the key is absent.
  ///
  /// - Throws: `UserError` with exit code 78 for anything else.
  func mapping(_ key: String, _ expected: String) throws(UserError) -> SettingsMapping? {
    guard let entry = self[key] else { return nil }
    guard let mapping = entry.value.mapping else {
      // The text is not repeated: it may be a password in the wrong place.
      let found = entry.value.sequence == nil ? "a single value" : "a list"
      throw error(key, "'\(fullName(key))' must be \(expected), not \(found)")
    }
    return try SettingsMapping(mapping, file: file, path: path + [key])
  }

  /// Returns an error in the value of a key, at its line.
  func error(_ key: String, _ message: String, hint: String? = nil) -> UserError {
    let line = self[key]?.line ?? entries.first?.line ?? 1
    return UserError(.configuration, place: "\(file):\(line)", message, hint: hint)
  }

  private func read<Value>(_ node: Node, _ form: Form<Value>, name: String, line: Int)
    throws(UserError) -> Value
  {
    guard let text = node.scalar?.string, let value = form.read(text) else {
      throw wrongForm(
        node, form.expected, name: name, line: line, hint: node.scalar.flatMap { form.hint(for: $0.string) })
    }
    guard form.takesNull || !node.isNull else {
      throw UserError(
        .configuration, place: "\(file):\(line)",
        "\(subject(name)) is YAML's null, '\(text)', which says nothing",
        hint:
          "leave the key out, or put the word in quotes; to clear a value, write '<null>' in quotes")
    }
    return value
  }

  private func wrongForm(
    _ node: Node, _ expected: String, name: String, line: Int, hint: String?
  ) -> UserError {
    let found =
      switch node {
      case .scalar(let scalar) where scalar.string.isEmpty: "nothing"
      case .scalar(let scalar): "'\(scalar.string.prefix(80))'"
      case .sequence: "a list"
      case .mapping, .alias: "a mapping"
      }
    return UserError(
      .configuration, place: "\(file):\(line)", "\(subject(name)) must be \(expected), not \(found)",
      hint: hint)
  }

  private func subject(_ name: String) -> String { name.hasPrefix("each of") ? name : "'\(name)'" }
}

extension Node {
  /// Indicates YAML's null (YAML 1.2, section 10.2.1): one of its words, without quotes.
  fileprivate var isNull: Bool {
    guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}
