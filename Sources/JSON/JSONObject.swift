/// The members of a JSON object, in the order they were written; names are unique.
///
/// Look-up is linear: the objects of both APIs have at most a few dozen members.
public struct JSONObject: Sendable, Hashable {
  public typealias Member = (name: String, value: JSONValue)

  private var names: [String] = []
  private var values: [JSONValue] = []

  /// An object without members.
  public init() {}

  /// An object of these members; the last one of a repeated name stays.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    for (name, value) in members { self[name] = value }
  }

  /// An object of one member.
  public init(_ name: String, _ value: JSONValue) {
    names = [name]
    values = [value]
  }

  /// Appends a member whose name the caller knows to be new, without looking.
  mutating func append(unique name: String, _ value: JSONValue) {
    names.append(name)
    values.append(value)
  }

  /// The member of that name; assigning `nil` removes it, a new name goes last.
  public subscript(name: String) -> JSONValue? {
    get { index(of: name).map { values[$0] } }
    set {
      switch (index(of: name), newValue) {
      case (let index?, let value?): values[index] = value
      case (let index?, nil):
        names.remove(at: index)
        values.remove(at: index)
      case (nil, let value?): append(unique: name, value)
      case (nil, nil): break
      }
    }
  }

  private func index(of name: String) -> Int? { names.firstIndex { $0.hasSameScalars(as: name) } }

  /// Whether both have the same members in the same order, names and texts compared by Unicode scalars.
  public static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.names.elementsEqual(other.names) { $0.hasSameScalars(as: $1) } && one.values == other.values
  }

  /// Sets the value at a path of member names, making the objects on the way.
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

  /// The value at a path of member names, when every step of it exists.
  public func value(at path: some Collection<some StringProtocol>) -> JSONValue? {
    guard let first = path.first, let found = self[String(first)] else { return nil }
    let rest = path.dropFirst()
    return rest.isEmpty ? found : found.object?.value(at: rest)
  }
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { names.count }
  public subscript(position: Int) -> Member { (names[position], values[position]) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
