/// A password or token in memory, which never prints.
///
/// `print`, string interpolation, `dump` and a debugger's mirror all show `***`, so that a secret cannot get into a
/// log as part of something larger.
struct Secret: Sendable, Equatable {
  private let text: String

  init(_ text: String) { self.text = text }

  /// Returns the secret itself, for the one place that sends it.
  func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var description: String { "***" }
  var debugDescription: String { "***" }
  var customMirror: Mirror { Mirror(self, children: []) }
}
