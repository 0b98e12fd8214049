import Foundation
import TestSupport
import Testing

/// The changes that a sheet of incidents can make beside setting fields, as seen on the desk afterwards.
@Suite(.blocking) struct IncidentTests {
  /// The facts that the desk has gained in a run, except who changed a record and when.
  private func effects(_ desk: Desk, of arguments: [String]) throws -> Set<String> {
    let before = try desk.facts()
    try desk.call(arguments, exits: 0)
    return try desk.facts().subtracting(before)
      .filter { !$0.contains(/\ (updatedByAccount|updatedTime|createdTime):/) }
  }

  @Test func attachesFilesThatLieBesideTheSheet() throws {
    let desk = try Desk()
    try desk.folder.write("in/files/report.txt", "All is well.\n")
    try desk.folder.write(
      "in/sheet.csv",
      "id,fileAttachments.add.file,fileAttachments.add.contentType,fileAttachments.add.private\n"
        + "7,files/report.txt,text/plain,yes\n")
    let effects = try effects(desk, of: desk.run("in/sheet.csv"))
    #expect(effects.contains { $0.hasSuffix(" parent: 7") && $0.hasPrefix("fileAttachment ") })
    #expect(effects.contains { $0.hasSuffix(" fileName: report.txt") })
    #expect(effects.contains { $0.hasSuffix(" contentType: text/plain") })
    let body = try #require(desk.changes().first).body
    #expect(body.contains(Data("All is well.\n".utf8).base64EncodedString()))

    let limited = try desk.call(desk.run("in/sheet.csv", "--attachments-limit", "5B", "--again"), exits: 65)
    #expect(limited.standardError.contains("none of its 1 rows is valid"))
    #expect(try desk.runText("failed.csv").contains("files/report.txt"))
  }

  @Test func billsTimeAndAddsContacts() throws {
    let desk = try Desk()
    try desk.folder.write(
      "sheet.csv",
      """
      id,billedMinutes.add.account,billedMinutes.add.billTime,billedMinutes.add.minutes,otherContacts.add
      7,4,2026-11-20T09:00:00+01:00,25,
      8,,,,id:2;id:3

      """)
    let effects = try effects(desk, of: desk.run("sheet.csv"))
    #expect(effects.contains { $0.hasPrefix("billedMinute ") && $0.hasSuffix(" parent: 7") })
    #expect(effects.contains { $0.hasPrefix("billedMinute ") && $0.hasSuffix(" minutes: 25") })
    #expect(effects.contains { $0.hasSuffix(" billTime: 2026-11-20T08:00:00Z") })
    #expect(effects.contains("incident 8 otherContacts: 2"))
    #expect(effects.contains("incident 8 otherContacts: 3"))
  }

  @Test func setsAndClearsCustomFields() throws {
    let desk = try Desk()
    try desk.folder.write(
      "sheet.csv",
      """
      id,customFields.c.callback_ok,customFields.c.callback_at,customFields.c.region
      7,yes,20-11-2026 09:30,<null>

      """)
    let effects = try effects(
      desk,
      of: desk.run(
        "sheet.csv", "--custom-field", "customFields.c.callback_ok=boolean", "--custom-field",
        "customFields.c.callback_at=datetime", "--custom-field", "customFields.c.region=menu", "--datetime",
        "dd-MM-yyyy HH:mm", "--timezone", "Europe/Paris"))
    #expect(effects.contains("incident 7 customFields.c.callback_at: 2026-11-20T08:30:00Z"))
    #expect(try !desk.facts().contains { $0.hasPrefix("incident 7 customFields.c.region: ") })
    #expect(
      try desk.changes().map(\.body) == [
        #"{"customFields":{"c":{"callback_ok":true,"callback_at":"2026-11-20T08:30:00Z","region":null}}}"#
      ])
  }

  /// Rows that name one record by its id and by its reference number are rows of one record.
  @Test func keepsTheOrderOfARecordWhateverItsRowsCallIt() throws {
    let desk = try Desk(records: [
      #"{"resource": "incidents", "id": 7, "referenceNumber": "260101-000007", "subject": "Seven"}"#,
      #"{"resource": "incidents", "id": 8, "referenceNumber": "260101-000008", "subject": "Eight"}"#,
    ])
    let rows = (1...40).map { row in
      row.isMultiple(of: 2)
        ? #"{"id": 7, "subject": "row \#(row)"}"#
        : #"{"referenceNumber": "260101-00000\#(row.isMultiple(of: 5) ? 8 : 7)", "subject": "row \#(row)"}"#
    }
    try desk.folder.write("sheet.jsonl", rows.map { $0 + "\n" }.joined())
    try desk.call(desk.run("sheet.jsonl", "--lanes", "8"), exits: 0)
    for record in [Int64(7), 8] {
      let order = try desk.changes().filter { $0.recordID == record }
        .compactMap { $0.body.firstMatch(of: /row (\d+)/).flatMap { Int($0.1) } }
      #expect(order == order.sorted())
      #expect(order.count == (record == 7 ? 36 : 4))
    }
    #expect(try desk.facts().contains("incident 7 subject: row 40"))
  }

  @Test func aKeyThatNamesNothingFailsItsRow() throws {
    let desk = try Desk(incidents: 3)
    try desk.folder.write("sheet.csv", "referenceNumber,subject\n260101-999999,a\n")
    let result = try desk.call(desk.run("sheet.csv"), exits: 1)
    #expect(result.standardOutput.contains("no record has referenceNumber '260101-999999'"))
    #expect(try desk.changes().isEmpty)
  }

  @Test func keepsTheSitesReactionsFromRunningWhenAsked() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 2, incidents: 2)
    let result = try desk.call(
      desk.run("sheet.csv", "--suppress", "rules"), exits: 0)
    #expect(
      try desk.changes().map(\.suppressed)
        == ["osvc-crest-suppress-rules", "osvc-crest-suppress-rules"])
    #expect(result.standardOutput.contains("rules"))
    try desk.folder.write("sheet.csv", "id,subject\n1,other\n")
    try desk.call(desk.run("sheet.csv"), exits: 0)
    #expect(try desk.changes().last?.suppressed == nil)
  }
}
