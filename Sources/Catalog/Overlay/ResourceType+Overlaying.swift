import JSON

/// A fact about an attribute on which a site and the catalogue, or a job, disagree.
public struct Disagreement: Sendable, Hashable {
  public var path: String
  public var fact: String
  public var hint: String

  public init(path: String, fact: String, hint: String) {
    self.path = path
    self.fact = fact
    self.hint = hint
  }
}

/// The reason a site does not take an attribute that the catalogue or a sheet has.
public enum SiteRefusal: Sendable, Hashable {
  /// The site does not have it.
  case absent
  /// Only the site itself sets it.
  case readOnly
  /// The site has it under another name.
  case spelt(String)
}

extension ResourceType {
  /// Returns this resource with what a site adds to it, and everything on which they disagree.
  ///
  /// The catalogue wins where it knows what an attribute means: its type, who may write it, what follows it. The site
  /// wins where it alone knows: attributes of its own, shorter lengths, the values of menus, what it lacks.
  public func overlaid(by overlay: ResourceOverlay) -> (resource: ResourceType, disagreements: [Disagreement])
  {
    var result = self
    let inferred = inferredNames
    let names = overlay.names.filter { inferred.contains($0.key) }
    if let renamed = try? renaming(names) { result = renamed }
    for name in result.inferredNames where !overlay.absent.contains(name) {
      _ = result.change(at: name) { $0.isNameInferred = false }
    }
    for place in overlay.absent { result.siteRefusals[place] = .absent }
    var disagreements: [Disagreement] = []
    for (path, attribute) in overlay.attributes.sorted(by: { $0.key < $1.key }) {
      disagreements += result.take(attribute, at: path).map { Disagreement(path: path, fact: $0, hint: $1) }
    }
    return (result, disagreements)
  }

  /// Returns the reason the site does not take what is at a place; `nil` if it does, or nothing is known.
  public func siteRefusal(at place: String) -> SiteRefusal? {
    if let refusal = siteRefusals[place] { return refusal }
    guard !sitePlaces.isEmpty, customKinds[place] == nil, isCustom(place),
      sitePlaces.contains(SiteDescription.places(of: [place])[0])
    else { return nil }
    return .absent
  }

  private typealias Words = (fact: String, hint: String)

  /// Takes in one attribute of a site.
  private mutating func take(_ attribute: SiteAttribute, at path: String) -> [Words] {
    var words: [Words] = []
    let dialect = dialect
    if knownField(at: path) != nil {
      words = change(at: path) { $0.take(attribute, dialect) } ?? []
    } else if isCustom(path) {
      if let given = customKinds[path] {
        if let type = attribute.type, !given.agrees(with: type) {
          words = [
            (
              "\(type.text) at the site, \(DeclaredType(given)?.text ?? given.name) in custom_fields",
              "correct custom_fields"
            )
          ]
        } else if let kind = attribute.kind(in: dialect) {
          // The site also says what a reference leads to.
          customKinds[path] = kind
        }
      } else {
        customKinds[path] = attribute.kind(in: dialect)
      }
      if attribute.access == .readOnly { siteRefusals[path] = .readOnly }
    } else if let type = attribute.type {
      do throws(DeclarationError) { self = try declaring([path: type]) } catch {
        return [("the site has it, and it cannot be used: \(error)", error.hint)]
      }
      _ = change(at: path) {
        $0.kind = attribute.kind(in: dialect) ?? $0.kind
        $0.access = attribute.access ?? $0.access
      }
    }
    if let title = attribute.title, titles[path]?.contains(title) != true {
      titles[path, default: []].append(title)
    }
    guard !attribute.values.isEmpty else { return words }
    return words + takeValues(attribute.values, at: path)
  }

  private mutating func takeValues(_ values: [SiteAttribute.Value], at path: String) -> [Words] {
    var known: [MenuValue] = []
    switch kind(at: path) {
    case .menu(let delivered, _)?:
      known = delivered
      siteValues[path] = values.map { MenuValue(Int64($0.word), $0.name) }
    case .code?: siteValues[path] = values.map { MenuValue(nil, $0.word) }
    default: return []
    }
    let isFixed = knownField(at: path)?.hasFixedValues == true
    if isFixed { siteValues[path] = nil }
    let names = Dictionary(values.map { ($0.word, $0.name) }) { first, _ in first }
    return known.compactMap { value in
      guard let id = value.id, let name = names[String(id)], name != value.name else { return nil }
      let fact = "\(id) is '\(name.printable(limit: 60))' at the site, '\(value.name)' in the catalogue"
      return (fact, isFixed ? "write the id, which both agree on" : "write the site's name, or the id")
    }
  }

  /// Changes the attribute at a place of the record or of its lists.
  ///
  /// - Returns: the change's result; `nil` if there is no such attribute.
  mutating func change<Value>(at place: String, _ body: (inout Field) -> Value) -> Value? {
    if let index = fields.firstIndex(where: { $0.path == place }) { return body(&fields[index]) }
    let steps = place.split(separator: ".").map { String($0) }
    return lists.change(at: steps[...], body)
  }
}

extension [ChildList] {
  fileprivate mutating func change<Value>(at steps: ArraySlice<String>, _ body: (inout Field) -> Value)
    -> Value?
  {
    guard let index = firstIndex(where: { $0.name == steps.first }) else { return nil }
    let rest = steps.dropFirst()
    var fields = self[index].fields
    guard let place = fields.firstIndex(where: { $0.path == rest.joined(separator: ".") }) else {
      return self[index].lists.change(at: rest, body)
    }
    let value = body(&fields[place])
    self[index].element = .object(fields)
    return value
  }
}

extension Field {
  /// Takes in what a site says of an attribute that the catalogue or a declaration has.
  fileprivate mutating func take(_ attribute: SiteAttribute, _ dialect: Dialect) -> [(
    fact: String, hint: String
  )] {
    var words: [(fact: String, hint: String)] = []
    let ours = isDeclared ? "extra_attributes" : "the catalogue"
    if let type = attribute.type {
      if !kind.hasClass(of: type) {
        words.append(
          (
            "\(type.text) at the site, \(DeclaredType(kind)?.text ?? kind.name) in \(ours)",
            "the type of \(ours) is used"
          ))
      } else if let length = type.length, kind.isText {
        let longest = kind.maximumLength
        if let longest, longest != length {
          words.append(
            (
              "at most \(length) characters at the site, \(longest) in \(ours)", "the shorter length is used"
            ))
        }
        kind = kind.limited(to: min(length, longest ?? length))
      }
    }
    if case .integer(let low, let high) = kind, attribute.type == nil || attribute.type?.word == .integer {
      let (least, most) = (max(low, attribute.minimum ?? low), min(high, attribute.maximum ?? high))
      if (least, most) != (low, high), least <= most {
        words.append(("\(least) to \(most) at the site", "the narrower limits are used"))
        kind = .integer(minimum: least, maximum: most)
      }
    }
    if let access = attribute.access, access != self.access {
      words.append(
        (
          "\(access.rawValue) at the site, \(self.access.rawValue) in \(ours)",
          "what \(ours) says is used; try it on a test site first"
        ))
    }
    return words
  }
}

extension Field.Kind {
  /// Indicates a text or a code.
  var isText: Bool {
    switch self {
    case .string, .code: true
    default: false
    }
  }

  /// The largest number of characters of a text or a code.
  var maximumLength: Int? {
    switch self {
    case .string(let length, _): length
    case .code(_, _, let length): length
    default: nil
    }
  }

  func limited(to length: Int) -> Field.Kind {
    switch self {
    case .string(_, let pattern): .string(maximumLength: length, pattern: pattern)
    case .code(let known, let lookup, _): .code(known: known, lookup: lookup, maximumLength: length)
    default: self
    }
  }

  /// Returns whether a site's type says the same of an attribute, its length included.
  func agrees(with type: DeclaredType) -> Bool {
    hasClass(of: type) && (!isText || type.length == nil || type.length == maximumLength)
  }

  /// Returns whether values of a site's type are written in the same way.
  ///
  /// Metadata shows some days as plain texts, codes as texts, and references and menus alike.
  fileprivate func hasClass(of type: DeclaredType) -> Bool {
    switch (self, type.word) {
    case (.string, .text), (.string, .code), (.code, .text), (.code, .code), (.base64, .text): true
    case (.date, .date), (.date, .text), (.dateTime, .datetime), (.dateTime, .text): true
    case (.integer, .integer), (.integer, .number), (.number, .number), (.number, .integer): true
    case (.menu, .menu), (.menu, .reference), (.reference, .reference), (.reference, .menu): true
    case (.boolean, .boolean), (.menuPath, _): true
    default: false
    }
  }
}
