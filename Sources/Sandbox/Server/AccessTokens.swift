import Synchronization

/// The access tokens that chain answers to requests (`osvc-crest-api-access-token`).
///
/// A token is a serial number and a check that only this store can compute. So no token has to be stored to be
/// recognised, and an altered one is detected. This guards a test stand-in, not a site.
final class AccessTokens: Sendable {
  /// Kept in the store, so that a client's token outlives a restart.
  private let secret: UInt64
  private let state = Mutex((serial: UInt64.random(in: .min ... .max), used: Set<UInt64>()))

  init(secret: UInt64) { self.secret = secret }

  /// Issues a new token.
  func issue() -> String {
    let serial = state.withLock { state in
      state.serial &+= 1
      return state.serial
    }
    return Self.hexadecimal([serial, check(serial)])
  }

  /// Returns whether this store issued the token.
  func isGenuine(_ token: String) -> Bool {
    guard token.utf8.count == 32, let serial = UInt64(token.prefix(16), radix: 16),
      let check = UInt64(token.suffix(16), radix: 16)
    else { return false }
    return check == self.check(serial)
  }

  /// Marks a genuine token as used, and returns whether it was used before.
  func use(_ token: String) -> Bool {
    guard let serial = UInt64(token.prefix(16), radix: 16) else { return false }
    return state.withLock { !$0.used.insert(serial).inserted }
  }

  private func check(_ serial: UInt64) -> UInt64 {
    var mixed = serial ^ secret
    for _ in 0..<3 {
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      mixed ^= mixed >> 31
      mixed &+= secret
    }
    return mixed
  }

  /// Sixteen digits for each number.
  private static func hexadecimal(_ numbers: [UInt64]) -> String {
    unsafe String(unsafeUninitializedCapacity: 16 * numbers.count) { digits in
      var count = 0
      for number in numbers {
        for shift in stride(from: 60, through: 0, by: -4) {
          let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 0xF
          unsafe digits[count] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
          count += 1
        }
      }
      return count
    }
  }
}
