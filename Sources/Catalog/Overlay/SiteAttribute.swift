/// An attribute as a site describes it, in its metadata or in an overlay; what is `nil` is not said.
public struct SiteAttribute: Sendable, Equatable {
  public var type: DeclaredType?
  public var access: Field.Access?
  /// The words that people see in its place.
  public var title: String?
  /// The kind of record that it leads to.
  public var target: String?
  /// The limits of a whole number.
  public var minimum: Int64?
  public var maximum: Int64?
  /// The values of its menu, or the codes of its lookup.
  public var values: [Value] = []
  /// Indicates that its values are from a list that the site can be asked for.
  public var hasList = false

  public init(
    type: DeclaredType? = nil, access: Field.Access? = nil, title: String? = nil, target: String? = nil
  ) {
    self.type = type
    self.access = access
    self.title = title
    self.target = target
  }

  /// A value of a menu or a lookup.
  public struct Value: Sendable, Hashable {
    /// The id in digits, or the code.
    public var word: String
    public var name: String

    public init(word: String, name: String) {
      self.word = word
      self.name = name
    }
  }

  /// Returns the catalogue's type for it, in the API of that dialect; `nil` if its type is not said.
  public func kind(in dialect: Dialect) -> Field.Kind? {
    switch (type?.kind(in: dialect), target) {
    case (.reference?, let target?): .reference(to: target)
    case (.integer(let low, let high)?, _):
      .integer(
        minimum: max(low, minimum ?? low), maximum: max(max(low, minimum ?? low), min(high, maximum ?? high)))
    case (let kind, _): kind
    }
  }

  /// The values as the catalogue has them: ids of a menu, codes by their names.
  public var menuValues: [MenuValue] {
    values.map { type?.word == .code ? MenuValue(nil, $0.word) : MenuValue(Int64($0.word), $0.name) }
  }
}
