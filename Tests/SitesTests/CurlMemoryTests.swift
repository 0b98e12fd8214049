#if canImport(Glibc)
  import CCurl
  import Glibc
  import Testing

  /// Memory that libcurl gets in place of the C library's `calloc` and `realloc`.
  @Suite struct CurlMemoryTests {
    /// Up to the largest request that a thread's cache serves, and beyond.
    private static let lengths = [1, 24, 25, 100, 1031, 1032, 1033, 5000]

    private func bytes(of block: UnsafeMutableRawPointer, _ count: Int) -> [UInt8] {
      unsafe Array(UnsafeRawBufferPointer(start: block, count: count))
    }

    @Test(arguments: lengths) func isZeroWhereOthersWroteBefore(_ length: Int) throws {
      let used = unsafe try #require(unsafe malloc(length))
      unsafe memset(used, 0xFF, length)
      unsafe free(used)
      let block = unsafe try #require(unsafe ccurl_calloc(length, 1))
      defer { unsafe free(block) }
      #expect(unsafe bytes(of: block, length).allSatisfy { $0 == 0 })
    }

    @Test(arguments: lengths, lengths) func keepsItsBytesWhenItsLengthChanges(_ length: Int, _ next: Int)
      throws
    {
      let first = unsafe try #require(unsafe ccurl_realloc(nil, length))
      let text = (0..<length).map { UInt8(truncatingIfNeeded: $0 + 1) }
      for (place, byte) in text.enumerated() {
        unsafe first.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
      }
      let second = unsafe try #require(unsafe ccurl_realloc(first, next))
      defer { unsafe free(second) }
      #expect(unsafe bytes(of: second, min(length, next)) == Array(text.prefix(next)))
      unsafe memset(second, 0xFF, next)
    }

    @Test func isNotGivenForMoreThanThereCanBe() {
      #expect(unsafe ccurl_calloc(.max, 16) == nil)
    }
  }
#endif
