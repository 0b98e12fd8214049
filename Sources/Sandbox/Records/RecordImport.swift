import Catalog
import Foundation
import GRDB
import JSON

/// Imports a user's own records, one JSON object per line, in the API's form.
///
/// A record may have any attribute of the catalogue, including read-only ones, and its lists inline. Ids are kept;
/// missing values are filled in. A referenced value that the site does not have is created from its `id` and
/// `lookupName`; a line `{"resource": "accounts", "id": 7, "lookupName": "…"}` creates one by itself. `RowImport` reads
/// lines of the Fusion half. Where both APIs have a resource, its name has the API in front, or the members tell.
struct RecordImport {
  let path: String
  let model: B2CModel
  let fusion: FusionModel

  private struct Line {
    var number: Int
    var target: Target
    var body: JSONObject
  }

  /// The kind of a line's record.
  private enum Target {
    case record(RecordKind)
    case row(Entity)
  }

  /// The largest id, or number that others follow, that a record may have; the numbers that the site assigns after it
  /// need room as well.
  private static let largestNumber: Int64 = 1 << 62

  /// Stores every record of the file.
  ///
  /// - Returns: the number of records.
  /// - Throws: `SandboxError` with the line if a record is wrong, otherwise what the database throws.
  func run(into database: Database, _ vocabulary: inout Vocabulary) throws -> Int {
    let lines = try lines()
    for line in lines {
      try located(line) {
        try Self.checkRoom(above: .object(line.body))
        switch line.target {
        case .row(let entity): vocabulary.adopt(line.body, entity)
        case .record(let kind): try vocabulary.adopt(line.body, kind)
        }
      }
    }
    let writer = ImportWriter(
      directory: Directory(database: database, model: model, vocabulary: vocabulary))
    // Elements with ids of their own come first, so that no number assigned here can collide with them.
    var unnumbered: [(Line, UnnumberedElements)] = []
    for isNumbered in [true, false] {
      for line in lines where (line.body["id"] != nil) == isNumbered {
        guard case .record(let kind) = line.target, kind.isStored else { continue }
        try located(line) { unnumbered.append((line, try writer.insert(line.body, of: kind))) }
      }
    }
    for (line, elements) in unnumbered { try located(line) { try writer.insert(elements) } }
    let rows = RowImport(database: database, model: fusion, vocabulary: vocabulary)
    for line in lines {
      if case .row(let entity) = line.target { try located(line) { try rows.insert(line.body, entity) } }
    }
    return lines.count
  }

  private static func checkRoom(above value: JSONValue) throws(Refusal) {
    for element in value.array ?? [] { try checkRoom(above: element) }
    for (name, value) in value.object ?? [:] {
      if ["id", "displayOrder", "ObjectVersionNumber"].contains(name), value.integer ?? 0 > largestNumber {
        throw .invalid(name, "\(value.text()) leaves no room for later ones; at most \(largestNumber)")
      }
      try checkRoom(above: value)
    }
  }

  private func lines() throws -> [Line] {
    let bytes = try bytes()
    var lines: [Line] = []
    for (index, text) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let line = Array(text)
      guard !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { continue }
      let number = index + 1
      do {
        guard var body = try JSONValue(parsing: line).object else {
          throw SandboxError.badRecord(path: path, line: number, reason: "is not a JSON object")
        }
        guard let resource = body["resource"]?.string else {
          throw SandboxError.badRecord(path: path, line: number, reason: "has no resource")
        }
        body["resource"] = nil
        guard let target = target(of: resource, body) else {
          throw SandboxError.badRecord(path: path, line: number, reason: reason(noneFor: resource))
        }
        lines.append(Line(number: number, target: target, body: body))
      } catch let error as JSONError {
        throw SandboxError.badRecord(
          path: path, line: number, reason: "column \(error.column): \(error.message)")
      }
    }
    return lines
  }

  /// Returns the kind of record that a name means; `nil` for an unknown one, or if it cannot be told which of two.
  private func target(of resource: String, _ body: JSONObject) -> Target? {
    let (dialect, name) = ResourceName(resource).map { ($0.dialect, $0.name) } ?? (nil, resource)
    let record = dialect == .fusionCX ? nil : model[name].map { Target.record($0) }
    let row = dialect == .b2cService ? nil : fusion[name].map { Target.row($0) }
    guard record != nil, case .row(let entity) = row else { return record ?? row }
    if body["id"] != nil || body["lookupName"] != nil { return record }
    return [entity.key, entity.pathKey].compactMap(\.self).contains { body[$0] != nil } ? row : nil
  }

  private func reason(noneFor resource: String) -> String {
    guard model[resource] != nil else { return "there is no resource \(resource.printable(limit: 60))" }
    return "both APIs have \(resource): write "
      + Dialect.allCases.map { "\($0.rawValue)/\(resource)" }.joined(separator: " or ")
  }

  /// Returns the file's text in UTF-8, as far as its first bytes show, without a byte order mark.
  private func bytes() throws(SandboxError) -> Data {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(path: path, reason: reason(error))
    }
    for (mark, reason, hint) in [
      ([0x1F, 0x8B], "is compressed with gzip", "decompress it first, for example with gunzip"),
      ([0xFF, 0xFE], "is encoded in UTF-16", "save it in UTF-8"),
      ([0xFE, 0xFF], "is encoded in UTF-16", "save it in UTF-8"),
    ] as [([UInt8], String, String)] where bytes.starts(with: mark) {
      throw .badImport(path: path, reason: reason, hint: hint)
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes
  }

  private func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: return "no such file"
    case .fileReadNoPermission: return "permission denied"
    default:
      var isDirectory: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      return isDirectory.boolValue ? "is a directory" : error.localizedDescription
    }
  }

  private func located(_ line: Line, _ work: () throws -> Void) throws {
    do {
      try work()
    } catch let refusal as Refusal {
      throw SandboxError.badRecord(
        path: path, line: line.number, reason: refusal.detail.replacing("\n", with: " "))
    } catch let fault as Fault {
      let reasons = fault.details.map { $0.path.isEmpty ? $0.text : "\($0.path): \($0.text)" }
      throw SandboxError.badRecord(
        path: path, line: line.number, reason: reasons.joined(separator: "; "))
    }
  }
}

extension Vocabulary {
  /// Adds the targets of a record that the site does not have yet.
  fileprivate mutating func adopt(_ body: JSONObject, _ kind: RecordKind) throws(Refusal) {
    guard !kind.isStored else { return adopt(body, kind.tree) }
    guard let id = body["id"]?.integer, let name = body["lookupName"]?.string else {
      throw .invalid(kind.name, "id and lookupName are required")
    }
    guard self[kind.name][id] == nil else { return }
    insert(NamedValue(id: id, name: name, parent: body["parent"]?["id"]?.integer), into: kind.name)
  }

  private mutating func adopt(_ body: JSONObject, _ tree: AttributeTree) {
    for (name, value) in body {
      switch tree[name] {
      case .value(let attribute):
        if let set = attribute.set { adopt(value, into: set) }
      case .branch(let inner):
        if let object = value.object { adopt(object, inner) }
      case .list(let list):
        for element in value.array ?? [value] {
          if let target = list.target {
            adopt(element, into: target)
          } else if let object = element.object {
            adopt(object, list.tree)
          }
        }
      case nil: break
      }
    }
  }

  private mutating func adopt(_ reference: JSONValue, into name: String) {
    let set = self[name]
    guard let id = reference["id"]?.integer, set.isOpen, set[id] == nil else { return }
    insert(
      NamedValue(
        id: id, name: reference["lookupName"]?.string ?? "\(set.label) \(id)",
        statusType: name == "incidents.statusWithType.status" ? 1 : nil), into: name)
  }
}
