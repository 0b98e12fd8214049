/// The settings for unattended runs: which are kept, and which commands are run.
package enum UnattendedSettings: SettingList {
  package static let settings = [keptRuns, keptDays, onFinished, onFailed]

  static let keptRuns = Setting.one(
    "keep.runs", "keep-runs", .keptRuns, \.keep.runs,
    help: "Keep only the newest N finished runs of this job; with --keep-days, what either keeps stays.",
    value: "n")

  static let keptDays = Setting.one(
    "keep.days", "keep-days", .keptDays, \.keep.days,
    help:
      "Remove finished runs of this job after N days (default: 90, except with open questions); never keeps all.",
    value: "n|never")

  static let onFinished = Setting.one(
    "on.finished", "on-finished", .text, \.hooks.finished,
    help: "Run this shell command on exit code 0.", value: "command")

  static let onFailed = Setting.one(
    "on.failed", "on-failed", .text, \.hooks.failed,
    help: "Run this shell command on a non-zero exit code.", value: "command")
}

/// The setting for outside monitoring of a job.
package enum MetricsSettings: SettingList {
  package static let settings = [metrics]

  static let metrics = Setting.path(
    "metrics", "metrics", \.metricsPath,
    help: "Write the job's metrics to this file, for node_exporter's textfile collector.")
}
