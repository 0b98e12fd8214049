/// The settings for the speed and the time of requests.
package enum PaceSettings: SettingList {
  package static let settings = [lanes, rate, batch, window, until, maximumDuration]

  static let lanes = Setting.one(
    "execution.lanes", "lanes", .lanes, \.execution.lanes,
    help: "Requests in flight at once, 1 to 128 (default: 4).", value: "n")

  static let rate = Setting.one(
    "execution.rate", "rate", .rate, \.execution.rate,
    help: "Request limit, such as 10/s or 600/min (default: as many as the site sustains).", value: "rate")

  static let batch = Setting.one(
    "execution.batch", "batch", Form<BatchWord>.word, \.execution.batch,
    help: "auto sends several rows in one request, where the API can (default: off).", value: "auto|off")

  static let window = Setting.one(
    "execution.window", "window", .window, \.execution.window,
    help: "Send only between these times of day, such as 22:00-06:00; 00:00-24:00 is always.", value: "times")

  static let until = Setting.one(
    "execution.until", "until", .until, \.execution.until,
    help:
      "Stop sending at this time: 2026-11-22T06:00, or 06:00, the next one unless it passed in the last 12 h.",
    value: "time")

  static let maximumDuration = Setting.one(
    "execution.max_duration", "max-duration", .duration, \.execution.maximumDuration,
    help: "Stop sending after this long, such as 2h.", value: "duration")
}
