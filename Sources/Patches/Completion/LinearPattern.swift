/// A regular expression whose matches are found in a time that grows with the length of the text, never faster.
///
/// It follows all ways through a text at once (Pike's machine), so that no pattern such as `(a+)+$` makes it try them
/// one after the other. The leftmost match counts, and of several there the one that Perl would take.
struct LinearPattern: Sendable, Hashable {
  enum Instruction: Sendable {
    case character(CharacterClass)
    case assertion(PatternSyntax.Assertion)
    case jump(Int)
    /// Both ways, the better one first.
    case split(Int, Int)
    case match
  }

  /// The pattern as it was written.
  let source: String
  private let program: [Instruction]

  /// The most instructions, which bounds the time for each character of a text.
  private static let sizeLimit = 500

  /// The reason a pattern cannot be used.
  struct Fault: Error {
    var message: String
    var hint: String
  }

  /// Compiles a pattern.
  ///
  /// - Throws: `Fault` if it is malformed, too large, or needs what no linear search can do; also if it matches an
  ///   empty text, which is everywhere.
  init(_ source: String) throws(Fault) {
    var reader = PatternReader(source)
    let syntax = try reader.read()
    guard !syntax.isEmpty else {
      throw Fault(
        message: "the pattern also matches an empty text",
        hint: "make it need at least one character, such as a+ for a*")
    }
    var program: [Instruction] = []
    try Self.compile(syntax, into: &program)
    program.append(.match)
    self.source = source
    self.program = program
  }

  static func == (one: LinearPattern, other: LinearPattern) -> Bool { one.source == other.source }

  func hash(into hasher: inout Hasher) { hasher.combine(source) }

  private static func compile(_ syntax: PatternSyntax, into program: inout [Instruction]) throws(Fault) {
    guard program.count < sizeLimit else {
      throw Fault(
        message: "the pattern is too large: repetitions count as often as they repeat",
        hint: "repeat less, or use + in place of a large number")
    }
    switch syntax {
    case .character(let characters): program.append(.character(characters))
    case .assertion(let assertion): program.append(.assertion(assertion))
    case .sequence(let parts): for part in parts { try compile(part, into: &program) }
    case .either(let choices):
      var ends: [Int] = []
      for choice in choices.dropLast() {
        let split = program.count
        program.append(.match)
        try compile(choice, into: &program)
        ends.append(program.count)
        program.append(.match)
        program[split] = .split(split + 1, program.count)
      }
      if let last = choices.last { try compile(last, into: &program) }
      for end in ends { program[end] = .jump(program.count) }
    case .repeated(let part, let least, let most, let isGreedy):
      for _ in 0..<least { try compile(part, into: &program) }
      func split(_ place: Int, out: Int) -> Instruction {
        isGreedy ? .split(place + 1, out) : .split(out, place + 1)
      }
      guard let most else {
        let place = program.count
        program.append(.match)
        try compile(part, into: &program)
        program.append(.jump(place))
        program[place] = split(place, out: program.count)
        return
      }
      var splits: [Int] = []
      for _ in least..<most {
        splits.append(program.count)
        program.append(.match)
        try compile(part, into: &program)
      }
      for place in splits { program[place] = split(place, out: program.count) }
    }
  }
}

extension LinearPattern {
  /// One way through a text: the next instruction, and where its match began.
  private struct Way {
    var place: Int
    var start: Int
  }

  /// Returns all matches in a text, from left to right; `nil` if they take more steps than a text of its length may.
  ///
  /// Each match is found in linear time; very many that each look far ahead would still be slow together.
  func matches(in text: [Unicode.Scalar]) -> [Range<Int>]? {
    var steps = 1_000_000 + 4 * program.count * text.count
    var matches: [Range<Int>] = []
    var from = 0
    while let match = first(in: text, from: from, &steps) {
      matches.append(match)
      from = match.upperBound
    }
    return steps < 0 ? nil : matches
  }

  private func first(in text: [Unicode.Scalar], from: Int, _ steps: inout Int) -> Range<Int>? {
    var seen = Array(repeating: -1, count: program.count)
    steps -= program.count
    var (ways, next): ([Way], [Way]) = ([], [])
    var match: Range<Int>?
    var position = from
    while true {
      // A match that begins further right is worth less than any that began before.
      if match == nil { follow(Way(place: 0, start: position), at: position, in: text, &ways, &seen, &steps) }
      guard steps >= 0 else { return nil }
      if ways.isEmpty, match != nil || position == text.count { return match }
      next.removeAll(keepingCapacity: true)
      loop: for way in ways {
        switch program[way.place] {
        case .match:
          match = way.start..<position
          break loop
        case .character(let characters) where position < text.count && characters.holds(text[position]):
          follow(
            Way(place: way.place + 1, start: way.start), at: position + 1, in: text, &next, &seen, &steps)
        default: break
        }
      }
      guard position < text.count else { return match }
      swap(&ways, &next)
      position += 1
    }
  }

  /// Adds a way, with all that it leads to without a character, unless an equal one is there.
  private func follow(
    _ way: Way, at position: Int, in text: [Unicode.Scalar], _ ways: inout [Way], _ seen: inout [Int],
    _ steps: inout Int
  ) {
    var open = [way.place]
    while let place = open.popLast() {
      guard seen[place] != position else { continue }
      seen[place] = position
      steps -= 1
      switch program[place] {
      case .jump(let target): open.append(target)
      case .split(let first, let second): open += [second, first]
      case .assertion(let assertion):
        if assertion.holds(at: position, in: text) { open.append(place + 1) }
      case .character, .match: ways.append(Way(place: place, start: way.start))
      }
    }
  }
}
