import Catalog
import GRDB

extension FusionSession {
  /// The condition of a `finder` parameter, `Name;Variable=value,Variable=value` (API reference 4).
  ///
  /// - Throws: `QueryError` when the finder or a variable is unknown, or a variable is missing.
  func finder(_ text: String, of entity: Entity) throws -> Expression {
    let pieces = text.split(separator: ";", maxSplits: 1)
    let name = pieces.first.map { $0.trimmed } ?? ""
    var variables = try FinderVariables(pieces.count > 1 ? pieces[1] : "")
    var conditions: [Expression] = []
    switch (entity.path, name) {
    case (_, "PrimaryKey"):
      conditions.append(.compare(entity.pathKey, .equal, try variables.take(entity.pathKey)))
    case ("interactions", "InteractionRowFinderById"):
      conditions.append(.compare("InteractionId", .equal, try variables.take("BindInteractionId")))
      if variables.has("BindStripeCd") {
        conditions.append(.compare("StripeCd", .equal, try variables.take("BindStripeCd")))
      }
    case ("interactions", "InteractionRowFinderByMediaItemId"):
      conditions.append(.compare("MediaItemId", .equal, try variables.take("BindMediaItemId")))
    case ("interactions", "InteractionRowFinderByObject"):
      let object = try variables.take("BindObjectId")
      let type = variables.has("BindObjectTypeCd") ? try variables.take("BindObjectTypeCd") : nil
      let found = try interactions(referringTo: object, type)
      conditions.append(.oneOf("InteractionId", found.map { .number(String($0)) }))
    default: throw QueryError(message: "there is no finder '\(name)'")
    }
    try variables.end()
    return .all(conditions)
  }

  private func interactions(referringTo object: Literal, _ type: Literal?) throws -> [Int64] {
    try Int64.fetchAll(
      database,
      sql: """
        SELECT DISTINCT parent FROM fusion_row WHERE entity = 'interactions.interactionReferences'
          AND json_extract(document, '$.ObjectId') = CAST(? AS INTEGER)
          AND (? IS NULL OR json_extract(document, '$.ObjectTypeCd') = ?)
        """, arguments: [object.value, type?.value, type?.value])
  }
}

/// The unused variables of a finder.
private struct FinderVariables {
  private var values: [String: String] = [:]

  init(_ text: some StringProtocol) throws(QueryError) {
    for pair in text.split(separator: ",") {
      guard let sign = pair.firstIndex(of: "=") else {
        throw QueryError(message: "the finder's variables must be name=value, not '\(pair)'")
      }
      let value = pair[pair.index(after: sign)...].trimmed
      let isQuoted =
        value.count > 1 && value.first == value.last && (value.first == "'" || value.first == "\"")
      values[pair[..<sign].trimmed] = isQuoted ? String(value.dropFirst().dropLast()) : value
    }
  }

  func has(_ name: String) -> Bool { values[name] != nil }

  mutating func take(_ name: String) throws(QueryError) -> Literal {
    guard let value = values.removeValue(forKey: name) else {
      throw QueryError(message: "the finder needs the variable '\(name)'")
    }
    return .text(value)
  }

  /// - Throws: `QueryError` if a variable is left over.
  func end() throws(QueryError) {
    guard let unknown = values.keys.min() else { return }
    throw QueryError(message: "the finder has no variable '\(unknown)'")
  }
}
