import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension ShellCommand {
  /// The longest time for a command that provides a secret.
  static let limit = Duration.seconds(60)
  /// The time after which a running command is shown to the user.
  private static let patience = Duration.seconds(10)

  /// Runs the command and waits for it; its output goes only to the caller.
  ///
  /// Its standard input is empty: ours may be the sheet, which a command must not consume. Processes that it left in
  /// the background when it ended are its own business. While it runs, neither it nor its child processes outlive
  /// this process or the limit.
  ///
  /// - Parameters:
  ///   - limit: the longest time it may take.
  ///   - isSlow: called once, if it takes a while.
  /// - Throws: `SystemError` if it cannot be started.
  func run(limit: Duration = ShellCommand.limit, isSlow: () -> Void = {}) throws(SystemError) -> Result {
    var output = try CommandPipe()
    var complaint = try CommandPipe()
    let (writing, complaining) = (output.writing, complaint.writing)
    let group = try CommandGroup { () throws(SystemError) in
      try start(input: nil, output: writing, complaint: complaining, isGroup: true)
    }
    output.closeWriting()
    complaint.closeWriting()
    var ears = Ears([output.reading, complaint.reading])
    let began = ContinuousClock.now
    var isNamed = false
    while true {
      try ears.listen(.milliseconds(20))
      if let status = group.ended() {
        // Processes left in the background may print forever: what the pipes hold is enough.
        try ears.hearTheRest()
        return Result(status: status, output: ears.texts[0], complaint: ears.texts[1])
      }
      let time = ContinuousClock.now - began
      if time >= limit {
        group.kill()
        return Result(status: .timedOut, output: [], complaint: ears.texts[1])
      }
      if time >= ShellCommand.patience, !isNamed {
        isNamed = true
        isSlow()
      }
    }
  }

  /// Ends a running command that provides a secret, with its child processes: the secret is no longer needed.
  public static func endRunning() { CommandGroup.killRunning() }
}

/// Reads several pipes at once, so that none fills up and blocks the command.
private struct Ears {
  private(set) var texts: [[UInt8]]
  private var waiting: [pollfd]

  init(_ descriptors: [Int32]) {
    texts = [[UInt8]](repeating: [], count: descriptors.count)
    waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  }

  /// Waits for the next bytes, and takes a piece from each pipe that has some.
  ///
  /// - Returns: whether there were any.
  @discardableResult
  mutating func listen(_ time: Duration) throws(SystemError) -> Bool {
    // Closed pipes are skipped; with all of them closed this only waits for the command's end.
    let isOpen = waiting.contains { $0.fd >= 0 }
    let milliseconds = Int32((isOpen ? time : min(time, .milliseconds(2))) / .milliseconds(1))
    let count = unsafe poll(&waiting, nfds_t(waiting.count), milliseconds)
    guard count > 0 else {
      guard count == 0 || errno == EINTR else { throw SystemError(number: errno) }
      return false
    }
    for index in waiting.indices where waiting[index].fd >= 0 && waiting[index].revents != 0 {
      guard let piece = try SecretFile.readPiece(of: waiting[index].fd) else {
        // poll skips a negative descriptor.
        waiting[index].fd = -1
        continue
      }
      if texts[index].count < SecretFile.sizeLimit { texts[index] += piece }
    }
    return true
  }

  mutating func hearTheRest() throws(SystemError) {
    var piecesLeft = 32
    while piecesLeft > 0, try listen(.zero) { piecesLeft -= 1 }
  }
}
