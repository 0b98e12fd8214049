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
    /// The name of the record.
    case name
    /// A stored value.
    case value(Int)
    /// The links of a reference: the parts of `texts` between the places of its id, by their places in `gaps`.
    case reference(Int, Range<Int>)
    /// A menu of `menus`.
    case menu(Int, Int)
    /// A sub-object that is null if all values of a part of `slots` are, and the number of its steps.
    case part(Range<Int>, steps: Int)
  }

  /// A menu, and its part of `choices`; a value that it does not have is left to the writer.
  struct Menu {
    let attribute: Attribute
    let choices: Range<Int>
    let depth: Int
  }

  /// A value of a menu, and how it is written: a part of `texts`.
  struct Choice {
    let id: Int64
    let text: Range<Int>
  }

  private let writer: ValueWriter
  private let paths: StoredPaths
  private let texts: [UInt8]
  private let gaps: [Range<Int>]
  private let menus: [Menu]
  private let choices: [Choice]
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
    choices = builder.choices
    slots = builder.slots
    steps = builder.steps
  }

  /// Writes the record as the service does.
  func write(_ record: RecordRow, to bytes: inout WireBytes) {
    let places = paths.places(in: record.values)
    let id = Array(String(record.id).utf8)
    unsafe steps.withUnsafeBufferPointer { steps in
      unsafe texts.withUnsafeBufferPointer { texts in
        var index = 0
        while index < steps.count {
          switch unsafe steps[index] {
          case .text(let text): unsafe bytes.append(UnsafeBufferPointer(rebasing: texts[text]))
          case .part(let part, let count):
            if slots[part].allSatisfy({ places[$0] == nil }) {
              bytes.append("null")
              index += count
            }
          case .id: bytes.append(id)
          case .name:
            if let name = record.name { bytes.append(name: name) } else { bytes.append("null") }
          case .value(let slot):
            if let place = places[slot] {
              record.values.write(place, to: &bytes)
            } else {
              bytes.append("null")
            }
          case .reference(let slot, let parts):
            guard let target = places[slot].flatMap({ record.values.value(at: $0).integer }) else {
              bytes.append("null")
              break
            }
            for part in parts {
              if part > parts.lowerBound { bytes.append(target) }
              unsafe bytes.append(UnsafeBufferPointer(rebasing: texts[gaps[part]]))
            }
          case .menu(let slot, let menu):
            if let value = places[slot].flatMap({ record.values.value(at: $0).integer }) {
              unsafe write(value, of: menu, texts, &bytes)
            } else {
              bytes.append("null")
            }
          }
          index += 1
        }
      }
    }
  }

  private func write(
    _ value: Int64, of menu: Int, _ texts: UnsafeBufferPointer<UInt8>, _ bytes: inout WireBytes
  ) {
    if let choice = choices[menus[menu].choices].first(where: { $0.id == value }) {
      unsafe bytes.append(UnsafeBufferPointer(rebasing: texts[choice.text]))
    } else {
      let menu = menus[menu]
      bytes.append(writer.written(.integer(value), menu.attribute).bytes(indentedBy: menu.depth))
    }
  }
}

extension WireBytes {
  fileprivate mutating func append(_ number: Int64) {
    if number < 0 { append("-") }
    append(digitsOf: number.magnitude)
  }

  /// Appends a text as JSON.
  fileprivate mutating func append(name: String) {
    guard StoredValues.isPlain(name) else { return append(JSONValue.string(name).bytes()) }
    append("\"")
    append(text: name)
    append("\"")
  }
}

/// The templates used so far.
final class RecordTemplates: Sendable {
  /// Clients address a sandbox by few names.
  private static let limit = 64
  private let made = Mutex<[Place: RecordTemplate]>([:])

  private struct Place: Hashable {
    let kind: String
    let links: Links
  }

  subscript(kind: RecordKind, writer: ValueWriter) -> RecordTemplate {
    made.withLock { made in
      let place = Place(kind: kind.name, links: writer.links)
      if let known = made[place] { return known }
      if made.count >= Self.limit { made = [:] }
      let template = RecordTemplate(kind, writer)
      made[place] = template
      return template
    }
  }
}
