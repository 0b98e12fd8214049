public import Catalog

extension SiteSettings {
  /// Creates the site that these settings describe, ready for connections; sends nothing yet.
  ///
  /// This is the only place that maps an API to its type.
  ///
  /// - Parameters:
  ///   - resource: the resource of the site's records.
  ///   - suppress: the site's reactions to switch off.
  ///   - waiting: called when a secret takes a while, now or later.
  /// - Throws: `SiteError` if the settings are wrong or their secrets cannot be read.
  public func makeSite(
    resource: ResourceType, suppress: Set<Suppression> = [], waiting: @escaping WaitTeller = { _ in }
  ) throws(SiteError) -> any Site {
    guard resource.dialect == kind else {
      throw SiteError(
        .configuration,
        message: "site \(name): kind \(kind.rawValue) has no \(resource.name)",
        hint: "\(resource.name) are served by sites of kind \(resource.dialect.rawValue)")
    }
    switch kind {
    case .b2cService:
      return try B2CService(settings: self, resource: resource, suppress: suppress, waiting: waiting)
    case .fusionCX:
      guard suppress.isEmpty else {
        throw SiteError(
          .configuration, message: "site \(name): kind \(kind.rawValue) has nothing to suppress",
          hint: "leave suppress out; sites of kind \(Dialect.b2cService.rawValue) know it")
      }
      return try FusionCX(settings: self, resource: resource, waiting: waiting)
    }
  }
}
