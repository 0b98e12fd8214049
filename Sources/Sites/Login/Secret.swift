/// A password or token in memory; it never prints.
///
/// `print`, string interpolation, `dump` and a debugger's mirror all show `***`, so that a secret cannot get into
/// a log by being part of something larger.
struct Secret: Sendable, Equatable {
  private let text: String

  init(_ text: String) { self.text = text }

  /// The secret itself, for the one place that sends it.
  func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var description: String { "***" }
  var debugDescription: String { "***" }
  var customMirror: Mirror { Mirror(self, children: []) }
}
