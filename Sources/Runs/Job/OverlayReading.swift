package import Catalog
package import Console
import JSON
package import Sites

/// What a site adds to the catalogue of one resource, as it says now.
package struct OverlayReading {
  package private(set) var overlay: ResourceOverlay
  /// What has no place in the overlay, in words.
  package private(set) var notes: [String] = []
  /// Everything on which site and catalogue disagree.
  package private(set) var disagreements: [Disagreement] = []

  private static let nameLength = 300

  /// Reads the site's metadata, then the values of its menus and lookups that a sheet can set.
  ///
  /// - Parameters:
  ///   - catalogue: the resource without anything of a site.
  ///   - spellings: the site's own spellings, as far as its settings give them.
  /// - Throws: `UserError`: 69, 75, 77 or 78 for the site's trouble.
  package init(
    of catalogue: ResourceType, at site: any Site, spelt spellings: [String: String]
  ) throws(UserError) {
    let connection = site.makeConnection()
    var (exchange, description) = connection.description(of: nil)
    if let error = UserError(exchange.outcome, at: site.location) { throw error }
    overlay = ResourceOverlay(of: catalogue, spelt: spellings, as: &description)
    let resource = catalogue.overlaid(by: overlay).resource
    notes = description.leftOut
    if description.otherLeftOut > 0 { notes.append("\(description.otherLeftOut) more were left out") }
    notes += description.refused.sorted { $0.key < $1.key }.map {
      "\($0): the site does not describe it: \($1)"
    }
    for (path, attribute) in description.attributes.sorted(by: { $0.key < $1.key })
    where attribute.hasList && attribute.access != .readOnly {
      // The lists of a child's attributes have no address that the reference tells.
      if resource.dialect == .fusionCX, path.contains(".") { continue }
      guard let source = resource.nameSource(at: path) else { continue }
      let (exchange, records) = connection.values(
        of: source, containing: nil, after: nil, limit: SiteAttribute.valueLimit + 1)
      switch exchange.outcome {
      case .applied: take(records, at: path)
      case .refused(let refusal), .foreign(let refusal):
        notes.append("\(path): its values could not be read: \(refusal.message)")
      default: if let error = UserError(exchange.outcome, at: site.location) { throw error }
      }
    }
    disagreements = catalogue.overlaid(by: overlay).disagreements
  }

  private mutating func take(_ records: [NamedRecord], at path: String) {
    guard records.count <= SiteAttribute.valueLimit else {
      notes.append("\(path): more than \(SiteAttribute.valueLimit) values, which are left out")
      return
    }
    var words: Set<String> = []
    let values = records.filter { $0.name.count <= Self.nameLength && words.insert($0.word).inserted }
    if values.count < records.count {
      notes.append("\(path): \(records.count - values.count) values are left out")
    }
    guard !values.isEmpty else { return }
    overlay.attributes[path, default: SiteAttribute()].values = values.map {
      .init(word: $0.word, name: $0.name)
    }
  }
}
