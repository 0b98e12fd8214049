extension [UInt8] {
  /// Appends a whole number in digits, without a temporary text.
  public mutating func append(number: Int64) {
    // At most 19 digits and a sign.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var first = digits.count
      var rest = number.magnitude
      repeat {
        first -= 1
        unsafe digits[first] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
        rest /= 10
      } while rest > 0
      if number < 0 {
        first -= 1
        unsafe digits[first] = UInt8(ascii: "-")
      }
      unsafe append(contentsOf: UnsafeBufferPointer(UnsafeMutableBufferPointer(rebasing: digits[first...])))
    }
  }
}
