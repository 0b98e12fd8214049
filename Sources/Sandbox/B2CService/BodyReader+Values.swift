import Catalog
import Foundation
import JSON

extension BodyReader {
  /// Returns the stored form of a value: checked against the catalogue, with references and menus resolved to ids.
  ///
  /// - Throws: `Refusal` if the value does not fit the field.
  func stored(_ value: JSONValue, _ attribute: Attribute) throws -> JSONValue {
    let path = attribute.place
    guard !value.isNull else {
      guard attribute.isNullable || purpose == .importing else {
        throw Refusal.notNullable(attribute.modelPlace)
      }
      return .null
    }
    switch attribute.field.kind {
    case .string(let maximumLength, let pattern):
      return try text(value, maximumLength, pattern, path)
    case .code(_, _, let maximumLength): return try text(value, maximumLength, nil, path)
    case .number:
      guard value.kind == "number" else {
        throw Refusal.invalid(path, "expected a number, not \(value.text())")
      }
      return value
    case .base64:
      guard let text = value.string, Base64.decoded(text) != nil else {
        throw Refusal.invalid(path, "expected base64")
      }
      return value
    case .integer(let minimum, let maximum):
      guard let integer = value.integer else {
        throw Refusal.invalid(path, "expected an integer, not \(value.text())")
      }
      guard (minimum...maximum).contains(integer) else {
        throw Refusal.invalid(path, "\(integer) is outside \(minimum) to \(maximum)")
      }
      return value
    case .boolean:
      guard value.bool != nil else {
        throw Refusal.invalid(path, "expected true or false, not \(value.text())")
      }
      return value
    case .date:
      guard let text = value.string, CalendarDay(parsing: text) != nil else {
        throw Refusal.invalid(path, "expected a date yyyy-MM-dd, not \(value.text())")
      }
      return value
    case .dateTime:
      guard let text = value.string, let time = Timestamp(parsing: text) else {
        throw Refusal.invalid(path, "expected a date and time yyyy-MM-ddTHH:mm:ssZ, not \(value.text())")
      }
      return .string(time.text)
    case .menu, .reference:
      return .integer(try reference(value, to: attribute.set ?? attribute.path, path))
    case .menuPath: throw Refusal.notWritable(path)
    }
  }

  private func text(
    _ value: JSONValue, _ maximumLength: Int?, _ pattern: String?, _ path: String
  ) throws(Refusal) -> JSONValue {
    guard let text = value.string else { throw .invalid(path, "expected a string, not \(value.text())") }
    let length = text.unicodeScalars.count
    if let maximumLength, length > maximumLength {
      throw .invalid(path, "the value has \(length) characters; at most \(maximumLength) are allowed")
    }
    guard !text.utf8.contains(0) else { throw .invalid(path, "the value holds a NUL character") }
    if let pattern {
      // The patterns come from the catalogue; a test checks that each of them compiles.
      guard let expression = try? Regex(pattern), (try? expression.wholeMatch(in: text)) != nil else {
        throw .invalid(path, "'\(text)' does not match \(pattern)")
      }
    }
    return value
  }

  /// Returns the id named by `{"id": …}` or `{"lookupName": …}` (API reference 7.3).
  ///
  /// - Throws: `Refusal` if it names nothing, more than one value, or two different values.
  func reference(_ value: JSONValue, to set: String, _ path: String) throws -> Int64 {
    guard let object = value.object else {
      throw Refusal.invalid(path, "expected an object with id or lookupName, not \(value.text())")
    }
    if let unknown = object.first(where: { $0.name != "id" && $0.name != "lookupName" }) {
      throw Refusal.unknownProperty(unknown.name)
    }
    let id = try object["id"].map { try identifier($0, set, path) }
    guard let json = object["lookupName"] else {
      guard let id else { throw Refusal.invalid(path, "neither id nor lookupName is given") }
      return id
    }
    guard let name = json.string else {
      throw Refusal.invalid("\(path).lookupName", "expected a string, not \(json.text())")
    }
    let named = try directory.identifiers(named: name, in: set)
    let label = directory.label(of: set)
    if let id {
      guard named.contains(id) else {
        throw Refusal.badReference("Invalid \(label): ID = \(id) and lookupName = '\(name)' do not agree")
      }
      return id
    }
    guard let only = named.first else {
      throw Refusal.badReference("Invalid lookupName: No such \(label) with lookupName = '\(name)'")
    }
    guard named.count == 1 else {
      throw Refusal.badReference(
        "Invalid lookupName: '\(name)' does not identify one \(label); \(named.count) have it")
    }
    return only
  }

  private func identifier(_ json: JSONValue, _ set: String, _ path: String) throws -> Int64 {
    guard let id = json.integer else {
      throw Refusal.invalid("\(path).id", "expected an integer, not \(json.text())")
    }
    guard try directory.has(id, in: set) else {
      throw Refusal.noSuchObject(directory.label(of: set), id: id)
    }
    return id
  }
}
