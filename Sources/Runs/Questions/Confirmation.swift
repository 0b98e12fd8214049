import Console
import Execution
import Foundation

/// Asks a person before something is sent: on a terminal, unless `--yes` says that it is known.
///
/// Nobody is asked where nobody would answer: a run of cron has no terminal.
package struct Confirmation {
  enum Answer: Equatable {
    case yes
    case no
    /// A signal, the end of the window or the like came in place of an answer.
    case stopped(StopReason)
  }

  /// Whether the answer was given on the command line (`--yes`).
  package let isKnown: Bool
  /// Whether somebody is asked.
  package var isAsked: Bool { !isKnown && Confirmation.isPossible }

  /// Whether there is somebody to ask.
  static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// - Parameter isKnown: whether the answer was given on the command line (`--yes`).
  package init(isKnown: Bool) { self.isKnown = isKnown }

  /// Shows what is about to happen and waits for the answer; `yes` at once where nobody is asked.
  ///
  /// - Parameters:
  ///   - patience: how long somebody has to answer; it is a no after that, so that no lock is held for ever.
  ///   - reasonToStop: asked while nobody has answered.
  ///   - question: what it is about, each line ended, and the question without the choices; only made when
  ///     somebody can be asked, and `nil` when there is nothing to ask.
  func ask<Failure: Error>(
    patience: Duration, reasonToStop: () -> StopReason?,
    _ question: () throws(Failure) -> (outline: String, question: String)?
  ) throws(Failure) -> Answer {
    guard isAsked, let (outline, question) = try question() else { return .yes }
    // A key that was hit while the sheet was read is no answer to what had not been asked.
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
      // The end of the input leaves the cursor behind the question.
      Output.toTerminal("\n")
      return .no
    }
    return ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased()) ? .yes : .no
  }

  /// What was typed before the line end; `nil` at the end of the input or when it is over before.
  private func line(isOver: () -> Bool) -> String? {
    var bytes: [UInt8] = []
    while !isOver() {
      var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      // In slices: what ends it is taken in on threads of its own.
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
