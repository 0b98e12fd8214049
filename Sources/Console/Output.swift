import Foundation
import JSON
import Synchronization

/// A buffered output stream of the process that survives a closed pipe.
///
/// If a pipe's reader closes it (`… | head`), the rest is silently dropped; a long command checks `isClosed` and
/// stops. It is not shared between threads.
public final class Output {
  private let descriptor: Int32
  private let name: String
  private var buffer: [UInt8] = []
  private var failure: UserError?
  /// Indicates that the reader is gone.
  public private(set) var isClosed = false

  public static func standardOutput() -> Output { Output(descriptor: STDOUT_FILENO, name: "standard output") }

  /// Receives the messages for standard error once a program reads that stream.
  private static let log = Mutex<(@Sendable (String) -> Void)?>(nil)

  /// Redirects messages for people to a log, which owns standard error.
  public static func leaveStandardError(to log: @escaping @Sendable (String) -> Void) {
    Output.log.withLock { $0 = log }
  }

  /// Indicates that messages are events of a log.
  public static var isStandardErrorLeft: Bool { log.withLock { $0 != nil } }

  /// Writes a text to standard error at once; a failure of that cannot be reported.
  public static func toStandardError(_ text: String) {
    if let log = log.withLock({ $0 }) { return log(text) }
    toTerminal(text)
  }

  /// Writes a text to standard error, which is known to be a terminal.
  public static func toTerminal(_ text: String) {
    let output = Output(descriptor: STDERR_FILENO, name: "standard error")
    output.write(text)
    output.flush()
  }

  public init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Indicates a terminal.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Indicates anything but a file: a closed terminal answers with an input/output error, as a bad disk does.
  private var isDevice: Bool {
    var facts = stat()
    return unsafe fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFCHR
  }

  /// The columns of the terminal; `nil` if it is none.
  public var width: Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes a text for people or programs; foreign control characters are made visible.
  public func write(_ text: String) { add(text.harmless) }

  /// Writes data of a sheet unchanged, unless it goes to a terminal.
  public func write(data text: String) {
    add(isTerminal ? String(text.trimmingPrefix("\u{FEFF}")).harmless : text)
  }

  private func add(_ text: String) {
    guard !isClosed else { return }
    buffer += text.utf8
    if buffer.count >= 1 << 16 { flush() }
  }

  /// Writes the buffer.
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

  /// Writes the rest.
  ///
  /// - Throws: `UserError` with exit code 74 if some output could not be written, unless the reader is gone.
  public func finish() throws(UserError) {
    flush()
    if let failure { throw failure }
  }
}
