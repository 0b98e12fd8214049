package import Console
import Sites
import Staging

extension Setting {
  /// Every setting, below the title of its group in help.
  static let groups: [(title: String, settings: [Setting])] = [
    ("Sheet", SheetSettings.settings + SelectSettings.settings), ("Mapping", MappingSettings.settings),
    ("Conditions", ConditionSettings.settings), ("Rewriting", RewriteSettings.settings),
    ("Pace", PaceSettings.settings), ("Safety", SafetySettings.settings + SnapshotSettings.settings),
    ("Trouble", TroubleSettings.settings), ("Unattended", UnattendedSettings.settings),
    ("Log and metrics", MetricsSettings.settings),
    ("Report and rollback", ReasonSettings.settings + RollbackSettings.settings),
  ]

  /// Every setting.
  static let all = groups.flatMap(\.settings)

  /// The settings for how rows are sent, not for what they are.
  package static let sending =
    PaceSettings.settings + SafetySettings.settings + SnapshotSettings.settings + TroubleSettings.settings
    + UnattendedSettings.settings + MetricsSettings.settings

  private static let byFlag: [String: Setting] = all.reduce(into: [:]) { found, setting in
    found[setting.flag] = setting
    if case .onOff = setting.shape { found["no-\(setting.flag)"] = setting }
  }

  /// Returns the setting of a flag, given without its dashes; `nil` for flags that are no settings.
  package static func ofFlag(_ name: String) -> Setting? { byFlag[name] }
}

extension Setting {
  /// Returns where a key of a job belongs that was found at the wrong level, as a hint; `nil` for other words.
  static func place(of key: String, foundIn path: [String]) -> String? {
    let flag = key.replacing("_", with: "-")
    var places: [[String]] = []
    for setting in all {
      let index = setting.key.firstIndex(of: key) ?? (setting.flag == flag ? setting.key.count - 1 : nil)
      guard let index else { continue }
      let place = Array(setting.key.prefix(index + 1))
      if !places.contains(place) { places.append(place) }
    }
    if places.isEmpty, path.isEmpty, SiteKey.first.contains(key) {
      return "it describes a site: put it into sites.yaml, or below 'site'"
    }
    guard !places.isEmpty else { return nil }
    guard places.allSatisfy({ $0.count > 1 }) else {
      return "'\(key)' belongs at the top level of the file, not below '\(path.last ?? "")'"
    }
    let texts = places.map { place in
      place.dropLast().joined(separator: ": {") + ": {\(place[place.count - 1]): …"
        + String(repeating: "}", count: place.count - 1)
    }
    return "it belongs elsewhere: write \(texts.joined(separator: " or "))"
  }
}

extension JobSettings {
  /// Reads flags.
  ///
  /// - Throws: as `take(_:)`.
  init(_ flags: [RunRequest.Flag]) throws(UserError) {
    self.init()
    try take(flags)
  }

  /// Puts flags over these settings: a flag replaces a single value, and adds to a list or mapping.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and the expected form.
  mutating func take(_ flags: [RunRequest.Flag]) throws(UserError) {
    for flag in flags { try Setting.ofFlag(flag.name)?.readFlag(flag, &self) }
  }

  /// Takes in the settings of a job file.
  ///
  /// - Throws: `UserError` with exit code 78 that names the line of an unknown key or a malformed value.
  mutating func take(_ root: SettingsMapping) throws(UserError) { try take(root, of: Setting.all, depth: 0) }

  /// - Parameters:
  ///   - settings: the settings whose keys lead here.
  ///   - depth: the number of keys on the way.
  private mutating func take(
    _ mapping: SettingsMapping, of settings: [Setting], depth: Int
  ) throws(UserError) {
    var below: [(key: String, settings: [Setting])] = []
    for setting in settings {
      let key = setting.key[depth]
      if let index = below.firstIndex(where: { $0.key == key }) {
        below[index].settings.append(setting)
      } else {
        below.append((key, [setting]))
      }
    }
    try mapping.allow(below.map(\.key)) { Setting.place(of: $0, foundIn: mapping.path) }
    for (key, settings) in below where mapping[key] != nil {
      if let setting = settings.first(where: { $0.key.count == depth + 1 }) {
        try setting.readKey(mapping, key, &self)
        continue
      }
      let names = settings.map { $0.key[depth + 1] }.reduce(into: []) { (names: inout [String], name) in
        if !names.contains(name) { names.append(name) }
      }
      let named = names.count > 3 ? names.prefix(2) + ["…"] : names[...]
      if let mapping = try mapping.mapping(key, "a mapping with the keys \(named.joined(separator: ", "))") {
        try take(mapping, of: settings, depth: depth + 1)
      }
    }
  }
}

extension [RunRequest.Flag] {
  /// Returns whether a flag of this name, without its dashes, is among them.
  func has(_ name: String) -> Bool { contains { $0.name == name } }

  /// Returns these flags if they can be read.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and the expected form.
  package func checked() throws(UserError) -> Self {
    _ = try JobSettings(self)
    return self
  }

  /// Returns these flags with paths that mean the same wherever they are read again.
  func settled(in folder: String) -> Self {
    map { flag in
      guard Setting.ofFlag(flag.name)?.isPath == true else { return flag }
      return RunRequest.Flag(flag.name, flag.values.map { RunRequest.absolute($0, in: folder) })
    }
  }
}
