import Catalog
import JSON
import Synchronization

/// The text of a completely read record, prepared for one kind and one address of the service: the parts that all
/// records share, and the places of the rest.
///
/// The bytes are those of `Session.object(of:_:)`, at a tenth of the cost. The text between the values comes from
/// the same writer; a test compares the two.
final class RecordTemplate: Sendable {
  private enum Piece {
    case text([UInt8])
    /// The record's own id.
    case id
    /// A stored value.
    case value(Int)
    /// The links of a reference: the text between the places of its id.
    case reference(Int, [[UInt8]])
    /// The written values of a menu; a value that the menu does not have is left to the writer.
    case menu(Int, Attribute, [Int64: [UInt8]], depth: Int)
    /// A sub-object that is null if all of these are.
    case part([Int], [Piece])
  }

  private let writer: ValueWriter
  private let slots: [String: Int]
  private let pieces: [Piece]

  init(_ kind: RecordKind, _ writer: ValueWriter) {
    var slots: [String: Int] = [:]
    for attribute in kind.attributes { slots[attribute.path] = slots.count }
    self.writer = writer
    self.slots = slots
    pieces = Builder(kind: kind, writer: writer, slots: slots).object(kind.tree, prefix: "", depth: 0)
  }

  /// The record as the service writes it.
  func bytes(of record: RecordRow) -> [UInt8] {
    var values = record.values
    for name in ["id", "lookupName"] { values[name] = record.value(at: name) }
    var places = [Range<Int>?](repeating: nil, count: slots.count)
    for (path, value) in values.places {
      if let slot = slots[path] { places[slot] = value }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.usualSize)
    write(pieces, values, places, String(record.id), &bytes)
    return bytes
  }

  private func write(
    _ pieces: [Piece], _ values: StoredValues, _ places: [Range<Int>?], _ id: String, _ bytes: inout [UInt8]
  ) {
    for piece in pieces {
      switch piece {
      case .text(let text): bytes += text
      case .id: bytes += id.utf8
      case .value(let slot):
        if let place = places[slot] { values.append(place, to: &bytes) } else { bytes += Self.null }
      case .reference(let slot, let texts):
        guard let target = places[slot].flatMap({ values.value(at: $0).integer }) else {
          bytes += Self.null
          continue
        }
        Self.join(texts, String(target), &bytes)
      case .menu(let slot, let attribute, let known, let depth):
        guard let value = places[slot].flatMap({ values.value(at: $0).integer }) else {
          bytes += Self.null
          continue
        }
        bytes += known[value] ?? writer.written(.integer(value), attribute).bytes(indentedBy: depth)
      case .part(let slots, let inner):
        if slots.allSatisfy({ places[$0] == nil }) {
          bytes += Self.null
        } else {
          write(inner, values, places, id, &bytes)
        }
      }
    }
  }

  private static let null = Array("null".utf8)
  /// Enough for most records.
  private static let usualSize = 16 << 10

  private static func join(_ texts: [[UInt8]], _ separator: String, _ bytes: inout [UInt8]) {
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes += separator.utf8 }
      bytes += text
    }
  }

  /// Splits the writer's text of a record whose ids are all the same number.
  private struct Builder {
    let kind: RecordKind
    let writer: ValueWriter
    let slots: [String: Int]

    /// A number that occurs nowhere else in a record.
    private static let mark: Int64 = 8_070_605_040_302_010_999

    func object(_ tree: AttributeTree, prefix: String, depth: Int) -> [Piece] {
      var pieces: [Piece] = []
      for (index, name) in tree.names.enumerated() {
        pieces.append(text((index == 0 ? "{" : ",") + line(depth + 1) + JSONValue.string(name).text() + ": "))
        switch tree[name] {
        case .value(let attribute): pieces.append(value(attribute, depth + 1))
        case .branch(let inner):
          let path = prefix + name
          let members = object(inner, prefix: "\(path).", depth: depth + 1)
          guard kind.rules.nullWhenEmpty.contains(path) else {
            pieces += members
            continue
          }
          pieces.append(.part(inner.attributes.compactMap { slots[$0.path] }, members))
        case .list: pieces += own(writer.links.list(name, of: "\(kind.name)/\(Self.mark)"), depth + 1)
        case nil: break
        }
      }
      if depth == 0 {
        pieces.append(text(",\(line(1))\"links\": "))
        pieces += own(writer.links.own("\(kind.name)/\(Self.mark)", of: kind.name), 1)
      }
      pieces.append(text(line(depth) + "}"))
      return pieces
    }

    private func value(_ attribute: Attribute, _ depth: Int) -> Piece {
      let slot = slots[attribute.path] ?? 0
      switch attribute.field.kind {
      case .reference: return .reference(slot, split(writer.written(.integer(Self.mark), attribute), depth))
      case .menu:
        let ids = writer.vocabulary[attribute.set ?? ""].values.map(\.id)
        let known = ids.map { ($0, writer.written(.integer($0), attribute).bytes(indentedBy: depth)) }
        return .menu(slot, attribute, Dictionary(known) { first, _ in first }, depth: depth)
      default: return .value(slot)
      }
    }

    /// The pieces of a value that contains the record's own id.
    private func own(_ value: JSONValue, _ depth: Int) -> [Piece] {
      Array(split(value, depth).map { [Piece.text($0)] }.joined(separator: [Piece.id]))
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

    private func text(_ text: String) -> Piece { .text(Array(text.utf8)) }

    private func line(_ depth: Int) -> String { "\n" + String(repeating: " ", count: 4 * depth) }
  }
}

extension JSONValue {
  /// The text as it is sent at this depth within an object.
  fileprivate func bytes(indentedBy depth: Int) -> [UInt8] {
    let blanks = Array(repeating: UInt8(ascii: " "), count: 4 * depth)
    // Texts contain no line ends; those are escaped.
    return bytes(.indented(4)).flatMap { $0 == UInt8(ascii: "\n") ? [$0] + blanks : [$0] }
  }
}

/// The templates used so far.
final class RecordTemplates: Sendable {
  /// Clients address a sandbox by few names.
  private static let limit = 64
  private let made = Mutex<[String: RecordTemplate]>([:])

  subscript(kind: RecordKind, writer: ValueWriter) -> RecordTemplate {
    made.withLock { made in
      let place = writer.links.url(kind.name)
      if let known = made[place] { return known }
      if made.count >= Self.limit { made = [:] }
      let template = RecordTemplate(kind, writer)
      made[place] = template
      return template
    }
  }
}
