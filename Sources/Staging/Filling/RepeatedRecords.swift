/// Which records a sheet may have more than one row of, told in a fixed amount of memory.
///
/// While ids ascend there are none. From the first that does not on, a Bloom filter of 8 MiB tells those that may have
/// been before: a false suspicion costs a look, and nothing else.
struct RepeatedRecords {
  private static let blocks = 1 << 17
  private static let wordsPerBlock = 8

  private var filter: [UInt64] = []
  private var highest = Int64.min

  /// Whether the filter is in use, so that every key has to be noted.
  var isFiltering: Bool { !filter.isEmpty }

  /// Whether an id goes on with ids that ascend; otherwise, all up to here have to be noted.
  mutating func ascends(_ id: Int64) -> Bool {
    guard id > highest else { return false }
    highest = id
    return true
  }

  /// Notes an id, and says whether it may have been noted before.
  mutating func note(_ id: Int64) -> Bool { note(hash: UInt64(bitPattern: id)) }

  /// Notes a key that is no id, as `note` does.
  mutating func note(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<key.count { unsafe hash = (hash ^ UInt64(key[index])) &* 0x0000_0100_0000_01B3 }
    return note(hash: hash)
  }

  private mutating func note(hash key: UInt64) -> Bool {
    if filter.isEmpty { filter = Array(repeating: 0, count: Self.blocks * Self.wordsPerBlock) }
    // The finaliser of SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
    var hash = key &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    hash ^= hash >> 31
    // All bits of a key are in one block, which is one line of the processor's cache.
    let block = Int(hash & UInt64(Self.blocks - 1)) * Self.wordsPerBlock
    var isKnown = true
    var rest = hash >> 17
    for _ in 0..<5 {
      let word = block + Int((rest >> 6) & 7)
      let bit = UInt64(1) << (rest & 63)
      if filter[word] & bit == 0 {
        isKnown = false
        filter[word] |= bit
      }
      rest >>= 9
    }
    return isKnown
  }
}
