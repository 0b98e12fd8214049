/// The records that may have more than one row in a sheet, found in a fixed amount of memory.
///
/// While ids ascend there are none. From the first id that does not, a Bloom filter of 8 MiB finds those that may
/// have occurred before. A false positive only costs a look.
struct RepeatedRecords {
  private static let blocks = 1 << 17
  private static let wordsPerBlock = 8

  private var filter: [UInt64] = []
  private var highest = Int64.min

  /// Indicates that the filter is in use, so that every key must be added.
  var isFiltering: Bool { !filter.isEmpty }

  /// Returns whether an id continues the ascending ids; otherwise, all ids so far must be added.
  mutating func ascends(_ id: Int64) -> Bool {
    guard id > highest else { return false }
    highest = id
    return true
  }

  /// Adds an id, and returns whether it may have been added before.
  mutating func note(_ id: Int64) -> Bool { note(hash: UInt64(bitPattern: id)) }

  /// Adds a key that is no id, as `note` does.
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
