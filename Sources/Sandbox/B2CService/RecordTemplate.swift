import Catalog
import JSON
import Synchronization

/// The text of a completely read record, prepared for one kind and one address of the service: the parts that all
/// records share, and the places of the rest.
///
/// The bytes are those of `Session.object(of:_:)`, at a tenth of the cost. The text between the values comes from
/// the same writer; a test compares the two.
final class RecordTemplate: Sendable {
  /// One step of writing a record; none refers to an object, as each would be counted for every record.
  enum Step {
    /// A part of `texts`.
    case text(Range<Int>)
    /// The record's own id.
    case id
    /// A stored value.
    case value(Int)
    /// The links of a reference: the parts of `texts` between the places of its id, by their places in `gaps`.
    case reference(Int, Range<Int>)
    /// A menu of `menus`.
    case menu(Int, Int)
    /// A sub-object that is null if all values of a part of `slots` are, and the number of its steps.
    case part(Range<Int>, steps: Int)
  }

  /// The written values of a menu, as parts of `texts`; a value that the menu does not have is left to the writer.
  struct Menu {
    let attribute: Attribute
    let known: [Int64: Range<Int>]
    let depth: Int
  }

  private let writer: ValueWriter
  private let paths: StoredPaths
  private let texts: [UInt8]
  private let gaps: [Range<Int>]
  private let menus: [Menu]
  private let slots: [Int]
  private let steps: [Step]

  init(_ kind: RecordKind, _ writer: ValueWriter) {
    var builder = TemplateBuilder(kind, writer)
    builder.object(kind.tree, prefix: "", depth: 0)
    self.writer = writer
    paths = StoredPaths(kind.attributes.map(\.path))
    texts = builder.texts
    gaps = builder.gaps
    menus = builder.menus
    slots = builder.slots
    steps = builder.steps
  }

  /// The record as the service writes it.
  func bytes(of record: RecordRow) -> [UInt8] {
    var values = record.values
    for name in ["id", "lookupName"] { values[name] = record.value(at: name) }
    let places = paths.places(in: values)
    let id = Array(String(record.id).utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.usualSize)
    var index = 0
    while index < steps.count {
      switch steps[index] {
      case .text(let text): write(text, &bytes)
      case .id: bytes += id
      case .value(let slot):
        if let place = places[slot] { values.append(place, to: &bytes) } else { bytes += Self.null }
      case .reference(let slot, let gaps):
        if let target = places[slot].flatMap({ values.value(at: $0).integer }) {
          let target = Array(String(target).utf8)
          for gap in gaps {
            if gap > gaps.lowerBound { bytes += target }
            write(self.gaps[gap], &bytes)
          }
        } else {
          bytes += Self.null
        }
      case .menu(let slot, let menu):
        if let value = places[slot].flatMap({ values.value(at: $0).integer }) {
          write(value, menus[menu], &bytes)
        } else {
          bytes += Self.null
        }
      case .part(let part, let count):
        if slots[part].allSatisfy({ places[$0] == nil }) {
          bytes += Self.null
          index += count
        }
      }
      index += 1
    }
    return bytes
  }

  /// Writes a part of `texts`, without a slice, which would be counted.
  private func write(_ text: Range<Int>, _ bytes: inout [UInt8]) {
    unsafe texts.withUnsafeBufferPointer {
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[text]))
    }
  }

  private func write(_ value: Int64, _ menu: Menu, _ bytes: inout [UInt8]) {
    if let known = menu.known[value] {
      write(known, &bytes)
    } else {
      bytes += writer.written(.integer(value), menu.attribute).bytes(indentedBy: menu.depth)
    }
  }

  private static let null = Array("null".utf8)
  /// Enough for most records.
  private static let usualSize = 16 << 10
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
