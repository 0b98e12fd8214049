/// The settings for requests that fail.
package enum TroubleSettings: SettingList {
  package static let settings = [attempts, base, cap, breakerFailures, breakerPatience, settle, onFailure]

  static let attempts = Setting.one(
    "execution.retries.attempts", "retries-attempts", .attempts, \.execution.attempts,
    help: "The most times a row is sent (default: 5).", value: "n")

  static let base = Setting.one(
    "execution.retries.base", "retries-base", .duration, \.execution.base,
    help: "The first pause before a retry, doubled each time (default: 1s).", value: "duration")

  static let cap = Setting.one(
    "execution.retries.cap", "retries-cap", .duration, \.execution.cap,
    help: "The longest such pause (default: 60s).", value: "duration")

  static let breakerFailures = Setting.one(
    "execution.breaker.failures", "breaker-failures", .failures, \.execution.breakerFailures,
    help: "Pause when N requests in a row get no answer (default: as many as lanes, at least 5).",
    value: "n")

  static let breakerPatience = Setting.one(
    "execution.breaker.patience", "breaker-patience", .duration, \.execution.breakerPatience,
    help: "How long to wait for a site that does not answer before stopping (default: 30m).",
    value: "duration")

  static let settle = Setting.one(
    "execution.settle", "settle", .duration, \.execution.settle,
    help: "How long to wait before looking for a write whose answer was lost (default: 2s).",
    value: "duration")

  static let onFailure = Setting.one(
    "execution.on_failure", "on-failure", Form<OnFailure>.word, \.execution.onFailure,
    help: "When a row fails, hold or continue with the later rows of its record (default: hold).",
    value: "hold|continue")
}
