import Catalog
import JSON
import Testing

private let reference = Result { try ReferenceCatalogue("fusion-interaction-fields.json") }
private let attributes = (try? reference.get().attributes) ?? []

/// The catalogue of interactions holds what the reference holds, and nothing else.
@Suite struct InteractionReferenceTests {
  private let interactions = ResourceType.interactions

  @Test func readsTheReference() throws {
    #expect(try reference.get().attributes.count > 140)
  }

  @Test(arguments: attributes.filter { $0.type != "list" && $0.path != "*_c" })
  func agreesOnAnAttribute(_ attribute: ReferenceCatalogue.Attribute) throws {
    let field = try #require(interactions.fieldsByReferencePath[attribute.path])
    let constraints = attribute.constraints
    try agreeOnAccess(field, attribute)
    // The page says Y or N for it, where the reference leaves the type open.
    if attribute.path.hasSuffix("ManuallyCreatedFlag") {
      #expect(field.kind == .string(maximumLength: 1, pattern: "^[YN]$"))
      return
    }
    #expect(field.kind.name == (attribute.type == "binary" ? "string" : attribute.type))
    switch field.kind {
    case .string(let maximum, let pattern):
      #expect(maximum.map { Int64($0) } == constraints["maxLength"]?.integer)
      #expect(pattern == nil)
    case .code(let known, let lookup, let maximum):
      #expect(constraints["maxLength"]?.integer == Int64(maximum))
      #expect(lookup == constraints["lookup"]?.string)
      let confirmed = (constraints["knownValues"]?.array ?? []).compactMap(\.string)
      #expect(Array(known.prefix(confirmed.count)) == confirmed)
      // Codes that appear only in the reference's prose are marked.
      #expect(known.count == confirmed.count || field.unconfirmed != nil)
    case .integer(let minimum, let maximum): agreeOnRange(minimum, maximum, field, constraints)
    case .base64: #expect(attribute.type == "binary")
    default: #expect(constraints["lookup"] == nil && constraints["format"] == nil)
    }
  }

  private func agreeOnRange(_ minimum: Int64, _ maximum: Int64, _ field: Field, _ constraints: JSONObject) {
    let width: ClosedRange<Int64>? =
      switch constraints["format"]?.string {
      case "int64": .min ... .max
      case "int32": Int64(Int32.min)...Int64(Int32.max)
      default: nil
      }
    let isKey = field.access == .selector || constraints["maxDigits"] != nil
    #expect(minimum == (isKey ? 1 : width?.lowerBound))
    #expect(maximum == constraints["maxDigits"].map { _ in 999_999_999_999_999_999 } ?? width?.upperBound)
  }

  private func agreeOnAccess(_ field: Field, _ attribute: ReferenceCatalogue.Attribute) throws {
    let facts = attribute.facts
    let isReadOnly = facts["readOnly"]?.bool == true
    let expected: Field.Access =
      switch facts["patch"]?.string {
      // A key answers only, and names the element in a sheet.
      case _ where field.access == .selector: .selector
      case "no" where isReadOnly: .readOnly
      case "no": .createOnly
      default: .writable
      }
    #expect(field.access == expected)
    #expect(field.isNameInferred == (facts["confirmed"]?.bool == false))
    let note = facts["note"]?.string ?? ""
    let name = attribute.path.split(separator: ".").last
    #expect(field.isTrigger == (name == "StartInteractionFlag" || name == "EndInteractionFlag"))
    #expect(field.isTrigger || !note.contains("never replay"))
    #expect(field.isEnclosure == (facts["patch"] == "enclosure"))
    if facts["patch"] == "unknown", field.access == .writable { #expect(field.unconfirmed != nil) }
  }

  @Test(arguments: attributes.filter { $0.type == "list" })
  func agreesOnAList(_ attribute: ReferenceCatalogue.Attribute) throws {
    let list = try #require(interactions.listsByReferencePath[attribute.path])
    let isReadOnly = attribute.facts["readOnly"]?.bool == true
    #expect(list.operations.isEmpty == isReadOnly)
    if let key = attribute.constraints["itemKey"]?.string, !key.hasPrefix("opaque") {
      #expect(list.selector.map { key.hasPrefix($0.path) } == true)
    }
    guard !list.operations.isEmpty else { return }
    #expect(list.operations.map(\.verb) == ["add", "update"])
    #expect(list.hasElementAddress && !list.takesUpdatesInRecord)
    #expect(list.operation("add")?.unconfirmed != nil)
  }

  @Test func warnsOfWhatIsNoData() {
    #expect(interactions.lists.filter { $0.caution != nil }.map(\.name) == ["smartActions"])
  }

  @Test func holdsNothingElse() {
    // The members of a link are in the reference's prose.
    let known = Set(attributes.map(\.path))
    let added = Set(interactions.fieldsByReferencePath.keys).subtracting(known)
      .filter { !$0.contains("links[].") }
    #expect(added.isEmpty)
    #expect(Set(interactions.listsByReferencePath.keys).subtracting(known).isEmpty)
  }
}
