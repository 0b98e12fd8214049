import Catalog
import JSON
import Patches
import Sheets
import Testing

/// Rows of a resource with what a site adds to it and lacks.
@Suite struct OverlaidRowTests {
  private static let incidents: ResourceType = {
    var overlay = ResourceOverlay(.b2cService)
    overlay.absent = ["queue", "otherContacts", "threads.mailHeader"]
    overlay.attributes["customFields.c.region"] = SiteAttribute(type: DeclaredType(.menu))
    overlay.attributes["customFields.c.region"]?.values = [.init(word: "11", name: "South")]
    overlay.attributes["customFields.c.code"] = SiteAttribute(type: DeclaredType(.text, length: 3))
    overlay.attributes["customFields.c.total"] = SiteAttribute(
      type: DeclaredType(.integer), access: .readOnly)
    overlay.attributes["severity"] = SiteAttribute()
    overlay.attributes["severity"]?.values = [
      .init(word: "4", name: "Sev 1"), .init(word: "5", name: "Sev 2"),
    ]
    overlay.attributes["subject"] = SiteAttribute(type: DeclaredType(.text, length: 5))
    return ResourceType.incidents.overlaid(by: overlay).resource
  }()

  /// The rules of a row's findings, errors with an exclamation mark.
  private func rules(_ built: BuiltRow) -> [String] {
    built.findings.map { $0.severity == .error ? "\($0.rule)!" : $0.rule }
  }

  @Test(
    arguments: [
      (["queue": "9"], ["not-at-site!"]), (["queue": "<null>"], ["not-at-site!"]),
      (["queue": " "], ["empty-patch!"]),
      (["otherContacts.add": "7"], ["not-at-site!"]), (["customFields.c.total": "7"], ["read-only!"]),
      (["customFields.c.region": "South"], []), (["customFields.c.region": "Soth"], ["unlisted-name"]),
      (["customFields.c.region": "11"], []), (["customFields.c.region": "id:12"], ["unlisted-id"]),
      (["customFields.c.code": "abcd"], ["too-long!"]), (["severity": "Sev 1"], []),
      (["severity": "1 - Critical"], ["unlisted-name"]), (["severity": "9"], ["unlisted-id"]),
      (["subject": "abcdef"], ["too-long!"]), (["subject": "abcde"], []),
    ] as [([String: String], [String])])
  func aCellIsHeldAgainstTheSite(_ cells: [String: String], _ expected: [String]) throws {
    let header = ["id"] + cells.keys
    let built = try builder(header, for: Self.incidents).build(row(["771"] + cells.values))
    #expect(rules(built) == expected)
    #expect((built.patch == nil) == expected.contains { $0.hasSuffix("!") })
  }

  @Test(
    arguments: [
      (#"{"id": 1, "queue": {"id": 9}}"#, ["not-at-site!"]), (#"{"id": 1, "queue": null}"#, ["not-at-site!"]),
      (#"{"id": 1, "otherContacts": [{"id": 7}]}"#, ["not-at-site!"]),
      (#"{"id": 1, "threads": {"text": "x", "entryType": {"id": 1}, "mailHeader": "y"}}"#, ["not-at-site!"]),
      (
        #"{"id": 1, "customFields": {"c": {"region": {"lookupName": "Soth"}, "total": 1}}}"#,
        ["unlisted-name", "read-only!"]
      ),
      (#"{"id": 1, "severity": {"id": 9}}"#, ["unlisted-id"]), (#"{"id": 1, "severity": {"id": 4}}"#, []),
    ] as [(String, [String])])
  func aMemberIsHeldAgainstTheSite(_ json: String, _ expected: [String]) throws {
    #expect(rules(try builder(nil, for: Self.incidents).build(row(json))) == expected)
  }

  @Test func aConstantOfAnAbsentAttributeIsOneMistake() {
    let made = PatchBuilder.make(
      resource: Self.incidents, options: options { $0.constants = [("queue", "9")] },
      header: ["id", "subject"])
    #expect(made.builder == nil)
    #expect(made.findings.map(\.rule) == ["not-at-site"])
  }

  @Test func aConditionOnAnAbsentAttributeIsAMistake() {
    for (path, rules) in [("queue", ["not-at-site"]), ("customFields.c.total", []), ("severity", [])] {
      let (_, findings) = PatchBuilder.conditions(
        resource: Self.incidents, options: options { $0.onlyIf = [path: ["4"]] })
      #expect(findings.filter { $0.severity == .error }.map(\.rule) == rules, "\(path)")
    }
  }

  /// A place that the site has described whole has no other custom fields.
  @Test func anUnknownCustomFieldIsAbsentWhereTheSiteWasAsked() throws {
    var asked = Self.incidents
    asked.sitePlaces = ["", "customFields.c"]
    for (name, expected) in [("c.none", ["not-at-site!"]), ("c.code", []), ("Other.none", [])] {
      let built = try builder(["id", "customFields.\(name)"], for: asked).build(row(["771", "abc"]))
      #expect(rules(built) == expected, "\(name)")
    }
  }

  @Test func theFastWayFindsTheSame() throws {
    let values = ["", "9", "<null>", "South", "Soth", "id:11", "12", "abcd", "Sev 1", "4", "NULL"]
    let columns = [
      "queue", "customFields.c.region", "customFields.c.code", "customFields.c.total", "severity", "subject",
    ]
    for column in columns {
      let text = "id,\(column)\n" + values.map { "771,\($0)\n" }.joined()
      let compared = try #require(
        try compareWays(text, .csv, for: Self.incidents, PatchOptions(), "\(column)"))
      #expect(compared.rows == values.count)
    }
  }
}
