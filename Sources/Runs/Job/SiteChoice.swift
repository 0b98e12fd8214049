package import Catalog
package import Console
import Foundation
package import Sites
package import Staging

/// The site and the resource of a command that asks a site something without a job or sheet.
package struct SiteChoice {
  package var site: SiteSettings
  /// The resource with the site's own spellings, and with what its overlay adds.
  package var resource: ResourceType
  /// The resource without anything of the site.
  package let catalogue: ResourceType
  /// The settings of its flags.
  package var settings: JobSettings

  /// Chooses by the flags `--site` and `--resource`; without a resource, the first one of the site's kind.
  ///
  /// - Parameters:
  ///   - readsOverlay: makes use of the overlay that flag or site names.
  ///   - isDescribed: the site is asked what the resource is, so that the catalogue may lack it.
  /// - Throws: `UserError`: 64 if the flags name no site, or a URL without a resource; 77 without a login; 66, 74 or 78 if
  ///   the site file or the overlay cannot be used.
  package init(
    _ flags: [RunRequest.Flag], readsOverlay: Bool = true, isDescribed: Bool = false,
    in folder: String = WorkingFolder.path,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(UserError) {
    let settings = try JobSettings(flags)
    guard let reference = settings.site else {
      throw UserError(.usage, "no site is named", hint: "name one with --site NAME or --site URL")
    }
    let known = SitesFile(folder: "", environment: environment)
    let kind = try known.site(of: reference)?.kind
    let possible: [ResourceType]
    // A name of the other API's catalogue may be one of the site's own as well; custom objects only one API has.
    if isDescribed, let name = settings.resource, name.meanings(at: kind).isEmpty, !name.isCustomObject {
      possible = [try Self.unlisted(name, at: kind)]
    } else {
      possible = try RunPlan.resources(settings, in: known)
    }
    if case .url = reference, settings.resource == nil {
      throw UserError(
        .usage, place: "--site", "a URL does not say which API answers there",
        hint: "add --resource, one of: \(ResourceType.all.map(\.ownName).joined(separator: ", "))")
    }
    guard let resource = possible.first else {
      throw UserError(.internalError, "a kind of site has no resource")
    }
    guard var site = try RunPlan.site(reference, in: known, of: nil, resource: resource, environment) else {
      throw UserError(.usage, "no site is named")
    }
    guard site.kind == resource.dialect else { throw .otherKind(site, resource) }
    site.startCommands(in: folder)
    if case .url = reference, site.authentication == nil { throw .noLogin(site) }
    self.settings = settings
    self.site = site
    catalogue = resource
    self.resource = try RunPlan.resource(resource, of: site)
    if readsOverlay {
      self.resource = try self.resource.overlaid(asNamedBy: site, or: settings.overlayFile)
    }
  }

  /// Returns a resource that the site is to describe, with nothing but its name.
  private static func unlisted(
    _ name: ResourceName, at kind: Dialect?
  ) throws(UserError) -> ResourceType {
    guard let dialect = name.dialect ?? kind else {
      throw UserError(
        .usage, place: "--site", "a URL does not say which API answers there",
        hint: "write \(Dialect.allCases.map { "\($0.rawValue)/\(name.name)" }.joined(separator: " or "))")
    }
    var overlay = ResourceOverlay(dialect)
    overlay.key = "id"
    guard let resource = ResourceType(name.name, describedBy: overlay) else {
      throw UserError(.internalError, "a resource without a key")
    }
    return resource
  }

  /// Returns the site, ready to connect; sends nothing yet.
  ///
  /// - Throws: `UserError`: 78 if its settings are wrong, 77 if a secret is not available.
  package func makeSite() throws(UserError) -> any Site { try site.open(resource) }
}

extension SiteSettings {
  /// Returns the site of these settings, ready to connect; says on standard error what it waits for.
  ///
  /// - Throws: `UserError`: 78 if the settings are wrong, 77 if a secret is not available.
  func open(_ resource: ResourceType, suppress: Set<Suppression> = []) throws(UserError) -> any Site {
    do throws(SiteError) {
      return try makeSite(resource: resource, suppress: suppress) { [name] in
        Output.toStandardError("note: site \(name): \($0)\n")
      }
    } catch {
      throw UserError(error.kind == .login ? .refused : .configuration, error.message, hint: error.hint)
    }
  }
}

extension ResourceType {
  /// Returns this resource with what an overlay adds: the given one, or else the one that the site names.
  ///
  /// - Throws: `UserError`: 66, 74 or 78 if the overlay cannot be used.
  func overlaid(asNamedBy site: SiteSettings, or given: String? = nil) throws(UserError) -> ResourceType {
    guard let path = given ?? site.overlayFile else { return self }
    return overlaid(by: try OverlayFile(path: path).entry(of: self)).resource
  }

  /// Returns where the values of a header's attribute have their names.
  ///
  /// - Throws: `UserError` with exit code 64 for an attribute whose values have none.
  package func source(ofHeader header: String) throws(UserError) -> NameSource {
    let place = withoutVerbs(header)
    if let source = nameSource(at: place) { return source }
    // What a custom field is, only the site knows; one without a menu is not found there.
    if dialect == .b2cService, isCustom(place) {
      return .menu(resource: name, path: place, isHierarchical: false)
    }
    guard kind(at: place) == nil else {
      throw UserError(
        .usage, place: header, "is no menu, reference or lookup, so that there are no values to list")
    }
    let named = fields.map(\.path).filter { nameSource(at: $0) != nil }
    throw UserError(
      .usage, place: header, "no attribute of \(name) has this name",
      hint: NearestNames.hint(for: header, among: named) ?? "'bulkpatch resources \(ownName)' lists them")
  }
}

extension UserError {
  /// Returns the error for a site given by its URL without a login in the environment.
  static func noLogin(_ site: SiteSettings) -> UserError {
    UserError(
      .refused, place: site.url, "there is no login for the site",
      hint: "set BULKPATCH_USER and BULKPATCH_PASSWORD, or describe the site in sites.yaml")
  }

  /// Returns the error for a resource that sites of another kind serve.
  static func otherKind(_ site: SiteSettings, _ resource: ResourceType) -> UserError {
    UserError(
      .configuration, place: "site '\(site.name)'",
      "is of kind \(site.kind.rawValue), but \(resource.name) are served by \(resource.dialect.rawValue)",
      hint: "name another site or another resource")
  }
}
