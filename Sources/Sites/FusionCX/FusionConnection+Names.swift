import Catalog
import JSON

/// Asks for lists of values (reference, sections 3 and 16).
extension FusionConnection {
  func values(
    of source: NameSource, containing part: String?, after id: Int64?, limit: Int
  ) -> (Exchange, [NamedRecord]) {
    guard case .lookup(let resource, let attribute) = source else { return (.namesUnknown, []) }
    var last = Exchange(outcome: .applied)
    guard let list = listOfValues(resource, attribute, &last) else {
      if last.isApplied {
        last.outcome = .refused(
          Refusal(status: nil, code: "no-list", message: "the site describes no list of values for it"))
      }
      return (last, [])
    }
    let path = "lov/\(list.percentEncoded)?onlyData=true&limit=\(Self.pageSize)"
    if let items = pages("\(resource)/\(path)", &last) { return (last, items.compactMap(\.lookupValue)) }
    // Before framework version 7, a list is known only in the context of a row (reference, section 5).
    guard last.refusal?.status == 404 || last.refusal?.status == 400 else { return (last, []) }
    last.outcome = .applied
    let key = site.resource.key
    let one = "\(resource)?limit=1&onlyData=true&fields=\(key.percentEncoded)"
    guard let row = ask(one, &last)?.page?.items.first, let number = row.integer(key),
      let items = pages("\(resource)/\(number)/\(path)", &last)
    else { return (last, []) }
    return (last, items.compactMap(\.lookupValue))
  }

  /// Returns the list that an attribute's codes are from, as the site describes it.
  private func listOfValues(_ resource: String, _ attribute: String, _ last: inout Exchange) -> String? {
    guard let described = description(of: resource, &last)?["attributes"]?.array else { return nil }
    let field = described.first { $0["name"]?.string == attribute }
    return field?["lov"]?["childRef"]?.string
  }
}

extension FusionItem {
  /// The code and the meaning of a row of a list; `nil` for a row of another form.
  fileprivate var lookupValue: NamedRecord? {
    guard let code = object["LookupCode"]?.string else { return nil }
    return NamedRecord(code: code, name: object["Meaning"]?.string ?? code)
  }
}
