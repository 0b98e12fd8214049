extension SeededGenerator {
  /// A text that may be a record's key; of few letters, so that many of them resemble each other.
  public mutating func keyText() -> String {
    let letters = ["0", "1", "2", "a", "A", "/", " ", "%", "é", "e\u{301}", "ü", "'", "漢"]
    let count = Int.random(in: 1...4, using: &self)
    return (0..<count).map { _ in letters.randomElement(using: &self) ?? "a" }.joined()
  }
}
