#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The number of further threads this process may have, found by starting them.
///
/// Dispatch waits forever, and silently, for a thread that the system does not give (`ulimit -u`, `ulimit -v`, a
/// container's limit of processes).
public enum ThreadSupply {
  /// The threads of a run beside its lanes and their groups: signals, stop files, the writer, the looking queue,
  /// progress, metrics, a command, and a spare.
  public static let beside = 8

  /// The address space in bytes to leave for everything else, and for each lane's answers.
  private static let space = (fixed: 64 << 20, each: 4 << 20)

  /// Indicates that there are threads for a command without lanes.
  public static var hasSpare: Bool { threads(upTo: 2) == 2 }

  /// Returns how many of these lanes there are threads for; 0 if not even one.
  ///
  /// Each group of lanes has a thread, and each lane another one while it waits by itself.
  public static func lanes(of wanted: Int) -> Int {
    var lanes = wanted
    while lanes > 0 {
      let others = LaneGroup.count(of: lanes) + beside
      let found = threads(upTo: lanes + others) - others
      guard found < lanes else { return lanes }
      // Fewer lanes leave more address space to their threads.
      lanes = min(lanes - 1, max(found, lanes / 2))
    }
    return 0
  }

  /// Starts threads, all at the same time, and ends them again.
  ///
  /// - Returns: the number of threads that started.
  static func threads(upTo wanted: Int) -> Int {
    let size = space.fixed + wanted * space.each
    let reserve = unsafe mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard unsafe reserve != MAP_FAILED else { return 0 }
    defer { unsafe munmap(reserve, size) }
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return 0 }
    defer { close(ends[0]) }
    // Each waits for the pipe to be closed, so that all exist together.
    let gate = unsafe UnsafeMutableRawPointer(bitPattern: Int(ends[0]))
    #if canImport(Darwin)
      var threads: [pthread_t?] = []
      var thread: pthread_t?
    #else
      var threads: [pthread_t] = []
      var thread = pthread_t()
    #endif
    while threads.count < wanted {
      let failure = unsafe pthread_create(&thread, nil, waitForTheGate, gate)
      guard failure == 0 else { break }
      threads.append(thread)
    }
    close(ends[1])
    for thread in threads {
      #if canImport(Darwin)
        if let thread { unsafe pthread_join(thread, nil) }
      #else
        pthread_join(thread, nil)
      #endif
    }
    return threads.count
  }
}

#if canImport(Darwin)
  private func waitForTheGate(_ gate: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe waitForTheEnd(of: Int32(UInt(bitPattern: gate)))
  }
#else
  private func waitForTheGate(_ gate: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    unsafe waitForTheEnd(of: Int32(UInt(bitPattern: gate)))
  }
#endif

private func waitForTheEnd(of descriptor: Int32) -> UnsafeMutableRawPointer? {
  var byte: UInt8 = 0
  while unsafe read(descriptor, &byte, 1) < 0, errno == EINTR {}
  return nil
}
