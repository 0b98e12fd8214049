/// A resource that only a site describes.
extension ResourceType {
  /// The attributes that every record of B2C Service has, and that only the service sets.
  private static let commonOfB2CService = ["id", "lookupName", "createdTime", "updatedTime"]

  /// Creates a resource that the catalogue does not have from what a site's overlay says of it; `nil` without a key.
  ///
  /// It has the attributes of the overlay and nothing else: no lists, no place for further attributes.
  public init?(_ name: String, describedBy overlay: ResourceOverlay) {
    guard let key = overlay.key else { return nil }
    let attributes = overlay.attributes.sorted { $0.key < $1.key }
    let fields = attributes.compactMap { path, attribute -> Field? in
      guard let kind = attribute.kind(in: overlay.dialect) else { return nil }
      var field = Field(path, kind, attribute.access ?? .writable)
      if overlay.dialect == .b2cService, Self.commonOfB2CService.contains(path) { field.access = .readOnly }
      if path == key {
        // What names a record is set when it is created, if at all.
        if field.access == .writable { field.access = .createOnly }
        field.nullability = .notNull
        field.note = "names the record; the key column"
      }
      return field
    }
    // A code or a text without a limit is a text; a number is one of the API's ids.
    let isTextKey = if case .integer? = fields.first(at: key)?.kind { false } else { true }
    self.init(
      name: name, singular: "record", summary: "A resource that only the site describes.",
      dialect: overlay.dialect, key: key,
      alternateKeys: overlay.dialect == .b2cService && fields.contains { $0.path == "lookupName" }
        ? ["lookupName"] : [],
      fields: fields.map { field in
        guard field.path == key else { return field }
        var field = field
        field.kind = isTextKey ? .string(maximumLength: field.kind.maximumLength) : .integer(minimum: 1)
        return field
      },
      lists: [], customFields: [], examples: [])
    isUnlisted = true
  }
}
