package import Console
import Foundation
import Logging
import Synchronization

/// The destination of log lines: a file that is appended to, or standard error.
///
/// Each line is one `write(2)`, so that several processes can share a file. Lost lines are counted and never delay
/// the run.
package final class LogFile: Sendable {
  let path: String?
  private let descriptor: Int32
  private let failures = Atomic(0)

  package static let standardError = LogFile(path: nil, descriptor: STDERR_FILENO)

  private init(path: String?, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Opens or creates a file that only its owner can read.
  ///
  /// - Throws: `UserError` with exit code 74.
  package convenience init(path: String) throws(UserError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw UserError(
        .inputOutput, place: path, "the log cannot be written: \(unsafe String(cString: strerror(errno)))",
        hint: "check that its folder is there and that you may write to it")
    }
    self.init(path: path, descriptor: descriptor)
  }

  deinit {
    if path != nil { close(descriptor) }
  }

  /// The number of lost lines.
  var lostLines: Int { failures.load(ordering: .relaxed) }

  func write(line: String) {
    let bytes = Array((line + "\n").utf8)
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count > 0 {
        start += count
      } else if count == 0 || errno != EINTR {
        failures.add(1, ordering: .relaxed)
        return
      }
    }
  }
}

/// The format of a log line.
package enum LogFormat: String, CaseIterable, Sendable {
  /// One JSON object per line.
  case json
  /// Time, level, event, and `name=value` for the rest.
  case text
}
