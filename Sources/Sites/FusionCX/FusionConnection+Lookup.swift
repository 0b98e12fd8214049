import Catalog
import JSON
import Records

/// Looks up ids by another key.
extension FusionConnection {
  /// The largest page of the API, whatever is asked for (reference, section 4).
  static let pageSize = 500

  func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
    let resource = site.resource
    guard resource.alternateKeys.contains(attribute) else {
      return (.refused(Refusal.unknownKeyCode, "\(resource.name) cannot be looked up by \(attribute)"), [:])
    }
    if resource.ownKey.count > 1, attribute == OwnKey.name(of: resource.ownKey) {
      return resolve(together: resource.ownKey, values: values)
    }
    let query = FusionQuery(isByExample: site.frameworkVersion == 1, attribute: attribute)
    let path =
      "\(resource.name)?onlyData=true&fields=\(FusionFields(root: [resource.key, attribute]).text)"
      + "&limit=\(Self.pageSize)&q="
    var seen: Set<String> = []
    let literals = values.filter { seen.insert($0).inserted }.compactMap(query.literal)
    var found: [String: [RecordID]] = [:]
    var last = Exchange(outcome: .applied)
    var start = 0
    while start < literals.count, last.isApplied {
      let rest = literals[start...]
      let chunk: ArraySlice<String>
      let items: [FusionItem]?
      if query.isByExample || refusesLists {
        chunk = rest.prefix(1)
        items = chunk.first.flatMap { pages(path + query.equal(to: $0), &last) }
        // Then the list was not at fault.
        if last.refusal?.status == 400 { refusesLists = false }
      } else {
        let length = urlLimit - path.utf8.count - query.oneOf([]).utf8.count
        chunk =
          rest.chunks(maximumCount: Self.pageSize, length: length) { $0.percentEncoded.utf8.count + 3 }[0]
        let list = path + query.oneOf(chunk)
        items = pages(list, &last)
        if items == nil, shortens(list, isSingle: chunk.count == 1, last) {
          last.outcome = .applied
          continue
        }
        if items == nil, last.refusal?.status == 400,
          chunk.count == 1 || !takesLists(path + query.oneOf(rest.prefix(1)))
        {
          refusesLists = true
          last.outcome = .applied
          continue
        }
      }
      start += chunk.count
      for item in items ?? [] {
        guard let id = item.id(of: resource), let value = item.object[attribute]?.keyText else {
          last.refuse(asBadAnswer: "a record of the answer has no \(resource.key) or no \(attribute)")
          break
        }
        // A site may compare more loosely than we do.
        guard seen.contains(value), !found[value, default: []].contains(id) else { continue }
        found[value, default: []].append(id)
      }
    }
    return (last.ofLookup(by: attribute, of: resource), found)
  }

  /// Looks up ids by keys of several attributes.
  private func resolve(together paths: [String], values: [String]) -> (Exchange, [String: [RecordID]]) {
    let resource = site.resource
    let name = OwnKey.name(of: paths)
    guard site.frameworkVersion > 1 else {
      return (
        .refused(Refusal.unknownKeyCode, "framework version 1 cannot look records up by \(name)"), [:]
      )
    }
    let fields = FusionFields(root: [resource.key] + paths).text
    let path = "\(resource.name)?onlyData=true&fields=\(fields)&limit=\(Self.pageSize)&q="
    let query = FusionQuery(isByExample: false, attribute: "")
    let keys = Set(values).sorted().compactMap { text -> [String]? in
      let literals = OwnKey.values(in: text, count: paths.count)?.compactMap(query.literal)
      return literals?.count == paths.count ? literals : nil
    }
    var found: [String: [RecordID]] = [:]
    var last = Exchange(outcome: .applied)
    let room = urlLimit - path.utf8.count
    let chunks = keys[...].chunks(maximumCount: Self.pageSize, length: room) {
      FusionQuery.together(paths, [$0]).utf8.count + " or ".percentEncoded.utf8.count
    }
    for chunk in chunks {
      guard let items = pages(path + FusionQuery.together(paths, chunk), &last) else { break }
      for item in items {
        let values = paths.compactMap { item.object[$0]?.keyText }
        guard let id = item.id(of: resource), values.count == paths.count else { continue }
        found[OwnKey.text(of: values), default: []].append(id)
      }
    }
    return (last.ofLookup(by: name, of: resource), found)
  }

  /// Returns whether a list with one value is accepted after a longer one was refused: then a value is at fault.
  private func takesLists(_ path: String) -> Bool {
    var probe = Exchange(outcome: .applied)
    knowsLists = knowsLists || pages(path, &probe) != nil
    return knowsLists
  }

  /// The length of a URL after the base.
  var urlLimit: Int { addressLimit.bytes - site.base.utf8.count - 1 }

  /// Returns whether to ask for less at a time, because a query was refused as if it were too long.
  ///
  /// A gateway's 404 without a page looks like the framework's, which sends none for a query.
  func shortens(_ path: String, isSingle: Bool, _ exchange: Exchange) -> Bool {
    (exchange.mayBeOfLength || exchange.refusal?.status == 404)
      && addressLimit.refused(site.base.utf8.count + 1 + path.utf8.count, isSingle: isSingle)
  }

  /// Returns every item of a collection, page by page; the next page starts after the items that came.
  func pages(_ path: String, _ last: inout Exchange) -> [FusionItem]? {
    var items: [FusionItem] = []
    while true {
      let offset = items.isEmpty ? "" : "&offset=\(items.count)"
      guard let answer = ask(path + offset, &last) else { return nil }
      guard let page = answer.page, !(page.hasMore && page.items.isEmpty) else {
        last.refuse(asBadAnswer: "the answer is not a page of \(site.resource.name)")
        return nil
      }
      items += page.items
      if !page.hasMore { return items }
    }
  }
}

extension JSONValue {
  /// A value as a key has it.
  fileprivate var keyText: String? { string ?? integer.map { String($0) } }
}
