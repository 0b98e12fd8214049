/// How long the addresses of queries may be, as far as that is known: what lies between may take less than the site.
struct AddressLimit {
  /// What servers and proxies usually take without trouble.
  static let usual = 6000

  /// Bytes of an address at most.
  private(set) var bytes = usual
  /// The longest address that was answered.
  private var longestTaken = 0

  mutating func taken(_ length: Int) { longestTaken = max(longestTaken, length) }

  /// Takes in that a query was refused in a way that its length may be the reason for.
  ///
  /// - Parameter isSingle: whether it asks for one thing alone, so that no shorter one is left.
  /// - Returns: whether to ask for less at a time, by the new limit.
  mutating func refused(_ length: Int, isSingle: Bool) -> Bool {
    guard !isSingle else {
      // It was not the length: what is asked for is refused, and that of the others is not.
      bytes = AddressLimit.usual
      return false
    }
    guard length > longestTaken else { return false }
    bytes = max(longestTaken, length / 2)
    return true
  }
}

extension Exchange {
  /// Whether a read may have been refused because of its length: a server says so with 414, and a gateway with whatever
  /// page of its own, or by leading to one.
  var mayBeOfLength: Bool {
    switch outcome {
    case .refused(let refusal): [413, 414, 431].contains(refusal.status)
    case .foreign(let refusal): [400, 404].contains(refusal.status) || refusal.isRedirection
    default: false
    }
  }
}
