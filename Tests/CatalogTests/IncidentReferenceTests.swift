import Catalog
import JSON
import Testing

private let reference = Result { try ReferenceCatalogue("b2c-incident-fields.json") }
private let attributes = (try? reference.get().attributes) ?? []

/// The catalogue of incidents holds what the reference holds, and nothing else.
@Suite struct IncidentReferenceTests {
  private let incidents = ResourceType.incidents

  @Test func readsTheReference() throws {
    #expect(try reference.get().attributes.count > 90)
  }

  @Test(arguments: attributes.filter { $0.type != "object" && $0.type != "list" })
  func agreesOnAnAttribute(_ attribute: ReferenceCatalogue.Attribute) throws {
    let field = try #require(incidents.fieldsByReferencePath[attribute.path])
    let facts = attribute.facts
    #expect(field.kind.name == attribute.type)
    #expect(field.access == access(facts["patch"]?.string))
    #expect((field.access == .readOnly) == facts["readOnly"]?.bool)
    if let nullable = facts["nullable"]?.bool {
      #expect(field.nullability == (nullable ? .nullable : .notNull))
    }
    // The reference's own prose contradicts its "reversible: false" for the text: the snapshot keeps the old
    // text.
    if attribute.path != "threads[].text" {
      #expect(field.isReversible == (facts["reversible"]?.bool ?? true))
    }
    try agreeOnLimits(field, attribute)
  }

  private func agreeOnLimits(_ field: Field, _ attribute: ReferenceCatalogue.Attribute) throws {
    let constraints = attribute.constraints
    switch field.kind {
    case .string(let maximum, let pattern):
      #expect(maximum.map { Int64($0) } == constraints["maxLength"]?.integer)
      #expect(pattern == self.pattern(attribute))
    case .integer(let minimum, let maximum):
      #expect(minimum == constraints["minimum"]?.integer ?? .min)
      #expect(maximum == constraints["maximum"]?.integer ?? .max)
    case .reference(let target, let isHierarchical):
      #expect(target == attribute.facts["target"]?.string)
      #expect(isHierarchical == (attribute.facts["hierarchical"]?.bool ?? false))
    case .menu(let known, let isHierarchical):
      #expect(isHierarchical == (attribute.facts["hierarchical"]?.bool ?? false))
      let names = (attribute.facts["knownValues"]?.array ?? []).compactMap(\.string)
      let numbered = known.map { value in value.id.map { "\($0) \(value.name)" } ?? value.name }
      #expect(known.map(\.name) == names || numbered == names)
    case .number, .boolean, .date, .dateTime, .base64, .menuPath, .code: #expect(constraints.isEmpty)
    }
  }

  /// The pattern to expect: two are printed with a blank in their class, most likely from a lost line break,
  /// so the blank is removed.
  private func pattern(_ attribute: ReferenceCatalogue.Attribute) -> String? {
    let printed = attribute.constraints["pattern"]?.string
    guard attribute.facts["patternConfirmed"]?.bool == false else { return printed }
    let mended = printed?.replacing("[^ ", with: "[^")
    return mended == "^[^]*$" ? nil : mended
  }

  private func access(_ patch: String?) -> Field.Access? {
    switch patch {
    case "no": .readOnly
    case "yes": .writable
    case "create-only": .createOnly
    case "selector": .selector
    default: nil
    }
  }

  @Test(arguments: attributes.filter { $0.type == "list" })
  func agreesOnAList(_ attribute: ReferenceCatalogue.Attribute) throws {
    // A menu's ancestors are a list on the wire, but an attribute that is read as a whole.
    if let field = incidents.field(at: attribute.path) {
      #expect(field.kind == .menuPath)
      #expect(field.access == .readOnly)
      return
    }
    let list = try #require(incidents.list(named: attribute.path))
    #expect(list.operations.isEmpty == (attribute.facts["readOnly"]?.bool == true))
    switch list.element {
    case .object: #expect(attribute.facts["elementType"] == "object")
    case .reference(let target):
      #expect(attribute.facts["elementType"] == "reference")
      #expect(attribute.facts["target"]?.string == target)
    }
    if attribute.facts["patchBehaviour"]?.string?.hasPrefix("unconfirmed") == true {
      #expect(list.unconfirmed != nil)
    }
  }

  @Test(arguments: attributes.filter { $0.type == "object" })
  func knowsASubObject(_ attribute: ReferenceCatalogue.Attribute) {
    let below = attribute.path + "."
    #expect(
      incidents.fields.contains { $0.path.hasPrefix(below) }
        || incidents.customFields.contains { $0.path.hasPrefix(below) || $0.contains(below + "region") }
        || attribute.path == "customFields.{package}")
  }

  @Test func holdsNothingElse() {
    let known = Set(attributes.map(\.path))
    #expect(Set(incidents.fieldsByReferencePath.keys).subtracting(known).isEmpty)
    #expect(Set(incidents.lists.map(\.name)).subtracting(known).isEmpty)
  }
}
