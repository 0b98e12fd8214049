package import Console
import Staging

extension Setting {
  /// Every setting that there is.
  static let all =
    SheetSettings.settings + MappingSettings.settings + ReasonSettings.settings + sending
    + RollbackSettings.settings

  /// Those that say how rows are sent, and not what they are.
  package static let sending =
    PaceSettings.settings + SafetySettings.settings + SnapshotSettings.settings + TroubleSettings.settings
    + UnattendedSettings.settings + MetricsSettings.settings

  private static let byFlag: [String: Setting] = all.reduce(into: [:]) { found, setting in
    found[setting.flag] = setting
    if case .onOff = setting.shape { found["no-\(setting.flag)"] = setting }
  }

  /// The setting that a flag, without its dashes, gives; `nil` for flags that are no settings.
  package static func ofFlag(_ name: String) -> Setting? { byFlag[name] }
}

extension JobSettings {
  /// What flags say.
  ///
  /// - Throws: as `take(_:)`.
  init(_ flags: [RunRequest.Flag]) throws(UserError) {
    self.init()
    try take(flags)
  }

  /// Puts what flags say over these settings: a flag replaces a single value, and adds to a list or mapping.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and what it must be.
  mutating func take(_ flags: [RunRequest.Flag]) throws(UserError) {
    for flag in flags { try Setting.ofFlag(flag.name)?.readFlag(flag, &self) }
  }

  /// Takes in what a job file says.
  ///
  /// - Throws: `UserError` with exit code 78 that names the line of a key that is unknown, or of a value that has the
  ///   wrong form.
  mutating func take(_ root: SettingsMapping) throws(UserError) { try take(root, of: Setting.all, depth: 0) }

  /// - Parameters:
  ///   - settings: those whose keys lead here.
  ///   - depth: how many keys that took.
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
    try mapping.allow(below.map(\.key))
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
  /// Whether a flag of this name, without its dashes, is among them.
  func has(_ name: String) -> Bool { contains { $0.name == name } }

  /// These flags, if they can be read.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and what it must be.
  package func checked() throws(UserError) -> Self {
    _ = try JobSettings(self)
    return self
  }

  /// These flags with paths that mean the same wherever they are read again.
  func settled(in folder: String) -> Self {
    map { flag in
      guard Setting.ofFlag(flag.name)?.isPath == true else { return flag }
      return RunRequest.Flag(flag.name, flag.values.map { RunRequest.absolute($0, in: folder) })
    }
  }
}
