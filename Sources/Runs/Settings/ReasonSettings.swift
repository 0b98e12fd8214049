/// The reason, for commands with which a user decides to send rows.
package enum ReasonSettings: SettingList {
  package static let settings = [reason]

  static let reason = Setting.one(
    "reason", "reason", .reason, \.reason,
    help: "Why, in your words; shown in the run's report.", value: "text")
}

/// The settings for rollbacks of the job's runs.
package enum RollbackSettings: SettingList {
  package static let settings = [retractText]

  static let retractText = Setting.one(
    "retract_text", "retract-text", .text, \.retractText,
    help: "That text; {run} stands for the run (default: the job's retract_text).", value: "text")
}
