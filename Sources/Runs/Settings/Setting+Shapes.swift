import Console
import Staging

extension Setting {
  typealias Place<Value> = WritableKeyPath<JobSettings, Value> & Sendable

  /// Returns a setting with one value.
  static func one<Value: Sendable>(
    _ key: String, _ flag: String, _ form: Form<Value>, _ place: any Place<Value?>, help: String,
    value: String
  ) -> Setting {
    Setting(
      key: key, flag: flag, help: help, value: value, expected: form.expected,
      completion: form.words.isEmpty ? nil : .words(form.words),
      readFlag: { given, settings throws(UserError) in
        settings[keyPath: place] = try form.value(ofFlag: given.name, given.values.last)
      },
      readKey: { mapping, key, settings throws(UserError) in
        settings[keyPath: place] = try mapping.value(key, form)
      })
  }

  /// Returns a path setting: a job's path starts at the job's folder, a flag's at the working folder.
  static func path(
    _ key: String, _ flag: String, _ place: any Place<String?>, help: String,
    completion: Completion = .file
  ) -> Setting {
    Setting(
      key: key, flag: flag, help: help, value: "path", expected: "a path", completion: completion,
      isPath: true,
      readFlag: { given, settings throws(UserError) in
        settings[keyPath: place] = try Form.text.value(ofFlag: given.name, given.values.last)
      },
      readKey: { mapping, key, settings throws(UserError) in
        settings[keyPath: place] = try mapping.value(key, .text).map {
          JobFile.resolve($0, in: Path.folder(of: mapping.file))
        }
      })
  }

  /// Returns a setting that is on or off.
  static func onOff(_ key: String, _ flag: String, _ place: any Place<Bool?>, help: String) -> Setting {
    Setting(
      key: key, flag: flag, shape: .onOff, help: help, expected: Form.boolean.expected,
      readFlag: { given, settings throws(UserError) in
        settings[keyPath: place] = given.name == flag
      },
      readKey: { mapping, key, settings throws(UserError) in
        settings[keyPath: place] = try mapping.value(key, .boolean)
      })
  }

  /// Returns a setting with a set of values, to which a flag adds.
  static func set<Value: Sendable & Hashable>(
    _ key: String, _ flag: String, _ form: Form<Value>, _ place: any Place<Set<Value>>, help: String,
    value: String
  ) -> Setting {
    Setting(
      key: key, flag: flag, shape: .list, help: help, value: value, expected: "a list: each \(form.expected)",
      completion: form.words.isEmpty ? nil : .words(form.words),
      readFlag: { given, settings throws(UserError) in
        for text in given.values {
          if let value = try form.value(ofFlag: flag, text) { settings[keyPath: place].insert(value) }
        }
      },
      readKey: { mapping, key, settings throws(UserError) in
        settings[keyPath: place].formUnion(try mapping.values(key, form) ?? [])
      })
  }

  /// Returns a setting with named values, `--flag name=value`, which a flag adds to or replaces.
  static func named<Value: Sendable>(
    _ key: String, _ flag: String, _ form: Form<Value>, expected: String, splitsAtLast: Bool = false,
    _ put: @escaping @Sendable (_ name: String, _ value: Value, inout JobSettings) -> Void, help: String,
    value: String
  ) -> Setting {
    Setting(
      key: key, flag: flag, shape: .list, help: help, value: value, expected: expected,
      readFlag: { given, settings throws(UserError) in
        for (name, value) in try assignments(given, form, splitsAtLast: splitsAtLast) {
          put(name, value, &settings)
        }
      },
      readKey: { mapping, key, settings throws(UserError) in
        guard let entries = try mapping.mapping(key, expected) else { return }
        for entry in entries.entries {
          if let value = try entries.value(entry.key, form) { put(entry.key, value, &settings) }
        }
      })
  }

  /// Reads flags of the form `name=value`, in the order given, each name once.
  private static func assignments<Value>(
    _ given: RunRequest.Flag, _ form: Form<Value>, splitsAtLast: Bool
  ) throws(UserError) -> [(name: String, value: Value)] {
    var values: [(name: String, value: Value)] = []
    for text in given.values {
      let found = splitsAtLast ? text.lastIndex(of: "=") : text.firstIndex(of: "=")
      guard let equals = found, equals != text.startIndex else {
        throw UserError(.usage, "--\(given.name) must be NAME=VALUE, not '\(text)'")
      }
      let name = String(text[..<equals])
      guard !values.contains(where: { $0.name == name }) else {
        throw UserError(.usage, "--\(given.name) is given twice for '\(name)'")
      }
      let value = String(text[text.index(after: equals)...])
      guard let value = try form.value(ofFlag: "\(given.name) \(name)=", value) else { continue }
      values.append((name, value))
    }
    return values
  }
}
