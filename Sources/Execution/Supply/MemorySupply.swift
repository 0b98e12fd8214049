#if canImport(Glibc)
  import Glibc
#endif

/// The memory that the C library keeps for later.
public enum MemorySupply {
  /// Limits the heaps of glibc to one per core, at least four, before the process has a second thread.
  ///
  /// By default there may be eight per core, and each keeps what was freed in it. What one thread makes and another
  /// frees, as lanes and writer do with rows, would grow all of them. With only two, lanes wait for their locks.
  public static func limitHeaps() {
    #if canImport(Glibc)
      // Swift's module of glibc leaves malloc.h out.
      typealias Mallopt = @convention(c) (Int32, Int32) -> Int32
      let arenaMax: Int32 = -8
      guard let symbol = unsafe dlsym(nil, "mallopt") else { return }
      let mallopt = unsafe unsafeBitCast(symbol, to: Mallopt.self)
      _ = mallopt(arenaMax, Int32(clamping: max(Processors.count, 4)))
    #endif
  }
}
