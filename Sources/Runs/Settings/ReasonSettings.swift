/// Why something is done, of the commands with which a person decides that something is sent.
package enum ReasonSettings: SettingList {
  package static let settings = [reason]

  static let reason = Setting.one(
    "reason", "reason", .reason, \.reason,
    help: "Why, in your words; kept with the run and shown by its report.", value: "text")
}

/// What a rollback of the job's runs is told.
package enum RollbackSettings: SettingList {
  package static let settings = [retractText]

  static let retractText = Setting.one(
    "retract_text", "retract-text", .text, \.retractText,
    help: "That text; {run} stands for the run (default: the job's retract_text).", value: "text")
}
