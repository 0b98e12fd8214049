import Synchronization

/// The latest second in one of its forms, written once for all requests of that second.
final class LatestText: Sendable {
  /// ISO 8601.
  static let times = LatestText { $0.text }
  /// HTTP's form.
  static let dates = LatestText { $0.httpDate }

  private let form: @Sendable (Timestamp) -> String
  private let latest = Mutex<(time: Timestamp, text: String)?>(nil)

  private init(_ form: @escaping @Sendable (Timestamp) -> String) { self.form = form }

  subscript(time: Timestamp) -> String {
    latest.withLock { latest in
      if let latest, latest.time == time { return latest.text }
      let text = form(time)
      latest = (time, text)
      return text
    }
  }
}
