import Catalog
import JSON

extension RowReader {
  /// Reads the value of one attribute into a change, or records its fault.
  mutating func read(
    _ value: JSONValue, _ field: Field, _ entity: Entity, _ place: String, into change: inout RowChange
  ) {
    let name = field.path
    // The version shown by a participant is counted by the service.
    if name == "ObjectVersionNumber" { return }
    if field.isTrigger {
      guard let isOn = value.bool else { return invalid(field, place) }
      change.mentionedTriggers.insert(name)
      if isOn { change.triggers.insert(name) }
    } else if entity.enclosures.contains(name) {
      guard !value.isNull else { return change.enclosures.append((name, nil)) }
      guard let bytes = value.string.flatMap({ Base64.decoded($0) }) else { return invalid(field, place) }
      change.enclosures.append((name, bytes))
    } else if name == entity.alternateKey {
      guard value.isNull || value.string?.isEmpty == false else { return invalid(field, place) }
      guard stored(value, field, entity, place) != nil else { return }
      change.number = value.string
    } else if let stored = stored(value, field, entity, place) {
      change.values.append((field, stored))
    }
  }

  private mutating func invalid(_ field: Field, _ place: String) {
    refuse(session.choices.valueCode, "The value of the attribute \(field.path) isn't valid.", place)
  }

  /// The stored form of a value; `nil` if it is wrong, which is recorded.
  private mutating func stored(
    _ value: JSONValue, _ field: Field, _ entity: Entity, _ place: String
  ) -> JSONValue? {
    guard !value.isNull else { return .null }
    switch field.kind {
    case .string(let maximum, let pattern):
      guard let text = value.string else { break }
      guard fits(text, maximum, field, place) else { return nil }
      if Self.matches(text, pattern), isNumber(text, field, entity) { return value }
    case .code(let known, _, let maximum):
      guard let text = value.string else { break }
      guard fits(text, maximum, field, place) else { return nil }
      if isKnown(text, known, field) { return value }
    case .integer(let minimum, let maximum):
      let text = session.version.hasTextIntegers ? value.string : nil
      guard let number = value.integer ?? text.flatMap({ Int64($0) }) else { break }
      if (minimum...maximum).contains(number), refers(number, field, entity) { return .integer(number) }
    case .number: if value.kind == "number" { return value }
    case .boolean: if value.bool != nil { return value }
    case .date: if value.string.flatMap({ CalendarDay(parsing: $0) }) != nil { return value }
    case .dateTime: if let time = value.string.flatMap({ time($0) }) { return .string(time.text) }
    case .menu, .reference, .menuPath, .base64: break
    }
    invalid(field, place)
    return nil
  }

  private mutating func fits(_ text: String, _ maximum: Int?, _ field: Field, _ place: String) -> Bool {
    guard let maximum, text.unicodeScalars.count > maximum else { return true }
    refuse(
      session.choices.lengthCode,
      "The value of the attribute \(field.path) has \(text.unicodeScalars.count) characters; the maximum is \(maximum).",
      place)
    return false
  }

  private static func matches(_ text: String, _ pattern: String?) -> Bool {
    guard let pattern else { return true }
    // The patterns come from the catalogue; a test checks that each of them compiles.
    return (try? Regex(pattern).wholeMatch(in: text)) != nil
  }

  /// Returns whether the site has a code; an unknown lookup accepts any.
  private func isKnown(_ code: String, _ known: [String], _ field: Field) -> Bool {
    let set = session.vocabulary[field.codeSet ?? field.path]
    return known.contains(code) || set[code: code] != nil || known.isEmpty && set.values.isEmpty
  }

  /// Returns whether the target of a number exists; if its set depends on another attribute, it is checked with the row.
  private func refers(_ number: Int64, _ field: Field, _ entity: Entity) -> Bool {
    guard let rule = entity.rules.references.first(where: { $0.attribute == field.path }), let set = rule.set
    else { return true }
    return session.vocabulary[set, number] != nil
  }

  /// Returns whether a public number, which can also name a reference, belongs to something.
  private func isNumber(_ text: String, _ field: Field, _ entity: Entity) -> Bool {
    guard let rule = entity.rules.references.first(where: { $0.number == field.path }), let set = rule.set
    else { return true }
    return session.vocabulary[set][code: text] != nil
  }

  private func time(_ text: String) -> Timestamp? {
    if let time = Timestamp(parsing: text) { return time }
    guard session.choices.offsetlessTimes == .accepted,
      let time = Timestamp(parsing: "\(text)Z")
    else { return nil }
    return Timestamp(seconds: time.seconds - session.choices.timeZone)
  }
}
