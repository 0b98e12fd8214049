/// The patch of one row while it is put together: fragments that are the same in many rows, and pieces of this one.
struct Recipe {
  /// A piece of the row.
  enum Piece {
    /// Bytes of its input.
    case copy(Range<Int>)
    /// JSON that does not stand in it.
    case literal([UInt8])
  }

  /// Numbers of `Fragments`, a piece's place among them.
  private(set) var fragments: [Int32] = []
  private(set) var pieces: [Piece] = []
  /// How many values of the row's own are in it.
  private(set) var values = 0
  /// Whether nothing stands in the object that is open.
  private var isFirst = true
  /// The objects that are open, with what there was before each.
  private var open: [(fragments: Int, pieces: Int, values: Int, isFirst: Bool)] = []

  mutating func removeAll() {
    fragments.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    values = 0
    isFirst = true
  }

  private mutating func append(_ fragment: Int32) {
    if fragment != Fragments.nothing { fragments.append(fragment) }
  }

  /// Appends a member that is the same in all rows.
  mutating func add(_ member: Int32) {
    if !isFirst { fragments.append(Fragments.comma) }
    isFirst = false
    append(member)
  }

  /// Appends a member with a value of the row.
  mutating func add(_ name: Int32, _ value: MadeValue) {
    add(name)
    append(value.before)
    fragments.append(Fragments.piece)
    pieces.append(value.piece)
    append(value.after)
    values += 1
  }

  /// Begins an object.
  ///
  /// - Parameter fragment: its name and what comes before its first member.
  mutating func begin(_ fragment: Int32) {
    open.append((fragments.count, pieces.count, values, isFirst))
    add(fragment)
    isFirst = true
  }

  /// Ends it; it was never there if no value of the row's own is in it and `needsOwn`, or nothing at all.
  ///
  /// - Returns: whether it is there.
  @discardableResult
  mutating func end(_ fragment: Int32, needsOwn: Bool) -> Bool {
    guard let before = open.popLast() else { return false }
    guard needsOwn ? values > before.values : !isFirst else {
      fragments.removeLast(fragments.count - before.fragments)
      pieces.removeLast(pieces.count - before.pieces)
      isFirst = before.isFirst
      return false
    }
    isFirst = false
    append(fragment)
    return true
  }
}

/// What a rule makes of one cell or token, in terms of a recipe.
struct MadeValue {
  var before = Fragments.nothing
  var piece: Recipe.Piece
  var after = Fragments.nothing
}

/// What a cell or a token says, as far as that is certain.
enum Reading {
  /// Nothing: leave the attribute alone.
  case blank
  case value(MadeValue)
  /// Whatever it is, the rules have to say it.
  case unusual
}

/// The texts that patches of many rows have in common, by number, and the forms that were made of them.
final class Fragments {
  static let piece: Int32 = -1
  static let nothing: Int32 = -2
  static let comma: Int32 = 0

  private var texts: [[UInt8]] = [[UInt8(ascii: ",")]]
  private var numbers: [[UInt8]: Int32] = [[UInt8(ascii: ",")]: 0]
  private let isOfCells: Bool
  private var forms: [[Int32]: Int] = [:]
  private var last: (fragments: [Int32], form: Int) = ([], -1)
  /// Forms that nobody has taken note of yet, by number.
  private(set) var news: [NumberedForm] = []

  /// More forms than a sheet has that says the same of its rows.
  private static let limit = 1_000

  init(isOfCells: Bool) { self.isOfCells = isOfCells }

  /// The number of a text.
  func number(_ text: some Sequence<UInt8>) -> Int32 {
    let text = Array(text)
    if text.isEmpty { return Self.nothing }
    if let number = numbers[text] { return number }
    texts.append(text)
    numbers[text] = Int32(texts.count - 1)
    return Int32(texts.count - 1)
  }

  /// The form of a recipe; `nil` when there are too many already.
  func form(of recipe: Recipe) -> Int? {
    if recipe.fragments == last.fragments { return last.form }
    if let form = forms[recipe.fragments] {
      last = (recipe.fragments, form)
      return form
    }
    guard forms.count < Self.limit else { return nil }
    let form = forms.count
    forms[recipe.fragments] = form
    last = (recipe.fragments, form)
    var phrases: [[UInt8]] = [[]]
    for fragment in recipe.fragments {
      if fragment == Self.piece {
        phrases.append([])
      } else {
        phrases[phrases.count - 1] += texts[Int(fragment)]
      }
    }
    news.append(
      NumberedForm(
        number: form,
        form: PatchForm(
          phrases: phrases.map { String(decoding: $0, as: UTF8.self) }, isOfCells: isOfCells)))
    return form
  }

  /// Hands over the forms that nobody has taken note of.
  func takeNews() -> [NumberedForm] {
    defer { news.removeAll() }
    return news
  }
}

/// A form under the number by which recipes call it.
public struct NumberedForm: Sendable, Hashable {
  public var number: Int
  public var form: PatchForm
}
