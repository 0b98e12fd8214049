/// The patch of one row during its assembly: fragments shared by many rows, and pieces of this one.
struct Recipe {
  /// A piece of the row.
  enum Piece {
    /// Bytes of the row's input.
    case copy(Range<Int>)
    /// JSON that is not in the input.
    case literal([UInt8])
  }

  /// The numbers of `Fragments`, with a mark for each piece.
  private(set) var fragments: [Int32] = []
  private(set) var pieces: [Piece] = []
  /// The number of the row's own values in it.
  private(set) var values = 0
  /// Indicates that the open object is still empty.
  private var isFirst = true
  /// The open objects, with the counts before each.
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
  /// - Parameter fragment: its name and the text before its first member.
  mutating func begin(_ fragment: Int32) {
    open.append((fragments.count, pieces.count, values, isFirst))
    add(fragment)
    isFirst = true
  }

  /// Ends the object, and removes it if it is empty, or if `needsOwn` and it has no value of the row's own.
  ///
  /// - Returns: whether it exists.
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

/// The value that a rule makes of one cell or token, in the terms of a recipe.
struct MadeValue {
  var before = Fragments.nothing
  var piece: Recipe.Piece
  var after = Fragments.nothing
}

/// The meaning of a cell or a token, if it is certain.
enum Reading {
  /// Blank: leave the attribute alone.
  case blank
  case value(MadeValue)
  /// A text for the rules to decide.
  case unusual
}

/// The texts that patches of many rows share, by number, and the forms made of them.
final class Fragments {
  static let piece: Int32 = -1
  static let nothing: Int32 = -2
  static let comma: Int32 = 0

  private var texts: [[UInt8]] = [[UInt8(ascii: ",")]]
  private var numbers: [[UInt8]: Int32] = [[UInt8(ascii: ",")]: 0]
  private let isOfCells: Bool
  private var forms: [[Int32]: Int] = [:]
  private var last: (fragments: [Int32], form: Int) = ([], -1)
  /// The forms not yet passed on, by number.
  private(set) var news: [NumberedForm] = []

  /// More forms than a sheet with regular rows has.
  private static let limit = 1_000

  init(isOfCells: Bool) { self.isOfCells = isOfCells }

  /// Returns the number of a text.
  func number(_ text: some Sequence<UInt8>) -> Int32 {
    let text = Array(text)
    if text.isEmpty { return Self.nothing }
    if let number = numbers[text] { return number }
    texts.append(text)
    numbers[text] = Int32(texts.count - 1)
    return Int32(texts.count - 1)
  }

  /// Returns the form of a recipe; `nil` if there are too many already.
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

  /// Returns the forms not yet passed on.
  func takeNews() -> [NumberedForm] {
    defer { news.removeAll() }
    return news
  }
}

/// A form with the number by which recipes refer to it.
public struct NumberedForm: Sendable, Hashable {
  public var number: Int
  public var form: PatchForm
}
