import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension ShellCommand {
  /// How long a command may take that gives a secret.
  static let limit = Duration.seconds(60)
  /// A command that takes longer is named.
  private static let patience = Duration.seconds(10)

  /// Runs the command and waits for it; what it prints goes nowhere but to the caller.
  ///
  /// Its standard input is empty: ours may be the sheet, which a command must not swallow. What it left running in the
  /// background when it ended is its own business, but neither it nor what it has started outlives this process while
  /// it runs, nor the limit.
  ///
  /// - Parameters:
  ///   - limit: how long it may take.
  ///   - isSlow: told once, when it takes a while.
  /// - Throws: `SystemError` when it cannot be started.
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
        // What it left running may print for ever: what the pipes hold is enough.
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

  /// Ends a command that gives a secret and is under way, with all it has started: nobody waits for the secret any more.
  public static func endRunning() { CommandGroup.killRunning() }
}

/// Listens to several pipes at once, so that none fills up and blocks the command.
private struct Ears {
  private(set) var texts: [[UInt8]]
  private var waiting: [pollfd]

  init(_ descriptors: [Int32]) {
    texts = [[UInt8]](repeating: [], count: descriptors.count)
    waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  }

  /// Waits for the next bytes, and takes a piece of each pipe that has some.
  ///
  /// - Returns: whether there were any.
  @discardableResult
  mutating func listen(_ time: Duration) throws(SystemError) -> Bool {
    // Closed ones are passed over; with all of them closed this only waits for the command's end.
    let isOpen = waiting.contains { $0.fd >= 0 }
    let milliseconds = Int32((isOpen ? time : min(time, .milliseconds(2))) / .milliseconds(1))
    let count = unsafe poll(&waiting, nfds_t(waiting.count), milliseconds)
    guard count > 0 else {
      guard count == 0 || errno == EINTR else { throw SystemError(number: errno) }
      return false
    }
    for index in waiting.indices where waiting[index].fd >= 0 && waiting[index].revents != 0 {
      guard let piece = try SecretFile.readPiece(of: waiting[index].fd) else {
        // A negative descriptor is one that poll passes over.
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
