import TestSupport

/// Random draws from a seed, quick even in a debug build.
struct Dice {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    // Neighbouring seeds begin alike.
    _ = generator.next()
  }

  /// A number from 0, below `count`.
  mutating func below(_ count: Int) -> Int { Int(generator.next() >> 16) % count }

  mutating func from(_ low: Int, to high: Int) -> Int { low + below(high - low + 1) }

  /// True in the given percentage of cases.
  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

  /// A source for code that wants one of its own.
  mutating func fork() -> SeededGenerator { SeededGenerator(seed: generator.next()) }
}
