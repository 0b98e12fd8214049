import Foundation
import JSON
import Logging
import Staging

/// Writes log events as lines of JSON or text: time, level, event, and facts.
struct EventLogHandler: LogHandler {
  let file: LogFile
  let format: LogFormat
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(_ file: LogFile, _ format: LogFormat, level: Logger.Level) {
    self.file = file
    self.format = format
    logLevel = level
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { $1 }
    let members = EventLogHandler.ordered(facts).map { ($0.key, $0.value.json) }
    let time = Timestamp.now
    switch format {
    case .json:
      let head: [(String, JSONValue)] = [
        ("time", .string(time)), ("level", .string(event.level.rawValue)),
        ("event", .string(event.message.description)),
      ]
      file.write(line: JSONValue.object(JSONObject(head + members)).text())
    case .text:
      let rest = members.map { " \($0.0)=\(EventLogHandler.word($0.1))" }.joined()
      file.write(line: "\(time) \(event.level.rawValue) \(event.message)\(rest)")
    }
  }

  /// Returns the facts by name, those that identify the run first.
  private static func ordered(_ facts: Logger.Metadata) -> [(key: String, value: Logger.MetadataValue)] {
    let first = ["job", "run"]
    return first.compactMap { name in facts[name].map { (name, $0) } }
      + facts.filter { !first.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Returns a value, quoted only if necessary.
  private static func word(_ value: JSONValue) -> String {
    guard case .string(let text) = value else { return value.text() }
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3D }
    return isPlain ? text : value.text()
  }
}

extension Logger.MetadataValue {
  /// Returns the value of an optional fact; `nil` leaves it out of the event.
  static func optional(_ text: String?) -> Logger.MetadataValue? { text.map { .string($0) } }

  /// Returns milliseconds with one decimal.
  static func milliseconds(_ duration: Duration) -> Logger.MetadataValue {
    .stringConvertible((duration / .milliseconds(1) * 10).rounded() / 10)
  }

  /// The JSON value; numbers and truth values keep their type.
  fileprivate var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    case .stringConvertible(let value as Int): .integer(Int64(value))
    case .stringConvertible(let value as Int64): .integer(value)
    case .stringConvertible(let value as Double): .real(value)
    case .stringConvertible(let value as Bool): .bool(value)
    case .stringConvertible(let value): .string(value.description)
    case .array(let values): .array(values.map(\.json))
    case .dictionary(let values):
      .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
    @unknown default: .string("\(self)")
    }
  }
}
