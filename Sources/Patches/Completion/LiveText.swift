import JSON
import Records

/// A text that takes attributes of the record as it is when the row is looked at.
///
/// In a staged body it stands as `{"live": ["Was: ", {"attribute": "subject"}]}`, which no cell can say. What an
/// attribute holds is put in once, as it is, and never read as a template.
struct LiveText: Sendable {
  enum Part: Sendable {
    case text(String)
    case attribute(String)
  }

  private static let member = "live"

  var parts: [Part] = []
  /// The most characters that the attribute may have.
  var limit: Int?
  /// Refuses the number of a payment card in it (`card_numbers: error`).
  var refusesCards = false

  /// Indicates that it takes something from the record.
  var isLive: Bool { parts.contains { if case .attribute = $0 { true } else { false } } }

  /// The text, with names where the record's values will be.
  var shown: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .attribute(let path): "{\(CellTemplate.livePrefix)\(path)}"
      }
    }.joined()
  }

  mutating func append(_ text: String) {
    if case .text(let last)? = parts.last {
      parts[parts.count - 1] = .text(last + text)
    } else {
      parts.append(.text(text))
    }
  }
}

// MARK: - In a body

extension LiveText {
  /// The form in a staged body.
  var json: JSONValue {
    var object = JSONObject([
      (
        Self.member,
        .array(
          parts.map { part in
            switch part {
            case .text(let text): .string(text)
            case .attribute(let path): ["attribute": .string(path)]
            }
          })
      )
    ])
    object["limit"] = limit.map { .integer(Int64($0)) }
    if refusesCards { object["cards"] = false }
    return .object(object)
  }

  private init?(_ json: JSONValue) {
    guard let parts = json[Self.member]?.array, !parts.isEmpty else { return nil }
    for part in parts {
      if let text = part.string {
        self.parts.append(.text(text))
      } else if let path = part["attribute"]?.string {
        self.parts.append(.attribute(path))
      } else {
        return nil
      }
    }
    limit = json["limit"]?.integer.map { Int($0) }
    refusesCards = json["cards"] == false
  }

  /// Returns a body with names in place of values, for people; `nil` if nothing of it is live.
  static func shown(_ body: JSONObject) -> JSONObject? {
    var isLive = false
    let shown = replacing(in: .object(body)) { text in
      isLive = true
      return text.shown
    }
    return isLive ? shown.object : nil
  }

  /// Returns a body with the record's values.
  ///
  /// - Throws: `Obstacle` if the record does not show one of them, or a text becomes too long.
  static func filled(
    _ body: JSONObject, on image: RecordImage
  ) throws(RowCompletion.Obstacle) -> JSONObject {
    var obstacle: RowCompletion.Obstacle?
    let filled = replacing(in: .object(body)) { text in
      do throws(RowCompletion.Obstacle) { return try text.filled(on: image) } catch {
        obstacle = obstacle ?? error
        return text.shown
      }
    }
    if let obstacle { throw obstacle }
    return filled.object ?? body
  }

  private static func replacing(in value: JSONValue, _ text: (LiveText) -> String) -> JSONValue {
    if let live = LiveText(value) { return .string(text(live)) }
    switch value {
    case .object(let object):
      return .object(JSONObject(object.map { ($0.name, replacing(in: $0.value, text)) }))
    case .array(let array): return .array(array.map { replacing(in: $0, text) })
    default: return value
    }
  }

  private func filled(on image: RecordImage) throws(RowCompletion.Obstacle) -> String {
    var filled = ""
    for part in parts {
      switch part {
      case .text(let text): filled += text
      case .attribute(let path):
        guard let value = image.values[path] else {
          throw RowCompletion.Obstacle(
            code: "live-unread", message: "the site does not show \(path), which a template takes")
        }
        filled += Self.text(of: value)
      }
    }
    let count = filled.unicodeScalars.count
    guard count <= limit ?? .max else {
      throw RowCompletion.Obstacle(
        code: "too-long",
        message: "the text of a template would have \(count) characters, of at most \(limit ?? 0)")
    }
    guard !refusesCards || CardNumbers.lastDigits(in: filled) == nil else {
      throw RowCompletion.Obstacle(
        code: "card-number",
        message: "the text of a template would hold what looks like the number of a payment card")
    }
    return filled
  }

  /// Returns a value as people write it: a menu or reference by its name, null as nothing.
  private static func text(of value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .object(let object): object["lookupName"]?.string ?? object["id"]?.text() ?? value.text()
    case .bool, .integer, .decimal, .array: value.text()
    }
  }
}
