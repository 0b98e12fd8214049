import Catalog
import JSON
import Records

extension B2CConnection {
  func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
    guard let lookup = KeyLookup(attribute: attribute, of: service.resource) else {
      return (
        .refused(Refusal.unknownKeyCode, "\(service.resource.name) cannot be looked up by \(attribute)"), [:]
      )
    }
    var found: [String: [RecordID]] = [:]
    var last = Exchange(outcome: .applied)
    var queries = lookup.queries(for: values, limit: addressLimit.bytes - service.base.utf8.count)[
      ...]
    while let query = queries.first {
      guard let answer = ask("queryResults/?query=\(query.text)", &last) else {
        guard shortens(Self.queryPath + query.text, isSingle: query.values.count == 1, last) else {
          break
        }
        queries =
          lookup.queries(
            for: queries.flatMap(\.values), limit: addressLimit.bytes - service.base.utf8.count)[
            ...]
        continue
      }
      queries = queries.dropFirst()
      guard let rows = lookup.rows(in: answer) else {
        last.refuse(
          asBadAnswer:
            "the answer to a query is not a table of \(service.resource.name), or is cut at its limit")
        break
      }
      for (value, id) in rows where !found[value, default: []].contains(id) {
        found[value, default: []].append(id)
      }
    }
    return (last.ofLookup(by: attribute, of: service.resource), found)
  }
}
