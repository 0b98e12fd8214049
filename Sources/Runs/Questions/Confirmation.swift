import Console
import Execution
import Foundation

/// Asks the user before rows are sent: on a terminal, unless `--yes` answers in advance.
///
/// A run of cron has no terminal, so it is not asked.
package struct Confirmation {
  enum Answer: Equatable {
    case yes
    case no
    /// A signal, the end of the window or the like, in place of an answer.
    case stopped(StopReason)
  }

  /// Indicates that the command line gave the answer (`--yes`).
  package let isKnown: Bool
  /// Indicates that the user is asked.
  package var isAsked: Bool { !isKnown && Confirmation.isPossible }

  /// Indicates that there is a terminal to ask on.
  static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// - Parameter isKnown: the command line gave the answer (`--yes`).
  package init(isKnown: Bool) { self.isKnown = isKnown }

  /// Shows the question and waits for the answer; returns `yes` at once if the user is not asked.
  ///
  /// - Parameters:
  ///   - patience: the time for an answer; then it is no, so that no lock is held forever.
  ///   - reasonToStop: checked while there is no answer.
  ///   - question: the facts, each line ended, and the question without its choices; made only if it is asked, `nil`
  ///     to skip it.
  func ask<Failure: Error>(
    patience: Duration, reasonToStop: () -> StopReason?,
    _ question: () throws(Failure) -> (outline: String, question: String)?
  ) throws(Failure) -> Answer {
    guard isAsked, let (outline, question) = try question() else { return .yes }
    // A key pressed while the sheet was read does not answer a later question.
    tcflush(STDIN_FILENO, TCIFLUSH)
    Output.toTerminal("\(outline)\(question) [y/N] ")
    let end = ContinuousClock.now + patience
    var reason: StopReason?
    let answer = line {
      reason = reasonToStop()
      return reason != nil || ContinuousClock.now >= end
    }
    if let reason {
      Output.toTerminal("\n")
      return .stopped(reason)
    }
    guard let answer else {
      // Without this, the end of the input leaves the cursor behind the question.
      Output.toTerminal("\n")
      return .no
    }
    return ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased()) ? .yes : .no
  }

  /// Returns the typed line; `nil` at the end of the input or when the time is over.
  private func line(isOver: () -> Bool) -> String? {
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
