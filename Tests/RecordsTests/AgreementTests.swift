import Catalog
import JSON
import Records
import Testing

/// The comparison of a record with what a patch asks for.
@Suite struct AgreementTests {
  private struct Case: CustomTestStringConvertible, Sendable {
    var wanted: JSONValue
    var actual: JSONValue?
    var kind: Field.Kind?
    var agreement: Agreement

    init(_ wanted: JSONValue, _ actual: JSONValue?, _ kind: Field.Kind?, _ agreement: Agreement) {
      (self.wanted, self.actual, self.kind, self.agreement) = (wanted, actual, kind, agreement)
    }

    var testDescription: String {
      "\(wanted.text()) and \(actual?.text() ?? "nothing"), \(kind?.name ?? "-")"
    }
  }

  private static let accountLinks: JSONValue = [
    "links": [
      [
        "rel": "describedby",
        "href": "https://demo.example/services/rest/connect/v1.4/metadata-catalog/accounts",
      ],
      ["rel": "self", "href": "https://demo.example/services/rest/connect/v1.4/accounts/31"],
    ]
  ]

  private static let cases: [Case] = [
    Case(["id": 1], ["id": 1], .menu(), .same),
    Case(["id": 1], ["id": 1, "lookupName": "Unresolved"], .menu(), .same),
    Case(["id": 2], ["id": 1, "lookupName": "Unresolved"], .menu(), .different),
    Case(["lookupName": "Unresolved"], ["id": 1, "lookupName": "Unresolved"], .menu(), .same),
    Case(["lookupName": "Solved"], ["id": 1, "lookupName": "Unresolved"], .menu(), .different),
    Case(["lookupName": "Unresolved"], ["id": 1], .menu(), .undecided),
    Case(["id": 1], ["lookupName": "Unresolved"], .menu(), .undecided),
    Case(["id": 1], nil, .menu(), .different),
    Case(["lookupName": "Unresolved"], nil, .menu(), .different),
    Case(nil, ["id": 1], .menu(), .different),
    Case(nil, ["id": nil, "lookupName": nil], .menu(), .same),
    Case(nil, nil, .menu(), .same),
    Case(nil, .null, .menu(), .same),
    Case(["id": 31], accountLinks, .reference(to: "accounts"), .same),
    Case(["id": 32], accountLinks, .reference(to: "accounts"), .different),
    Case(["lookupName": "ann"], accountLinks, .reference(to: "accounts"), .undecided),
    Case(nil, accountLinks, .reference(to: "accounts"), .different),
    Case("é", "é", .string(), .same),
    Case("e\u{301}", "\u{E9}", .string(), .different),
    Case("", nil, .string(), .different),
    Case(nil, nil, .string(), .same),
    Case("x", .null, .string(), .different),
    Case(nil, "x", .string(), .different),
    Case("2024-03-17T09:12:44Z", "2024-03-17T10:12:44+01:00", .dateTime, .same),
    Case("2024-03-17T09:12:44Z", "2024-03-17T01:12:44.000-08:00", .dateTime, .same),
    Case("2024-03-17T09:12:44Z", "2024-03-17T09:12:45Z", .dateTime, .different),
    Case("2024-03-17T09:12:44Z", nil, .dateTime, .different),
    Case("2024-03-17", "2024-03-17", .date, .same),
    Case(300_100_095_824_217, "300100095824217", .integer(), .same),
    Case(9_007_199_254_740_993, "9007199254740992", .integer(), .different),
    Case(true, "true", .boolean, .same),
    Case(true, "Y", .boolean, .same),
    Case(false, "true", .boolean, .different),
    Case(false, nil, .boolean, .different),
    Case("ORA_SVC_OPEN", "ORA_SVC_OPEN", .code(), .same),
    Case("ORA_SVC_OPEN", "ora_svc_open", .code(), .different),
    Case(1.5, "1.50", .number(), .same),
    Case(12, "12.0", .number(), .same),
    Case(9_007_199_254_740_993, "9007199254740992", .number(), .different),
    Case(1.5, nil, .number(), .different),
    Case(["id": 12], ["id": 12, "lookupName": "North"], nil, .same),
    Case(1, 1.0, nil, .same),
    Case(9_007_199_254_740_993, 9_007_199_254_740_992, nil, .different),
    Case(1.0, 1, .integer(), .same),
    Case(decimal("1.50"), 1.5, nil, .same),
    Case(decimal("9007199254740993.0"), 9_007_199_254_740_992.0, nil, .different),
    Case(decimal("9007199254740993.0"), 9_007_199_254_740_993, nil, .same),
    Case(decimal("1.000000000000000005"), 1, .integer(), .different),
    Case("2024-03-17T09:12:44Z", "2024-03-17T10:12:44+01:00", nil, .same),
    Case("north", "north", nil, .same),
    Case("1", 1, nil, .different),
  ]

  @Test(arguments: cases)
  private func compares(_ each: Case) {
    #expect(Agreement(wanted: each.wanted, actual: each.actual, kind: each.kind) == each.agreement)
  }
}

/// A decimal number of these digits.
private func decimal(_ digits: String) -> JSONValue {
  JSONDecimal(digits: digits).map { .decimal($0) } ?? .null
}
