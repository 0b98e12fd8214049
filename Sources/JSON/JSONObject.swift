/// The members of a JSON object, in the order they were written; names are unique.
///
/// Look-up is linear in objects of a few dozen members, as both APIs have them, and by hash in larger ones. A sheet
/// of some thousand columns thus costs no more per cell than a small one.
public struct JSONObject: Sendable, Hashable {
  public typealias Member = (name: String, value: JSONValue)

  /// The largest number of members that are searched one by one, which is fast and needs no memory.
  private static let unindexedLimit = 64

  private var members: [Member] = []
  /// The index of each name, if there are more than `unindexedLimit`.
  private var positions: [Name: Int]?

  /// Creates an object without members.
  public init() {}

  /// Creates an object without members, with room for some.
  init(capacity: Int) { members.reserveCapacity(capacity) }

  /// Creates an object of these members; the last one of a repeated name stays.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    for (name, value) in members { self[name] = value }
  }

  /// Creates an object of one member.
  public init(_ name: String, _ value: JSONValue) { members = [(name, value)] }

  /// Appends a member without a check; the caller knows that its name is new.
  mutating func append(unique name: String, _ value: JSONValue) {
    members.append((name, value))
    if members.count == Self.unindexedLimit + 1 {
      index()
    } else if members.count > Self.unindexedLimit {
      positions?[Name(text: name)] = members.count - 1
    }
  }

  /// The member of that name; assigning `nil` removes it, a new name goes last.
  public subscript(name: String) -> JSONValue? {
    get { index(of: name).map { members[$0].value } }
    set {
      switch (index(of: name), newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil):
        members.remove(at: index)
        self.index()
      case (nil, let value?): append(unique: name, value)
      case (nil, nil): break
      }
    }
  }

  private func index(of name: String) -> Int? {
    if let positions { return positions[Name(text: name)] }
    return members.firstIndex { $0.name.hasSameScalars(as: name) }
  }

  private mutating func index() {
    positions = nil
    guard members.count > Self.unindexedLimit else { return }
    positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { (Name(text: $1.name), $0) })
  }

  /// Compares the members in order, with names and texts by Unicode scalars.
  public static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.members.elementsEqual(other.members) { $0.name.hasSameScalars(as: $1.name) && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(members.count)
    for member in members {
      hasher.combine(member.name)
      hasher.combine(member.value)
    }
  }

  /// A name as JSON distinguishes names, by its scalars.
  private struct Name: Hashable {
    var text: String

    static func == (one: Name, other: Name) -> Bool { one.text.hasSameScalars(as: other.text) }

    // Texts with the same scalars have the same hash, which other texts may have too.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
  }

  /// Sets the value at a path of member names, and creates the objects on the way.
  ///
  /// - Precondition: `path` is not empty. A value on the way that is no object is replaced.
  public mutating func set(_ value: JSONValue, at path: some Collection<some StringProtocol>) {
    guard let first = path.first.map({ String($0) }) else {
      preconditionFailure("a JSON path has at least one name")
    }
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      self[first] = value
      return
    }
    var inner = self[first]?.object ?? JSONObject()
    inner.set(value, at: rest)
    self[first] = .object(inner)
  }

  /// Returns the value at a path of member names, if every step of it exists.
  public func value(at path: some Collection<some StringProtocol>) -> JSONValue? {
    guard let first = path.first, let found = self[String(first)] else { return nil }
    let rest = path.dropFirst()
    return rest.isEmpty ? found : found.object?.value(at: rest)
  }
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { members.count }
  public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
