/// Short texts of one column with their readings: most columns repeat the same few texts.
struct RememberedReadings {
  private static let slots = 256
  /// The longest text, in bytes; longer ones rarely occur twice.
  private static let longest = 64

  private var texts = [[UInt8]](repeating: [], count: slots)
  private var readings = [Reading?](repeating: nil, count: slots)

  /// Returns the reading of a text; computes it if it is not known.
  @inline(__always)
  mutating func reading(of text: UnsafeRawBufferPointer, _ ask: () -> Reading) -> Reading {
    guard text.count <= Self.longest else { return ask() }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<text.count { unsafe hash = (hash ^ UInt64(text[index])) &* 0x0000_0100_0000_01B3 }
    let slot = Int((hash ^ (hash >> 32)) & UInt64(Self.slots - 1))
    if let reading = readings[slot], unsafe text.holds(texts[slot]) {
      return reading
    }
    let reading = ask()
    // An unusual text is examined each time.
    if case .unusual = reading { return reading }
    texts[slot] = unsafe Array(text)
    readings[slot] = reading
    return reading
  }
}

extension UnsafeRawBufferPointer {
  /// Returns whether these are the same bytes; `elementsEqual` would call a function per byte.
  @inline(__always)
  func holds(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == count else { return false }
    for index in 0..<count { guard unsafe self[index] == bytes[index] else { return false } }
    return true
  }
}
