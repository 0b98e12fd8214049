import Console
import Foundation

/// A line that the user types.
package enum TerminalLine {
  /// Indicates that there is a terminal to ask on.
  package static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Shows a question and returns the typed line; `nil` at the end of the input.
  package static func ask(_ question: String) -> String? {
    Output.toTerminal(question)
    let line = typed { false }
    // Without this, the end of the input leaves the cursor behind the question.
    if line == nil { Output.toTerminal("\n") }
    return line?.trimmingCharacters(in: .whitespaces)
  }

  /// Returns the typed line; `nil` at the end of the input or when the time is over.
  static func typed(isOver: () -> Bool) -> String? {
    var bytes: [UInt8] = []
    while !isOver() {
      var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      // In slices, because other threads receive what ends the wait.
      let ready = unsafe poll(&descriptor, 1, 50)
      guard ready > 0 else {
        if ready < 0, errno != EINTR { return nil }
        continue
      }
      var byte: UInt8 = 0
      let count = unsafe read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      guard byte != UInt8(ascii: "\n") else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }
}
