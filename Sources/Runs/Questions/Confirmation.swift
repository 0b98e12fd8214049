import Console
import Execution
import Foundation

/// Asks the user before something is done that cannot be taken back lightly, unless `--yes` answers in advance.
///
/// The question goes to the terminal, or to standard error if the answer is piped. Without either, a schedule has to
/// say `--yes`.
package struct Confirmation {
  enum Answer: Equatable {
    case yes
    case no
    /// There is no terminal, and nothing on standard input.
    case none
    /// A signal, the end of the window or the like, in place of an answer.
    case stopped(StopReason)
  }

  /// Facts, each line ended, and the questions about them without their choices; all must be answered with yes.
  struct Question {
    var outline: String
    var questions: [String]
  }

  /// Indicates that the command line gave the answer (`--yes`).
  package let isKnown: Bool
  /// Indicates that the user is asked.
  package var isAsked: Bool { !isKnown && (Confirmation.hasTerminal || Confirmation.mayBePiped) }

  /// Indicates that there is a terminal to ask on.
  static var hasTerminal: Bool { TerminalLine.isPossible }

  /// Indicates that standard input may hold an answer: it is a pipe, a socket or a file.
  private static var mayBePiped: Bool {
    var facts = stat()
    return unsafe fstat(STDIN_FILENO, &facts) == 0 && facts.st_mode & S_IFMT != S_IFCHR
  }

  /// The longest wait for a piped answer.
  private static let pipePatience = Duration.seconds(60)

  /// - Parameter isKnown: the command line gave the answer (`--yes`).
  package init(isKnown: Bool) { self.isKnown = isKnown }

  /// Shows a question and waits for the answer; returns `yes` at once if the user is not asked.
  ///
  /// - Parameters:
  ///   - patience: the time for an answer; then it is no, so that no lock is held forever.
  ///   - reasonToStop: checked while there is no answer.
  ///   - question: made only if it is asked; `nil` to skip it.
  func ask<Failure: Error>(
    patience: Duration = .seconds(600), reasonToStop: () -> StopReason? = { nil },
    _ question: () throws(Failure) -> Question?
  ) throws(Failure) -> Answer {
    guard !isKnown, let question = try question() else { return .yes }
    guard isAsked else { return .none }
    let isTerminal = Confirmation.hasTerminal
    // A key pressed while the sheet was read does not answer a later question.
    if isTerminal { tcflush(STDIN_FILENO, TCIFLUSH) }
    let patience = isTerminal ? patience : min(patience, Confirmation.pipePatience)
    let end = ContinuousClock.now + patience
    show(question.outline, isTerminal)
    for text in question.questions {
      show("\(text) [y/N]\(isTerminal ? " " : "\n")", isTerminal)
      var reason: StopReason?
      let answer = TerminalLine.typed {
        reason = reasonToStop()
        return reason != nil || ContinuousClock.now >= end
      }
      // Without this, the end of the input leaves the cursor behind the question.
      if answer == nil, isTerminal { show("\n", isTerminal) }
      if let reason { return .stopped(reason) }
      guard let answer else { return isTerminal ? .no : .none }
      guard ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased()) else {
        return .no
      }
    }
    return .yes
  }

  private func show(_ text: String, _ isTerminal: Bool) {
    // Beside a log on standard error, the question is one more message.
    if isTerminal { Output.toTerminal(text) } else { Output.toStandardError(text) }
  }
}
