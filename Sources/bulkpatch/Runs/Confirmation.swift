import Console
import Foundation

/// Asks a person before something is sent: on a terminal, unless `--yes` says that it is known.
///
/// Nobody is asked where nobody would answer: a run of cron has no terminal.
struct Confirmation {
  enum Answer: Equatable {
    case yes
    case no
    /// SIGINT or SIGTERM came in place of an answer, by number.
    case signal(Int32)
  }

  /// Whether somebody is asked.
  let isAsked: Bool
  private let interruption: Interruption

  /// Whether there is somebody to ask.
  static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// - Parameter isKnown: whether the answer was given on the command line (`--yes`).
  init(isKnown: Bool, interruption: Interruption) {
    isAsked = !isKnown && Confirmation.isPossible
    self.interruption = interruption
  }

  /// Shows what is about to happen and waits for the answer; `yes` at once where nobody is asked.
  ///
  /// - Parameter question: what it is about, each line ended, and the question without the choices; only made when
  ///   somebody can be asked, and `nil` when there is nothing to ask.
  func ask<Failure: Error>(
    _ question: () throws(Failure) -> (outline: String, question: String)?
  ) throws(Failure) -> Answer {
    guard isAsked, let (outline, question) = try question() else { return .yes }
    // A key that was hit while the sheet was read is no answer to what had not been asked.
    tcflush(STDIN_FILENO, TCIFLUSH)
    Output.toTerminal("\(outline)\(question) [y/N] ")
    let answer = line()
    if let signal = interruption.received {
      Output.toTerminal("\n")
      return .signal(signal)
    }
    guard let answer else {
      // The end of the input leaves the cursor behind the question.
      Output.toTerminal("\n")
      return .no
    }
    return ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased()) ? .yes : .no
  }

  /// What was typed before the line end; `nil` at the end of the input or when a signal came.
  private func line() -> String? {
    var bytes: [UInt8] = []
    while interruption.received == nil {
      var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      // In slices: a signal is taken in on a thread of its own.
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
