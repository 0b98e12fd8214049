import Catalog
import JSON
import Sheets

/// The attributes of a resource, compiled a second time: for rows of JSON Lines in which every member has a common
/// form.
final class ObjectProgram {
  private let record: ObjectLayer
  private let body: BodyProgram
  /// The members of the record that the job's columns or constants also set.
  private let contested: [ObjectLayer.Member]
  private let open: Int32
  private let close: Int32
  private var slots: [Reading]
  private var row = 0

  /// Compiles the attributes; `nil` if rows may need a feature that only `PatchBuilder` has.
  init?(_ builder: PatchBuilder, _ fragments: Fragments) {
    // The constants' values for elements are mixed with the row's own.
    guard builder.reader.constants.isEmpty, let body = BodyProgram(builder.mapping, fragments)
    else { return nil }
    let mapping = builder.mapping
    let record = ObjectLayer(builder.reader.shape.members, builder.nulls, fragments)
    contested = body.names.compactMap { record.member($0) }
    for rule in builder.reader.shape.keys {
      record.add(rule.attribute, .key(KeyProgram(rule, builder.nulls)))
    }
    for name in builder.ignored.union(PatchBuilder.resultColumns) { record.add(name, .skip) }
    for (name, task) in mapping.members {
      switch mapping.tasks[task] {
      // What the job's values say is the builder's.
      case _ where mapping.tables[task] != nil: record.remove(name)
      case .skip: record.add(name, .skip)
      case .key(_, let rule, _): record.add(name, .key(KeyProgram(rule, builder.nulls)))
      case .value(let rule, let slot, _):
        record.remove(name)
        if let program = ValueProgram(rule, builder.nulls, fragments) {
          record.add(name, .slot(program, slot))
        }
      }
    }
    self.record = record
    self.body = body
    open = fragments.number("{".utf8)
    close = fragments.number("}".utf8)
    slots = Array(repeating: .blank, count: mapping.initialSlots.count)
  }

  /// Reads a row into a recipe; `nil` if `PatchBuilder` must read it.
  func read(_ line: UnsafeRawBufferPointer, _ recipe: inout Recipe) -> ReadRow? {
    row += 1
    for index in slots.indices { slots[index] = .blank }
    var reading = unsafe ObjectReading(tokens: JSONTokens(line), row: row, slots: slots)
    recipe.begin(open)
    guard reading.read(record, &recipe), let key = reading.key else { return nil }
    reading.tokens.skipBlanks()
    guard reading.tokens.isAtEnd, !contested.contains(where: { $0.lastRow == row }),
      let makesElement = body.run(reading.slots, &recipe), recipe.values > 0
    else { return nil }
    recipe.end(close, needsOwn: true)
    return ReadRow(key: key, isIdempotent: !(makesElement || reading.makesElement))
  }
}

/// The names allowed in one object, and the use of their values.
final class ObjectLayer {
  enum Use {
    case key(KeyProgram)
    case skip
    case value(ValueProgram)
    /// A member that the job maps to another attribute.
    case slot(ValueProgram, Int)
    case object(ObjectLayer, begin: Int32)
    /// A list with one new element, and its required members.
    case element(ObjectLayer, begin: Int32, end: Int32, required: [Member])
  }

  final class Member {
    let name: [UInt8]
    /// The name in JSON before a value.
    let label: Int32
    let use: Use
    /// The last row that had it: an object must not have a name twice.
    var lastRow = 0

    init(_ name: String, label: Int32, use: Use) {
      self.name = Array(name.utf8)
      self.label = label
      self.use = use
    }
  }

  private var members: [Member] = []
  /// The first index to try: rows have their members in the same order.
  private var likely = 0
  private let fragments: Fragments
  let end: Int32
  /// Indicates that a new element of the list may be written without brackets.
  private(set) var isBare = false

  init(_ shape: ObjectShape, _ nulls: NullWords, _ fragments: Fragments) {
    self.fragments = fragments
    end = fragments.number("}".utf8)
    for (name, member) in shape.members.sorted(by: { $0.key < $1.key }) {
      let label = JSONValue.string(name).bytes() + [UInt8(ascii: ":")]
      switch member {
      case .value(let rule, _):
        if let program = ValueProgram(rule, nulls, fragments) { add(name, .value(program)) }
      case .object(let inner):
        add(name, .object(ObjectLayer(inner, nulls, fragments), begin: fragments.number(label + "{".utf8)))
      case .list(let list):
        // A warning about the list applies to every row.
        guard list.reference == nil, list.caution == nil, let create = list.operation(.create),
          create.upload == nil
        else { continue }
        let layer = ObjectLayer(create.members, nulls, fragments)
        layer.isBare = list.acceptsSingleObject
        let required = create.required.compactMap { layer.member($0.name) }
        guard required.count == create.required.count else { continue }
        add(
          name,
          .element(
            layer, begin: fragments.number(label + (layer.isBare ? "{" : "[{").utf8),
            end: fragments.number((layer.isBare ? "}" : "}]").utf8), required: required))
      // Bytes, files, refused attributes and custom fields.
      case .bytes, .custom, .file, .refused: continue
      }
    }
  }

  func member(_ name: String) -> Member? { members.first { $0.name.elementsEqual(name.utf8) } }

  func remove(_ name: String) { members.removeAll { $0.name.elementsEqual(name.utf8) } }

  /// Adds a member, replacing another of its name.
  func add(_ name: String, _ use: Use) {
    remove(name)
    members.append(
      Member(name, label: fragments.number(JSONValue.string(name).bytes() + [UInt8(ascii: ":")]), use: use))
  }

  /// Returns the member whose name these bytes are.
  func member(_ name: UnsafeRawBufferPointer) -> Member? {
    for step in 0..<members.count {
      var index = likely + step
      if index >= members.count { index -= members.count }
      let member = members[index]
      guard unsafe name.holds(member.name) else { continue }
      likely = index + 1 == members.count ? 0 : index + 1
      return member
    }
    return nil
  }
}

/// One row of JSON Lines while it is read.
@safe struct ObjectReading {
  var tokens: JSONTokens
  let row: Int
  var slots: [Reading]
  private(set) var key: KeyProgram.Key?
  private(set) var makesElement = false

  init(tokens: JSONTokens, row: Int, slots: [Reading]) {
    self.tokens = tokens
    self.row = row
    self.slots = slots
  }

  /// Reads an object's members into a recipe; returns `false` if `PatchBuilder` must read them.
  mutating func read(_ layer: ObjectLayer, _ recipe: inout Recipe) -> Bool {
    guard tokens.take(UInt8(ascii: "{")) else { return false }
    repeat {
      tokens.skipBlanks()
      guard let name = tokens.takeString(),
        let member = unsafe layer.member(UnsafeRawBufferPointer(rebasing: tokens.bytes[name])),
        member.lastRow != row
      else { return false }
      member.lastRow = row
      tokens.skipBlanks()
      guard tokens.take(UInt8(ascii: ":")) else { return false }
      tokens.skipBlanks()
      guard read(member, &recipe) else { return false }
      tokens.skipBlanks()
    } while tokens.take(UInt8(ascii: ","))
    return tokens.take(UInt8(ascii: "}"))
  }

  private mutating func read(_ member: ObjectLayer.Member, _ recipe: inout Recipe) -> Bool {
    switch member.use {
    case .object(let layer, let begin):
      recipe.begin(begin)
      return read(layer, &recipe) && recipe.end(layer.end, needsOwn: true)
    case .element(let layer, let begin, let end, let required):
      return readElement(layer, begin, end, required, &recipe)
    default: break
    }
    guard let place = tokens.takeValue() else { return false }
    let token = unsafe UnsafeRawBufferPointer(rebasing: tokens.bytes[place])
    switch member.use {
    case .key(let program):
      // With several keys, the first does not decide which counts.
      guard key == nil else { return false }
      unsafe key = program.read(token: token, at: place.lowerBound)
      return key != nil
    case .skip: return (try? unsafe JSONValue(parsing: token)) != nil
    case .value(let program):
      guard case .value(let value) = unsafe program.read(token: token, at: place.lowerBound) else {
        return false
      }
      recipe.add(member.label, value)
    case .slot(let program, let slot):
      let reading = unsafe program.read(token: token, at: place.lowerBound)
      guard case .value = reading else { return false }
      slots[slot] = reading
    case .object, .element: break
    }
    return true
  }

  /// Reads a list of one new element.
  private mutating func readElement(
    _ layer: ObjectLayer, _ begin: Int32, _ end: Int32, _ required: [ObjectLayer.Member],
    _ recipe: inout Recipe
  ) -> Bool {
    let isInArray = tokens.take(UInt8(ascii: "["))
    guard isInArray || layer.isBare else { return false }
    tokens.skipBlanks()
    recipe.begin(begin)
    guard read(layer, &recipe), recipe.end(end, needsOwn: true) else { return false }
    makesElement = true
    guard required.allSatisfy({ $0.lastRow == row }) else { return false }
    guard isInArray else { return true }
    tokens.skipBlanks()
    return tokens.take(UInt8(ascii: "]"))
  }
}
