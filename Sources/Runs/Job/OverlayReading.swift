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
  ///   - key: the attribute that names a record, of a resource that the catalogue does not have.
  /// - Throws: `UserError`: 69, 75, 77 or 78 for the site's trouble, 78 if nothing says what names a record.
  package init(
    of catalogue: ResourceType, at site: any Site, spelt spellings: [String: String], key: String? = nil
  ) throws(UserError) {
    let connection = site.makeConnection()
    var (exchange, description) = connection.description(of: nil)
    if catalogue.isUnlisted, case .refused(let refusal) = exchange.outcome, refusal.status == 404 {
      throw .noResource(catalogue.name, at: site.location, refusal)
    }
    if let error = UserError(exchange.outcome, at: site.location) { throw error }
    let resource: ResourceType
    if catalogue.isUnlisted {
      overlay = try Self.unlisted(catalogue, key, as: &description)
      resource = ResourceType(catalogue.name, describedBy: overlay) ?? catalogue
    } else {
      guard key == nil else {
        throw UserError(
          .usage, place: "--key", "the catalogue has the key of \(catalogue.name): \(catalogue.key)",
          hint: "leave it out")
      }
      overlay = ResourceOverlay(of: catalogue, spelt: spellings, as: &description)
      resource = catalogue.overlaid(by: overlay).resource
    }
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
    if !catalogue.isUnlisted { disagreements = catalogue.overlaid(by: overlay).disagreements }
  }

  /// Returns the overlay of a resource that the catalogue does not have.
  private static func unlisted(
    _ resource: ResourceType, _ key: String?, as description: inout SiteDescription
  ) throws(UserError) -> ResourceOverlay {
    guard let key = key ?? description.key else {
      throw UserError(
        .configuration, place: resource.name, "the site does not say which attribute names a record in URLs",
        hint: "give it with --key ATTRIBUTE")
    }
    let overlay = ResourceOverlay(ofUnlisted: resource.dialect, key: key, as: &description)
    switch overlay.attributes[key]?.type?.word {
    case .text?, .code?, .integer?: return overlay
    case let word:
      throw UserError(
        .configuration, place: resource.name,
        word.map { "\(key) is of type \($0.rawValue), which cannot name a record" }
          ?? "the site does not describe \(key), which is said to name a record",
        hint: "give another attribute with --key ATTRIBUTE")
    }
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

extension UserError {
  /// Returns the error for a resource that neither this API's catalogue nor the site has.
  fileprivate static func noResource(_ name: String, at location: String, _ refusal: Refusal) -> UserError {
    let other = ResourceName(name)?.meanings().first
    return UserError(
      .configuration, place: location, "there is no resource '\(name)' at the site", of: refusal,
      hint: other.map { "\(name) of the catalogue are served by \($0.dialect.rawValue): name another site" }
        ?? "check the name, and the site's URL")
  }
}
