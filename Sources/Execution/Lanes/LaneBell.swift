import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Wakes the thread of some lanes, and tells which of them have something to do.
final class LaneBell: Sendable {
  /// Can be read while the bell rings.
  let listener: CInt
  private let striker: CInt
  private let standing = Mutex(Standing())

  private struct Standing {
    /// The lanes that should ask for their next step.
    var woken: [Int] = []
    /// The lanes whose work on a thread of their own is done.
    var returned: [Int] = []
    var isAsleep = false
  }

  init() {
    var ends: [CInt] = [-1, -1]
    // Without them nothing could be sent.
    guard unsafe pipe(&ends) == 0 else { preconditionFailure("no more files can be opened (errno \(errno))") }
    (listener, striker) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    close(listener)
    close(striker)
  }

  /// Makes a lane ask for its next step.
  func wake(_ lane: Int) { ring { $0.woken.append(lane) } }

  /// Brings a lane back from its own thread.
  func bringBack(_ lane: Int) { ring { $0.returned.append(lane) } }

  private func ring(_ note: (inout Standing) -> Void) {
    let wasAsleep = standing.withLock { standing in
      note(&standing)
      defer { standing.isAsleep = false }
      return standing.isAsleep
    }
    guard wasAsleep else { return }
    var byte: UInt8 = 0
    _ = unsafe write(striker, &byte, 1)
  }

  /// Returns whether the thread may sleep until the listener can be read; it may not if something is noted already.
  func sleeps() -> Bool {
    standing.withLock { standing in
      standing.isAsleep = standing.woken.isEmpty && standing.returned.isEmpty
      return standing.isAsleep
    }
  }

  /// Returns the lanes noted since the last call.
  ///
  /// - Parameter isHeard: the listener can be read.
  func take(isHeard: Bool) -> (woken: [Int], returned: [Int]) {
    if isHeard {
      var bytes: UInt64 = 0
      _ = unsafe read(listener, &bytes, 8)
    }
    return standing.withLock { standing in
      defer { standing = Standing() }
      return (standing.woken, standing.returned)
    }
  }
}
