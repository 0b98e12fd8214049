/// The reason an attribute cannot be declared.
public struct DeclarationError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    /// The catalogue has the attribute with another type; `nil` for a type that cannot be declared.
    case known(DeclaredType?)
    /// The catalogue has the attribute, and it is not writable.
    case notWritable
    /// It is a list, or has attributes of its own.
    case notAValue
    /// The attribute above it is a value.
    case belowAValue(String)
    /// A sheet cannot change the elements of this list.
    case fixedList(String)
    /// The API has attributes of lists, and no others below a name.
    case noSuchList(String)
    /// Not a name of an attribute.
    case notAName
  }

  /// The attribute as it was declared.
  public var path: String
  public var reason: Reason

  public var description: String {
    switch reason {
    case .known(let type?): "\(path): the catalogue has this attribute, as \(type.text)"
    case .known(nil): "\(path): the catalogue has this attribute, as bytes"
    case .notWritable: "\(path): the catalogue has this attribute, and only the service sets it"
    case .notAValue: "\(path): has attributes of its own"
    case .belowAValue(let above): "\(path): \(above) is a value and has no attributes"
    case .fixedList(let list): "\(path): a sheet cannot change the list \(list)"
    case .noSuchList(let list): "\(path): there is no list \(list)"
    case .notAName: "\(path): not an attribute name"
    }
  }

  /// The advice for the user.
  public var hint: String {
    switch reason {
    case .known: "leave it out: it can be sent as it is"
    case .notWritable: "leave it out"
    case .notAValue: "name one of its attributes, with a dot between"
    case .belowAValue(let above): "declare an attribute beside \(above)"
    case .fixedList, .noSuchList: "name an attribute of the record, or of a list that sheets can change"
    case .notAName: "write letters, digits and underscores, with dots between the names"
    }
  }
}

extension ResourceType {
  /// Returns this resource with attributes that the catalogue does not have, by their dotted paths with the lists.
  ///
  /// Examples are `APPClassificationCd` and `interactionReferences.Priority`. They are checked, compared, kept and
  /// rolled back like any other. A declaration that agrees with the catalogue has no effect, so that a job outlives
  /// the release that adds its attribute.
  ///
  /// - Throws: for the first path, in alphabetical order, that cannot be declared.
  public func declaring(_ types: [String: DeclaredType]) throws(DeclarationError) -> ResourceType {
    var result = self
    for (path, type) in types.sorted(by: { $0.key < $1.key }) {
      let steps = path.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
      do throws(DeclarationError.Failure) {
        guard steps.allSatisfy(\.isAttributeName) else { throw DeclarationError.Failure(reason: .notAName) }
        try Self.declare(steps[...], type, dialect, &result.fields, &result.lists)
      } catch {
        throw DeclarationError(path: path, reason: error.reason)
      }
    }
    return result
  }

  /// Returns whether a dotted path, with its lists, is in the place of custom fields, and none of the catalogue's
  /// attributes.
  public func isCustom(_ path: String) -> Bool {
    customSpaces.contains { $0.contains(path) } && field(at: path) == nil
  }

  /// The places of custom fields, those of lists by their whole paths.
  public var customSpaces: [CustomFieldSpace] { customFields + lists.flatMap { $0.customSpaces(below: "") } }

  fileprivate static func declare(
    _ steps: ArraySlice<String>, _ type: DeclaredType, _ dialect: Dialect, _ fields: inout [Field],
    _ lists: inout [ChildList]
  ) throws(DeclarationError.Failure) {
    let path = steps.joined(separator: ".")
    if let field = fields.first(where: { $0.path == path }) { return try field.check(type, dialect) }
    if let index = lists.firstIndex(where: { $0.name == steps.first }) {
      return try lists[index].declare(steps.dropFirst(), type, dialect)
    }
    guard !fields.contains(where: { $0.path.hasPrefix(path + ".") }) else {
      throw DeclarationError.Failure(reason: .notAValue)
    }
    if let above = fields.first(where: { path.hasPrefix($0.path + ".") }) {
      throw DeclarationError.Failure(reason: .belowAValue(above.path))
    }
    // Only B2C Service has objects within objects.
    if steps.count > 1, dialect == .fusionCX, let first = steps.first {
      throw DeclarationError.Failure(reason: .noSuchList(first))
    }
    fields.append(Field(path, type.kind(in: dialect), isDeclared: true))
  }
}

extension DeclarationError {
  /// The reason alone, before its declaration is known.
  fileprivate struct Failure: Error {
    var reason: Reason
  }
}

extension Field {
  /// Checks that a declaration agrees with the catalogue.
  fileprivate func check(_ type: DeclaredType, _ dialect: Dialect) throws(DeclarationError.Failure) {
    guard access == .writable else { throw DeclarationError.Failure(reason: .notWritable) }
    let known = DeclaredType(kind)
    // An identifier of another record is an integer in an API without references.
    let isSame = known?.word == type.word || type.kind(in: dialect).name == kind.name
    guard known != nil, isSame, type.length == nil || type.length == known?.length else {
      throw DeclarationError.Failure(reason: .known(known))
    }
  }
}

extension ChildList {
  fileprivate func customSpaces(below prefix: String) -> [CustomFieldSpace] {
    customFields.map { CustomFieldSpace(path: "\(prefix)\(name).\($0.path)", note: $0.note) }
      + lists.flatMap { $0.customSpaces(below: "\(prefix)\(name).") }
  }

  fileprivate mutating func declare(
    _ steps: ArraySlice<String>, _ type: DeclaredType, _ dialect: Dialect
  ) throws(DeclarationError.Failure) {
    guard !steps.isEmpty else { throw DeclarationError.Failure(reason: .notAValue) }
    guard !operations.isEmpty, case .object(var fields) = element else {
      throw DeclarationError.Failure(reason: .fixedList(name))
    }
    try ResourceType.declare(steps, type, dialect, &fields, &lists)
    element = .object(fields)
  }
}

extension String {
  /// Indicates a name of letters, digits and underscores that does not begin with a digit.
  ///
  /// Both APIs have such names, and they can be in a query without ending it.
  package var isAttributeName: Bool {
    guard let first = utf8.first, !(0x30...0x39).contains(first) else { return false }
    return utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
