/// Short texts of one column with what is known of them: most columns repeat the same few texts.
struct RememberedTexts<Value> {
  private static var slots: Int { 256 }
  /// The longest text, in bytes; longer ones rarely occur twice.
  private static var longest: Int { 64 }

  private var texts = [[UInt8]](repeating: [], count: slots)
  private var values = [Value?](repeating: nil, count: slots)

  /// Returns what is known of a text; asks if nothing is.
  @inline(__always)
  mutating func value(of text: UnsafeRawBufferPointer, _ ask: () -> (Value, isKept: Bool)) -> Value {
    guard text.count <= Self.longest else { return ask().0 }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<text.count { unsafe hash = (hash ^ UInt64(text[index])) &* 0x0000_0100_0000_01B3 }
    let slot = Int((hash ^ (hash >> 32)) & UInt64(Self.slots - 1))
    if let value = values[slot], unsafe text.holds(texts[slot]) { return value }
    let (value, isKept) = ask()
    guard isKept else { return value }
    texts[slot] = unsafe Array(text)
    values[slot] = value
    return value
  }
}

extension RememberedTexts: Sendable where Value: Sendable {}

extension UnsafeRawBufferPointer {
  /// Returns whether these are the same bytes; `elementsEqual` would call a function per byte.
  @inline(__always)
  func holds(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == count else { return false }
    for index in 0..<count { guard unsafe self[index] == bytes[index] else { return false } }
    return true
  }
}
