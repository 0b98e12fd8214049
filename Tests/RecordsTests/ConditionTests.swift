import Catalog
import Records
import Testing

/// The grammar of `select --where`, and what a condition means.
@Suite struct ConditionTests {
  private func read(_ text: String) throws -> Condition {
    var resource = ResourceType.incidents
    resource.customKinds["customFields.c.visits"] = .integer()
    var reader = ConditionReader(resource)
    return try reader.read(text)
  }

  private static let subject = ConditionColumn(
    path: "subject", kind: .string(maximumLength: 240), part: .value)

  private func column(_ path: String, _ part: ConditionColumn.Part) throws -> ConditionColumn {
    ConditionColumn(path: path, kind: try #require(ResourceType.incidents.field(at: path)?.kind), part: part)
  }

  @Test func readsTheExampleOfTheHelp() throws {
    let condition = try read("assignedTo.staffGroup = 'Tier 1' and statusWithType.status = Waiting")
    #expect(
      condition
        == .all([
          .compare(try column("assignedTo.staffGroup", .name), .equal, .text("Tier 1")),
          .compare(try column("statusWithType.status", .name), .equal, .text("Waiting")),
        ]))
  }

  @Test func literalsHaveTheTypesOfTheirAttributes() throws {
    #expect(try read("severity = 4") == .compare(try column("severity", .id), .equal, .integer(4)))
    #expect(try read("severity = '4'") == .compare(try column("severity", .name), .equal, .text("4")))
    #expect(try read("severity = id:4") == .compare(try column("severity", .id), .equal, .integer(4)))
    #expect(
      try read("updatedTime < 2026-03-17")
        == .compare(try column("updatedTime", .value), .less, .time("2026-03-17T00:00:00Z")))
    #expect(
      try read("updatedTime >= '2026-03-17T10:00:00+01:00'")
        == .compare(try column("updatedTime", .value), .greaterOrEqual, .time("2026-03-17T09:00:00Z")))
    #expect(
      try read("severity in (4, 'Low', 5)")
        == .any([
          .oneOf(try column("severity", .id), [.integer(4), .integer(5)]),
          .oneOf(try column("severity", .name), [.text("Low")]),
        ]))
    #expect(
      try read("subject = 'it''s ; % \n here'") == .compare(Self.subject, .equal, .text("it's ; % \n here")))
    #expect(
      try read("assignedTo.account.id = 7")
        == .compare(try column("assignedTo.account", .id), .equal, .integer(7)))
  }

  @Test func bindsAsUsual() throws {
    let a = Condition.isNull(Self.subject)
    let b = Condition.like(Self.subject, "x%")
    #expect(
      try read("subject is null or subject like 'x%' and not subject is null")
        == .any([a, .all([b, .not(a)])]))
    #expect(
      try read("(subject is null or subject like 'x%') and subject is not null")
        == .all([.any([a, b]), .not(a)]))
    #expect(try read("subject not like 'x%'") == .not(b))
  }

  @Test(arguments: [
    ("", 1, "an attribute is expected"), ("subject", 8, "a comparison"), ("subject = ", 11, "a value"),
    ("subjct = 'x'", 1, "is called 'subjct'"), ("threads.text like 'x'", 1, "is of a list"),
    ("severity < 4", 10, "has no order"), ("id = x", 6, "takes a whole number"),
    ("updatedTime < 2026-03-17T10:00", 15, "with its offset"), ("subject = 'x", 11, "does not end"),
    ("subject = 'x' subject = 'y'", 15, "'and', 'or' or the end"), ("(subject = 'x'", 15, "')' is expected"),
    ("customFields.c.ticket = 'x'", 1, "the type of"), ("id like '5%'", 9, "is no text"),
    ("subject ! 'x'", 9, "stands alone"),
    ("subject = 'x'; delete from incidents", 14, "'and', 'or' or the end"),
  ])
  func aMistakeIsNamedWithItsPlace(text: String, place: Int, message: String) throws {
    let error = #expect(throws: ConditionError.self) { try read(text) }
    #expect(error?.place == place, "\(String(describing: error))")
    #expect(error?.message.contains(message) == true, "\(String(describing: error))")
  }

  @Test func nestingIsBounded() throws {
    let text = String(repeating: "(", count: 60) + "id = 1" + String(repeating: ")", count: 60)
    let error = #expect(throws: ConditionError.self) { try read(text) }
    #expect(error?.message == "the condition is nested too deep")
  }

  @Test(arguments: [
    ("subject = 'a;b'", "a;b", true), ("subject = 'a;b'", "a,b", false), ("subject != 'a;b'", "a,b", true),
    ("subject like 'a%c_e'", "axxcde", true), ("subject like 'a%c_e'", "axxcdee", false),
    ("not subject like '%''%'", "it's", false), ("subject in ('x', 'y')", "y", true),
    ("subject between 'b' and 'd'", "c", true), ("subject is null", "", false),
  ])
  func aConditionIsDecidedHereAsWell(text: String, subject: String, result: Bool) throws {
    #expect(try read(text).holds { $0.path == "subject" ? subject : nil } == result)
  }

  /// As in SQL: what hangs on a missing value is neither true nor false.
  @Test func aMissingValueDecidesNothing() throws {
    for text in [
      "subject = 'x'", "not subject = 'x'", "subject not in ('x')", "subject = 'x' or subject = 'y'",
    ] {
      #expect(try read(text).holds { _ in nil } == nil)
    }
    #expect(try read("subject = 'x' or id = 7").holds { $0.path == "id" ? "7" : nil } == true)
    #expect(try read("subject = 'x' and id = 8").holds { $0.path == "id" ? "7" : nil } == false)
  }
}
