import Foundation
import JSON
import Synchronization

/// A stream of the process, buffered, that survives a reader who went away.
///
/// When a pipe's reader closes it (`… | head`), what follows is dropped without a word; a long command
/// looks at `isClosed` and stops. Not shared between threads.
public final class Output {
  private let descriptor: Int32
  private let name: String
  private var buffer: [UInt8] = []
  private var failure: UserError?
  /// Whether nobody reads any more.
  public private(set) var isClosed = false

  public static func standardOutput() -> Output { Output(descriptor: STDOUT_FILENO, name: "standard output") }

  /// Takes what is meant for standard error, once that is for a program to read.
  private static let log = Mutex<(@Sendable (String) -> Void)?>(nil)

  /// From now on messages for people go to a log, which has standard error for itself.
  public static func leaveStandardError(to log: @escaping @Sendable (String) -> Void) {
    Output.log.withLock { $0 = log }
  }

  /// Whether messages are events of a log.
  public static var isStandardErrorLeft: Bool { log.withLock { $0 != nil } }

  /// Writes a text to standard error at once; there is nowhere to report a failure of that.
  public static func toStandardError(_ text: String) {
    if let log = log.withLock({ $0 }) { return log(text) }
    toTerminal(text)
  }

  /// Writes a text to standard error where a person is known to read it.
  public static func toTerminal(_ text: String) {
    let output = Output(descriptor: STDERR_FILENO, name: "standard error")
    output.write(text)
    output.flush()
  }

  public init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Whether a person looks at it.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether it is no file: a terminal that was closed answers with an error of input/output, as a bad disk does.
  private var isDevice: Bool {
    var facts = stat()
    return unsafe fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFCHR
  }

  /// Columns of the terminal; `nil` when it is none.
  public var width: Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes a text for people or programs; what a terminal would obey in it and is not ours is shown instead.
  public func write(_ text: String) { add(text.harmless) }

  /// Writes data of a sheet as it is, unless that goes to a terminal.
  public func write(data text: String) {
    add(isTerminal ? String(text.trimmingPrefix("\u{FEFF}")).harmless : text)
  }

  private func add(_ text: String) {
    guard !isClosed else { return }
    buffer += text.utf8
    if buffer.count >= 1 << 16 { flush() }
  }

  /// Sends what is buffered on its way.
  public func flush() {
    var start = 0
    while start < buffer.count, !isClosed {
      let count = unsafe buffer.withUnsafeBytes { bytes in
        unsafe Foundation.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count >= 0 {
        start += count
      } else if errno != EINTR {
        isClosed = true
        if errno != EPIPE, !(errno == EIO && isDevice) {
          let reason = unsafe String(cString: strerror(errno))
          failure = UserError(
            .inputOutput, place: name, "cannot be written: \(reason)",
            hint: "free some space, or send the output somewhere else")
        }
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Sends the rest.
  ///
  /// - Throws: `UserError` with exit code 74 when something that should have been written was not, other
  ///   than because the reader went away.
  public func finish() throws(UserError) {
    flush()
    if let failure { throw failure }
  }
}
