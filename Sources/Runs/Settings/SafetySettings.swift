import Sites

/// The settings that keep a run from doing more than intended.
package enum SafetySettings: SettingList {
  package static let settings = [
    maxRecords, canary, verify, acceptUnlisted, stopAfterFailures, stopAfterFailureRate, stopAfterSameReason,
    suppressed,
  ]

  static let maxRecords = Setting.one(
    "max_records", "max-records", .records, \.execution.maxRecords,
    help: "Send nothing at all when the sheet touches more records than this.", value: "n")

  static let canary = Setting.one(
    "canary", "canary", .records, \.execution.canary,
    help: "Stop for a review after the first N records; resume continues.", value: "n")

  static let verify = Setting.onOff(
    "verify", "verify", \.execution.verifies,
    help: "Read every record back at the end and compare it with what was asked (default: --no-verify).")

  package static let acceptUnlisted = Setting.onOff(
    "accept_unlisted", "accept-unlisted", \.acceptsUnlisted,
    help: "Accept the rules for a resource that only the site describes (default: --no-accept-unlisted).")

  static let stopAfterFailures = Setting.one(
    "execution.stop_after.failures", "stop-after-failures", .failures, \.execution.stopAfterFailures,
    help: "Stop when N rows have failed (default: never).", value: "n")

  static let stopAfterFailureRate = Setting.one(
    "execution.stop_after.failure_rate", "stop-after-failure-rate", .percent,
    \.execution.stopAfterFailureRate,
    help: "Stop when this share of rows has failed, such as 5%.", value: "percent")

  static let stopAfterSameReason = Setting.one(
    "execution.stop_after.same_reason", "stop-after-same-reason", .limit, \.execution.stopAfterSameReason,
    help: "Stop after N consecutive rows refused for one reason, or the first 20 (default: 50).",
    value: "n|never")

  package static let suppressed = Setting.set(
    "suppress", "suppress", Form<Suppression>.word, \.suppressed,
    help: "Keep the site's rules or external-events from running; repeatable.", value: "reaction")
}

/// The setting for reading records before writing them, for commands that may skip it.
package enum SnapshotSettings: SettingList {
  package static let settings = [snapshot]

  static let snapshot = Setting.onOff(
    "snapshot", "snapshot", \.execution.takesSnapshots,
    help: "Keep a snapshot of each record before writing it (default: --snapshot).")
}
