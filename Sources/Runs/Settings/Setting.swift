import Console
import Staging

/// One setting: the key that a job file has for it, the flag, how both are written, what help says of it, and where its
/// value goes.
///
/// This is all there is to say of a setting. The flags of the commands, the keys that a job file may have, which of them
/// wins, and what a run keeps of its command line follow from it.
package struct Setting: Sendable {
  /// How a flag is given.
  package enum Shape: Sendable {
    /// Once, with a value: `--lanes 8`.
    case single
    /// As often as wanted, each time with a value.
    case list
    /// Without a value, and as its contrary: `--verify`, `--no-verify`.
    case onOff
  }

  /// What a shell offers for a value.
  package enum Completion: Sendable {
    case file
    case folder
  }

  /// The job's key, behind those that lead to it: `execution.lanes`.
  let key: [String]
  /// The flag without its dashes.
  package let flag: String
  package let shape: Shape
  /// One sentence for people.
  package let help: String
  /// What a flag's value is called in help; `nil` for a flag without one.
  package let valueName: String?
  package let completion: Completion?
  /// Whether a flag's value is a path, which means the same wherever the run is taken up again.
  let isPath: Bool
  /// Puts what the flag says into settings.
  let readFlag: @Sendable (RunRequest.Flag, inout JobSettings) throws(UserError) -> Void
  /// Puts what a key says into settings.
  let readKey: @Sendable (SettingsMapping, _ key: String, inout JobSettings) throws(UserError) -> Void

  /// - Parameters:
  ///   - key: the job's key with dots.
  ///   - value: what a flag's value is called in help.
  init(
    key: String, flag: String, shape: Shape = .single, help: String, value: String? = nil,
    completion: Completion? = nil, isPath: Bool = false,
    readFlag: @escaping @Sendable (RunRequest.Flag, inout JobSettings) throws(UserError) -> Void,
    readKey: @escaping @Sendable (SettingsMapping, String, inout JobSettings) throws(UserError) -> Void
  ) {
    self.key = key.split(separator: ".").map(String.init)
    self.flag = flag
    self.shape = shape
    self.help = help
    valueName = value
    self.completion = completion
    self.isPath = isPath
    self.readFlag = readFlag
    self.readKey = readKey
  }
}

/// Some of the settings, which commands take together.
package protocol SettingList {
  static var settings: [Setting] { get }
}
