import Console
import Staging

/// A setting: its key in a job file, its flag, their written form, its help, and the place of its value.
///
/// This is its only definition. The commands' flags, the job file's keys, their precedence, and the part of the
/// command line that a run stores follow from it.
package struct Setting: Sendable {
  /// The form of a flag.
  package enum Shape: Sendable {
    /// Once, with a value: `--lanes 8`.
    case single
    /// Any number of times, each with a value.
    case list
    /// Without a value, and negated: `--verify`, `--no-verify`.
    case onOff
  }

  /// The completions that a shell offers for a value.
  package enum Completion: Sendable {
    case file
    case folder
    /// The sites that a name can mean.
    case site
    case words([String])
  }

  /// The job's key, after those that lead to it: `execution.lanes`.
  let key: [String]
  /// The flag without its dashes.
  package let flag: String
  package let shape: Shape
  /// One sentence for people.
  package let help: String
  /// The name of a flag's value in help; `nil` for a flag without one.
  package let valueName: String?
  /// The written form of the key's value, or of each of its values.
  let expected: String
  package let completion: Completion?
  /// Indicates a path, which keeps its meaning when the run is resumed from another folder.
  let isPath: Bool
  /// Puts the flag's value into settings.
  let readFlag: @Sendable (RunRequest.Flag, inout JobSettings) throws(UserError) -> Void
  /// Puts the key's value into settings.
  let readKey: @Sendable (SettingsMapping, _ key: String, inout JobSettings) throws(UserError) -> Void

  /// - Parameters:
  ///   - key: the job's key with dots.
  ///   - value: the name of a flag's value in help.
  ///   - expected: the written form of the key's value.
  init(
    key: String, flag: String, shape: Shape = .single, help: String, value: String? = nil, expected: String,
    completion: Completion? = nil, isPath: Bool = false,
    readFlag: @escaping @Sendable (RunRequest.Flag, inout JobSettings) throws(UserError) -> Void,
    readKey: @escaping @Sendable (SettingsMapping, String, inout JobSettings) throws(UserError) -> Void
  ) {
    self.key = key.split(separator: ".").map(String.init)
    self.flag = flag
    self.shape = shape
    self.help = help
    valueName = value
    self.expected = expected
    self.completion = completion
    self.isPath = isPath
    self.readFlag = readFlag
    self.readKey = readKey
  }
}

/// A group of settings that commands take together.
package protocol SettingList {
  static var settings: [Setting] { get }
}
