public import Catalog

/// A fault of some requests, as given with `--fault`: the requests, their share, and the effect.
///
/// `PATCH incidents rate=0.3 reset=after-commit`: methods and resources, several joined by commas or `*` for all,
/// then `rate=`, `after=`, `times=` and one action with its options, in any order. `FaultTarget` defines the method and
/// the resource of a request.
public struct FaultRule: Sendable, Equatable {
  /// The rule as it was written.
  public let text: String
  /// The methods that match; empty means all.
  let methods: Set<String>
  /// The resources that match; empty means all.
  let resources: Set<String>
  /// The probability of a hit, above 0 and at most 1.
  let rate: Double
  /// The first matching request that can be hit, counted from 1.
  let first: Int
  /// The largest number of hits.
  let times: Int?
  let action: FaultAction
  /// The action and its options as written, for the log.
  let actionText: String

  static let methods = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD"]

  /// Reads a rule.
  ///
  /// - Parameter resources: the kinds of record; the services' other resources are always known.
  /// - Throws: `SandboxError.badFault`, which names the wrong word.
  public init(_ text: String, resources known: [ResourceType] = ResourceType.all) throws(SandboxError) {
    self.text = text
    var words = try FaultWords(text)
    methods = try words.choice(
      of: words.method.uppercased(), among: Self.methods, "a method such as PATCH")
    resources = try words.choice(
      of: words.resource, among: known.map(\.name) + Self.otherResources, "a resource such as incidents")
    rate =
      try words.take("rate") { text in
        Double(text).flatMap { $0 > 0 && $0 <= 1 ? $0 : nil }
      } orSay: {
        "must be a number above 0, and 1 at most"
      } ?? 1
    first = try words.takeCount("after") ?? 1
    times = try words.takeCount("times")
    actionText = words.rest
    action = try FaultAction(&words)
    if case .limit = action, rate < 1 {
      throw words.wrong("'rate=' cannot be combined with limit=", hint: "omit rate=; limit= has its own")
    }
    try words.end()
  }

  /// The resources of B2C Service that are not kinds of record.
  private static let otherResources = ["queryResults", "namedIDs", "namedIDHierarchies", "metadata-catalog"]

  /// Returns whether a request matches the rule.
  func matches(_ target: FaultTarget) -> Bool {
    (methods.isEmpty || methods.contains(target.method))
      && (resources.isEmpty || !resources.isDisjoint(with: target.resources))
  }
}
