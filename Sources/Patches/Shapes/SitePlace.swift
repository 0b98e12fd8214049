import Catalog

/// What the site's overlay says of an attribute or a list.
struct SitePlace: Sendable {
  /// The reason the site takes no value; `nil` if it does.
  var refusal: Refusal?
  /// The values of its menu or lookup; `nil` if they are not known.
  var values: [MenuValue]?

  /// - Parameters:
  ///   - place: the path, with its lists in front.
  ///   - list: the list that it is in, whose absence is its own.
  init(of resource: ResourceType, at place: String, in list: SitePlace? = nil) {
    refusal = list?.refusal
    values = resource.siteValues[place]
    switch resource.siteRefusal(at: place) {
    case .absent?:
      refusal = Refusal(
        rule: "not-at-site", message: "the site does not have this attribute",
        hint: "leave the cell blank, or the column out with 'ignore'")
    case .readOnly?:
      refusal = Refusal(
        rule: "read-only", message: "only the site itself sets this attribute",
        hint: "leave the cell blank, or the column out with 'ignore'")
    case .spelt(let name)?:
      refusal = Refusal(
        rule: "not-at-site", message: "the site spells this attribute \(name)",
        hint: "give the spelling with 'attribute_names', or save an overlay")
    case nil: break
    }
  }
}
