/// The longest address of a query, as far as known: a gateway may accept less than the site.
struct AddressLimit {
  /// The length that servers and proxies usually accept.
  static let usual = 6000

  /// The largest number of bytes.
  private(set) var bytes = usual
  /// The longest address that was answered.
  private var longestTaken = 0

  mutating func taken(_ length: Int) { longestTaken = max(longestTaken, length) }

  /// Takes in a refused query whose length may be the reason.
  ///
  /// - Parameter isSingle: it asks for one thing only, so that there is no shorter one.
  /// - Returns: whether to ask for less at a time, within the new limit.
  mutating func refused(_ length: Int, isSingle: Bool) -> Bool {
    guard !isSingle else {
      // The length was not the reason: this query is refused, and that of the others is not.
      bytes = AddressLimit.usual
      return false
    }
    guard length > longestTaken else { return false }
    bytes = max(longestTaken, length / 2)
    return true
  }
}

extension Exchange {
  /// Indicates that a read may have been refused because of its length.
  ///
  /// A server sends 414 for that, a gateway any page of its own, or a redirection.
  var mayBeOfLength: Bool {
    switch outcome {
    case .refused(let refusal): [413, 414, 431].contains(refusal.status)
    case .foreign(let refusal): [400, 404].contains(refusal.status) || refusal.isRedirection
    default: false
    }
  }
}
