import Catalog
import JSON

/// Splits the writer's text of a record whose ids are all the same number.
struct TemplateBuilder {
  private let kind: RecordKind
  private let writer: ValueWriter
  private let known: [String: Int]
  private(set) var texts: [UInt8] = []
  private(set) var gaps: [Range<Int>] = []
  private(set) var menus: [RecordTemplate.Menu] = []
  private(set) var choices: [RecordTemplate.Choice] = []
  private(set) var slots: [Int] = []
  private(set) var steps: [RecordTemplate.Step] = []
  /// Indicates that the next text belongs to the last one.
  private var isText = false

  /// A number that occurs nowhere else in a record.
  private static let mark: Int64 = 8_070_605_040_302_010_999

  init(_ kind: RecordKind, _ writer: ValueWriter) {
    self.kind = kind
    self.writer = writer
    known = Dictionary(kind.attributes.enumerated().map { ($1.path, $0) }) { first, _ in first }
  }

  mutating func object(_ tree: AttributeTree, prefix: String, depth: Int) {
    for (index, name) in tree.names.enumerated() {
      text((index == 0 ? "{" : ",") + line(depth + 1) + JSONValue.string(name).text() + ": ")
      switch tree[name] {
      case .value(let attribute): value(attribute, depth + 1)
      case .branch(let inner): branch(inner, prefix + name, depth + 1)
      case .list: own(writer.links.list(name, of: "\(kind.name)/\(Self.mark)"), depth + 1)
      case nil: break
      }
    }
    if depth == 0 {
      text(",\(line(1))\"links\": ")
      own(writer.links.own("\(kind.name)/\(Self.mark)", of: kind.name), 1)
    }
    text(line(depth) + "}")
  }

  private mutating func branch(_ tree: AttributeTree, _ path: String, _ depth: Int) {
    guard kind.rules.nullWhenEmpty.contains(path) else {
      return object(tree, prefix: "\(path).", depth: depth)
    }
    let first = slots.count
    slots += tree.attributes.compactMap { known[$0.path] }
    let start = steps.count
    add(.part(0..<0, steps: 0))
    object(tree, prefix: "\(path).", depth: depth)
    steps[start] = .part(first..<slots.count, steps: steps.count - start - 1)
    isText = false
  }

  private mutating func value(_ attribute: Attribute, _ depth: Int) {
    let slot = known[attribute.path] ?? 0
    switch attribute.field.kind {
    case .reference:
      let start = gaps.count
      for text in split(writer.written(.integer(Self.mark), attribute), depth) { gaps.append(place(text)) }
      add(.reference(slot, start..<gaps.count))
    case .menu:
      let start = choices.count
      for id in writer.vocabulary[attribute.set ?? ""].values.map(\.id) {
        let text = place(writer.written(.integer(id), attribute).bytes(indentedBy: depth))
        choices.append(RecordTemplate.Choice(id: id, text: text))
      }
      add(.menu(slot, menus.count))
      let all = start..<choices.count
      menus.append(RecordTemplate.Menu(attribute: attribute, choices: all, depth: depth))
    default: add(attribute.path == "id" ? .id : attribute.path == "lookupName" ? .name : .value(slot))
    }
  }

  /// A value that contains the record's own id.
  private mutating func own(_ value: JSONValue, _ depth: Int) {
    for (index, text) in split(value, depth).enumerated() {
      if index > 0 { add(.id) }
      self.text(text)
    }
  }

  private func split(_ value: JSONValue, _ depth: Int) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    var rest = value.bytes(indentedBy: depth)[...]
    let mark = Array(String(Self.mark).utf8)
    while let range = rest.firstRange(of: mark) {
      texts.append(Array(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return texts + [Array(rest)]
  }

  private mutating func add(_ step: RecordTemplate.Step) {
    steps.append(step)
    isText = false
  }

  private mutating func text(_ text: String) { self.text(Array(text.utf8)) }

  private mutating func text(_ text: [UInt8]) {
    let place = place(text)
    if isText, case .text(let before)? = steps.last, before.upperBound == place.lowerBound {
      steps[steps.count - 1] = .text(before.lowerBound..<place.upperBound)
    } else {
      add(.text(place))
    }
    isText = true
  }

  private mutating func place(_ text: [UInt8]) -> Range<Int> {
    texts += text
    return texts.count - text.count..<texts.count
  }

  private func line(_ depth: Int) -> String { "\n" + String(repeating: " ", count: 4 * depth) }
}

extension JSONValue {
  /// The text as it is sent at this depth within an object.
  func bytes(indentedBy depth: Int) -> [UInt8] {
    let blanks = Array(repeating: UInt8(ascii: " "), count: 4 * depth)
    // Texts contain no line ends; those are escaped.
    return bytes(.indented(4)).flatMap { $0 == UInt8(ascii: "\n") ? [$0] + blanks : [$0] }
  }
}
