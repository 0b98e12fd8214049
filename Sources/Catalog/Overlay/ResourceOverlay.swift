/// What a site adds to the catalogue of one resource, and what it lacks of it.
public struct ResourceOverlay: Sendable, Equatable {
  /// The API of the resource.
  public var dialect: Dialect
  /// The attribute that names a record in URLs, of a resource that the catalogue does not have; `nil` of others.
  public var key: String?
  /// The catalogue's inferred names → the site's own spellings.
  public var names: [String: String] = [:]
  /// The attributes and lists of the catalogue that the site does not have.
  public var absent: Set<String> = []
  /// Path with the lists in front → attribute, where the site knows something that the catalogue does not.
  public var attributes: [String: SiteAttribute] = [:]

  public init(_ dialect: Dialect) { self.dialect = dialect }

  /// Creates what a site's description says of a resource that the catalogue does not have: its attributes.
  ///
  /// Lists are left out, since nobody knows what a patch does to their elements.
  public init(ofUnlisted dialect: Dialect, key: String, as description: inout SiteDescription) {
    self.init(dialect)
    self.key = key
    for (path, attribute) in description.attributes.sorted(by: { $0.key < $1.key })
    where !description.isInList(path) {
      guard attribute.type != nil else {
        description.leaveOut("\(path): of a type that a sheet cannot give")
        continue
      }
      attributes[path] = attribute.asOwn(at: path)
    }
    for list in description.lists.sorted() where !description.isInList(list) {
      description.leaveOut("\(list): a list of a resource that the catalogue does not have")
    }
  }

  /// Creates what a site's description adds to the catalogue.
  ///
  /// - Parameters:
  ///   - spellings: the site's own spellings, as far as its settings give them.
  ///   - description: what the site says; takes note of what has no place in an overlay.
  public init(
    of catalogue: ResourceType, spelt spellings: [String: String] = [:],
    as description: inout SiteDescription
  ) {
    self.init(catalogue.dialect)
    for name in catalogue.inferredNames where description.has(name) == false {
      if let spelling = description.spelling(of: name, preferring: spellings[name], in: catalogue) {
        names[name] = spelling
      }
    }
    let resource = (try? catalogue.renaming(names)) ?? catalogue
    absent = resource.places(lackedBy: description)
    for (path, attribute) in description.attributes.sorted(by: { $0.key < $1.key }) {
      if let field = resource.knownField(at: path) {
        let news = attribute.news(about: field, in: resource.dialect)
        if news != SiteAttribute() { attributes[path] = news }
      } else if attribute.type == nil {
        description.leaveOut("\(path): of a type that a sheet cannot give")
      } else if resource.isCustom(path) || resource.canDeclare(path, attribute, description) {
        attributes[path] = attribute.asOwn(at: path)
      }
    }
  }
}

extension SiteDescription {
  /// Returns the site's name for an attribute whose name in the catalogue is inferred, if there is just one.
  fileprivate func spelling(
    of name: String, preferring given: String?, in catalogue: ResourceType
  ) -> String? {
    let place = SiteDescription.places(of: [name])[0]
    let prefix = place.isEmpty ? "" : place + "."
    if let given, has(prefix + given) == true { return given }
    let alike = attributes.keys.filter {
      $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains(".")
        && $0.lowercased() == name.lowercased() && catalogue.knownField(at: $0) == nil
    }
    return alike.count == 1 ? alike.first.map { String($0.dropFirst(prefix.count)) } : nil
  }
}

extension ResourceType {
  /// Returns the attributes and lists that a description does not have where it should.
  ///
  /// What names a record or an element, and bytes with addresses of their own, are not described like the rest.
  fileprivate func places(lackedBy description: SiteDescription) -> Set<String> {
    var lacked: Set<String> = []
    func look(_ fields: [Field], _ lists: [ChildList], below prefix: String) {
      for field in fields {
        let isDescribed =
          switch field.kind {
          case .base64, .menuPath: false
          default: field.access != .selector && field.isWrittenBySheets && prefix + field.path != key
          }
        if isDescribed, description.has(prefix + field.path) == false { lacked.insert(prefix + field.path) }
      }
      // A read-only list is of no use to a sheet, and the links of a row are no list of the site's.
      for list in lists where !list.operations.isEmpty {
        let place = prefix + list.name
        guard
          description.has(place) != false
            || description.placesWithoutLists.contains(String(prefix.dropLast()))
        else {
          lacked.insert(place)
          continue
        }
        look(list.fields, list.lists, below: place + ".")
      }
    }
    look(fields, lists, below: "")
    return lacked
  }

  /// Returns whether an attribute can be declared here: it is in no list that the catalogue does not have.
  fileprivate func canDeclare(
    _ path: String, _ attribute: SiteAttribute, _ description: SiteDescription
  ) -> Bool {
    guard let type = attribute.type,
      !description.isInList(path) || lists.contains(where: { path.hasPrefix($0.name + ".") })
    else { return false }
    return (try? declaring([path: type])) != nil
  }
}

extension SiteAttribute {
  /// Returns what this says that the catalogue does not.
  fileprivate func news(about field: Field, in dialect: Dialect) -> SiteAttribute {
    var news = SiteAttribute()
    if let type, !field.kind.agrees(with: type) { news.type = type }
    if let access, access != field.access, field.access != .selector { news.access = access }
    if case .integer(let low, let high) = field.kind, type?.word == .integer {
      if let minimum, minimum > low { news.minimum = minimum }
      if let maximum, maximum < high { news.maximum = maximum }
    }
    news.title = titled(unlike: field.path).title
    return news
  }

  /// Returns this as an attribute of the site's own, without what goes without saying.
  fileprivate func asOwn(at path: String) -> SiteAttribute {
    var own = titled(unlike: path)
    if own.access == .writable { own.access = nil }
    own.hasList = false
    return own
  }

  /// Returns this without a title that only repeats the name.
  fileprivate func titled(unlike path: String) -> SiteAttribute {
    func letters(_ text: some StringProtocol) -> String {
      text.lowercased().filter { $0.isLetter || $0.isNumber }
    }
    var attribute = self
    let name = path.split(separator: ".").last ?? ""
    let words = letters(title ?? "")
    let repeats = [letters(name), letters(name.hasSuffix("_c") ? name.dropLast(2) : name)].contains(words)
    if words.isEmpty || repeats { attribute.title = nil }
    return attribute
  }
}
