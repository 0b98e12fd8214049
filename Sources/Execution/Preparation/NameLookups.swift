public import Catalog
import Foundation
public import Records
public import Sites

/// What a site knows of a name.
public enum NameVerdict: Sendable, Equatable {
  /// It means one value; its id is sent, unless the API takes names only.
  case known(Int64?)
  /// Nothing goes by it; the names that are near.
  case unknown(near: [NamedRecord])
  /// Several go by it.
  case ambiguous([NamedRecord])
  /// The site did not say, or there is no way to ask; in words.
  case unchecked(String)
}

/// Looks up the distinct names of a sheet at the site, in as few requests as possible.
///
/// A menu is read whole. The records of a collection are looked up by their names, many at a time. What is unknown is
/// compared with the names that the site has.
public struct NameLookups {
  private let connection: any SiteConnection
  private let resource: ResourceType
  public private(set) var cache: NameCache
  public private(set) var verdicts: [GivenName: NameVerdict] = [:]

  /// The names of a collection that are read to find near ones; of a larger one, those with the same beginning.
  private static let poolSize = 2_000
  /// The unknown names of a large collection for which near ones are looked for.
  private static let searches = 20

  /// - Parameter cache: what the site has said before.
  public init(_ connection: any SiteConnection, resource: ResourceType, cache: NameCache) {
    self.connection = connection
    self.resource = resource
    self.cache = cache
  }

  /// Asks until the site has answered about every name.
  ///
  /// - Parameter ask: asks a question until it is answered or failed for too long.
  /// - Returns: `applied`, or the site's trouble.
  public mutating func resolve(
    _ names: some Sequence<GivenName>, asking ask: (() -> Outcome) -> Outcome = { $0() }
  ) -> Outcome {
    var bySource: [(source: NameSource, names: [GivenName])] = []
    for name in names where verdicts[name] == nil {
      guard let source = resource.nameSource(at: name.place) else {
        verdicts[name] = .unchecked("what \(name.place) refers to is not known")
        continue
      }
      if let index = bySource.firstIndex(where: { $0.source == source }) {
        bySource[index].names.append(name)
      } else {
        bySource.append((source, [name]))
      }
    }
    for (source, names) in bySource {
      let outcome = resolve(names, in: source, ask)
      guard outcome == .applied else { return outcome }
    }
    return .applied
  }

  private mutating func resolve(
    _ names: [GivenName], in source: NameSource, _ ask: (() -> Outcome) -> Outcome
  ) -> Outcome {
    let kept = cache.entry(source)?.records ?? []
    var open: [GivenName] = []
    for name in names {
      let records = kept.filter { $0.isMeant(by: name.name) }
      if records.count == 1 { verdicts[name] = .known(records[0].id) } else { open.append(name) }
    }
    guard !open.isEmpty else { return .applied }
    var (records, pool): ([NamedRecord], [NamedRecord]?) = ([], nil)
    let asked = Array(Set(open.map(\.name))).sorted()
    let outcome = ask {
      var exchange: Exchange
      if case .collection(let collection) = source {
        (exchange, records) = connection.records(named: asked, in: collection)
      } else {
        (exchange, records) = connection.values(of: source, containing: nil, after: nil, limit: 0)
        pool = records
      }
      return exchange.outcome
    }
    if let refusal = outcome.refusalOfNames {
      for name in open { verdicts[name] = .unchecked(refusal.message) }
      return .applied
    }
    guard outcome == .applied else { return outcome }
    cache.keep(records, of: source, isWhole: pool != nil)
    return judge(open, records, pool, in: source, ask)
  }

  /// Judges names by what the site has said.
  ///
  /// - Parameter pool: every name of the source; `nil` if they are still to be read.
  private mutating func judge(
    _ names: [GivenName], _ records: [NamedRecord], _ pool: [NamedRecord]?, in source: NameSource,
    _ ask: (() -> Outcome) -> Outcome
  ) -> Outcome {
    let byName = Dictionary(grouping: records, by: \.name)
    let byCode = Dictionary(grouping: records.filter { $0.code != nil }, by: { $0.code ?? "" })
    var unknown: [GivenName] = []
    for name in names {
      let found = source.hasCodes ? byCode[name.name] ?? [] : byName[name.name] ?? []
      switch found.count {
      case 0: unknown.append(name)
      case 1: verdicts[name] = .known(found[0].id)
      default: verdicts[name] = .ambiguous(detailed(found, in: source, ask))
      }
    }
    guard !unknown.isEmpty else { return .applied }
    let near = nearest(unknown.map(\.name), pool, in: source, ask)
    for name in unknown { verdicts[name] = .unknown(near: near[name.name] ?? []) }
    return .applied
  }

  /// Returns the known records that are nearest to each unknown name; a site in trouble leaves them out.
  private func nearest(
    _ names: [String], _ pool: [NamedRecord]?, in source: NameSource, _ ask: (() -> Outcome) -> Outcome
  ) -> [String: [NamedRecord]] {
    var near: [String: [NamedRecord]] = [:]
    var isWhole = true
    let all = pool ?? values(of: source, containing: nil, ask)
    if pool == nil, all.count >= Self.poolSize { isWhole = false }
    for (index, name) in names.enumerated() {
      var candidates = all
      if !isWhole {
        guard index < Self.searches else { break }
        candidates = values(of: source, containing: String(name.prefix(3)), ask)
      }
      let chosen = NearestNames.to(name, among: Set(candidates.map(\.name)).sorted())
      let byCode = source.hasCodes ? candidates.filter { $0.name == name } : []
      let codes = source.hasCodes ? NearestNames.to(name, among: candidates.compactMap(\.code)) : []
      let records =
        byCode + candidates.filter { chosen.contains($0.name) || $0.code.map(codes.contains) == true }
      var distinct: [NamedRecord] = []
      for record in records where !distinct.contains(record) { distinct.append(record) }
      near[name] = detailed(Array(distinct.prefix(5)), in: source, ask)
    }
    return near
  }

  private func values(
    of source: NameSource, containing part: String?, _ ask: (() -> Outcome) -> Outcome
  ) -> [NamedRecord] {
    var records: [NamedRecord] = []
    _ = ask {
      let (exchange, found) = connection.values(
        of: source, containing: part, after: nil, limit: Self.poolSize)
      records = found
      return exchange.outcome
    }
    return records
  }

  private func detailed(
    _ records: [NamedRecord], in source: NameSource, _ ask: (() -> Outcome) -> Outcome
  ) -> [NamedRecord] {
    guard !records.isEmpty else { return records }
    var told = records
    _ = ask {
      let (exchange, found) = connection.detailed(records, in: source)
      told = found
      return exchange.outcome
    }
    return told
  }
}

extension NamedRecord {
  fileprivate func isMeant(by name: String) -> Bool { code.map { $0 == name } ?? (self.name == name) }
}

extension NameSource {
  /// Indicates values that are codes, which are sent as they are.
  var hasCodes: Bool { if case .lookup = self { true } else { false } }
}

extension Outcome {
  /// The refusal of a question about names that says nothing about the site as a whole.
  ///
  /// The account may not read them, or the site has no such list.
  fileprivate var refusalOfNames: Refusal? {
    switch self {
    case .refused(let refusal), .foreign(let refusal): refusal
    case .loginRefused(let refusal) where refusal.status == 403: refusal
    default: nil
    }
  }
}
