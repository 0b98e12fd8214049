import Catalog
import Console
import Sites

/// The names that a site has, to tell what a column is for by what its cells say.
package final class SiteVocabulary {
  private let connection: any SiteConnection
  private let resource: ResourceType
  /// The names and codes of menus and lookups, which are read once.
  private var menus: [NameSource: Set<String>] = [:]

  /// - Throws: `UserError`: 69, 75, 77 or 78 if the site cannot be asked.
  init(of resource: ResourceType, at site: any Site) throws(UserError) {
    self.resource = resource
    connection = site.makeConnection()
    if let error = UserError(connection.check().outcome, at: site.location) { throw error }
  }

  /// Returns the attributes that have all of these names at the site.
  func attributes(holding names: [String]) -> [String] {
    let fields = resource.fields.filter { $0.access == .writable && $0.isWrittenBySheets }
    return fields.map(\.path).filter { path in
      guard let source = resource.nameSource(at: path) else { return false }
      return self.names(of: source, among: names).isSuperset(of: names)
    }
  }

  /// Returns the names that a source has, at least those that are asked for; none if the site does not tell.
  private func names(of source: NameSource, among asked: [String]) -> Set<String> {
    if case .collection(let collection) = source {
      let (exchange, records) = connection.records(named: asked, in: collection)
      return exchange.outcome == .applied ? Set(records.map(\.name)) : []
    }
    if let known = menus[source] { return known }
    let (exchange, records) = connection.values(of: source, containing: nil, after: nil, limit: 0)
    let names = exchange.outcome == .applied ? Set(records.flatMap { [$0.name, $0.code ?? $0.name] }) : []
    menus[source] = names
    return names
  }
}
