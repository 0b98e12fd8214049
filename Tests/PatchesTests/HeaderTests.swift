import Catalog
import Foundation
import Patches
import Sheets
import Testing

/// The findings about a header, a mapping and constants.
private func findings(_ header: [String]?, _ options: PatchOptions = PatchOptions()) -> [Finding] {
  PatchBuilder.make(resource: .incidents, options: options, header: header).findings
}

@Suite struct HeaderTests {
  @Test(arguments: [
    ("subjet", "unknown-column", "did you mean 'subject'?"),
    ("Subject", "unknown-column", "did you mean 'subject'?"),
    ("assigned_to.account", "unknown-column", "did you mean 'assignedTo.account'?"),
    ("status", "unknown-column", "did you mean 'statusWithType.status'?"),
    ("threads.text", "unknown-column", "did you mean 'threads.append.text' or 'threads.rewrite.text'?"),
    ("assignedTo", "unknown-column", "did you mean 'assignedTo.account' or 'assignedTo.staffGroup'?"),
    ("threads.apend.text", "unknown-column", "did you mean 'threads.append.text'?"),
    (
      "Requested by", "unknown-column",
      "map it with 'columns' in the job, leave it out with 'ignore', or give its type in 'extra_attributes'"
    ),
    ("", "unknown-column", "name it, or take it out of the sheet"),
    ("closedTime", "read-only", "follows statusWithType.status"),
    ("statusWithType.statusType", "read-only", "follows statusWithType.status"),
    ("source.parents", "read-only", nil),
    ("milestoneInstances", "read-only", nil),
    ("threads.append.account", "read-only", nil),
    ("threads.rewrite.channel", "create-only", "leave it out: the thread keeps its value"),
    ("threads.append.id", "selector", nil),
    ("fileAttachments.update.data", "create-only", nil),
    ("fileAttachments.add.formData", "not-in-sheets", "accepted only in an HTML form upload"),
    ("customFields.c.", "unknown-column", nil),
    ("otherContacts.add.id", "unknown-column", nil),
    ("subject.text", "unknown-column", nil),
  ])
  func refusesAColumn(_ name: String, _ rule: String, _ hint: String?) throws {
    let made = PatchBuilder.make(
      resource: .incidents, options: PatchOptions(), header: ["id", "queue", name])
    #expect(made.builder == nil)
    let finding = try #require(made.findings.first)
    #expect(made.findings.count == 1)
    #expect(finding.rule == rule)
    #expect(finding.row == 0)
    #expect(finding.column == name)
    if let hint { #expect(finding.hint == hint) }
  }

  @Test(arguments: [
    "subject", "assignedTo.account", "statusWithType.status", "customFields.c.region",
    "customFields.Field.PartCode", "threads.append.text", "threads.rewrite.entryType",
    "fileAttachments.add.file", "fileAttachments.add.description",
  ])
  func takesAColumn(_ name: String) {
    #expect(findings(["id", name]).filter { $0.severity == .error }.isEmpty)
  }

  @Test func reportsEverythingAtOnce() {
    let made = findings(
      ["Subject", "closedTime", "queue", "queue"], options { $0.columns = ["Team": "queue"] })
    #expect(
      made.map(\.rule) == [
        "unknown-column", "read-only", "duplicate-column", "missing-column", "missing-key-column",
      ])
  }

  @Test func saysWhichHeaderComesNearestToAMappedOne() {
    let made = findings(
      ["id", "Teem", "queue"],
      options {
        $0.columns = ["Team": "severity"]
        $0.ignored = ["Teem"]
      })
    #expect(made.map(\.rule) == ["missing-column"])
    #expect(made.first?.column == "Team")
    #expect(made.first?.hint == "did you mean 'Teem'?")
  }

  @Test func namesTheFreeHeadersWhereNoneComesNear() {
    let made = findings(["id", "Group", "queue"], options { $0.columns = ["Owner": "severity"] })
    let missing = made.first { $0.rule == "missing-column" }
    #expect(missing?.hint == "the job uses none of 'id', 'Group', 'queue'")
  }

  @Test func refusesAMappingToAnUnknownAttribute() {
    let made = findings(["id", "Team"], options { $0.columns = ["Team": "assignedTo.stafGroup"] })
    #expect(made.map(\.rule) == ["unknown-attribute"])
    #expect(made.first?.hint == "did you mean 'assignedTo.staffGroup'?")
  }

  @Test func refusesTwoColumnsForOneAttribute() {
    let made = findings(["id", "Team", "queue"], options { $0.columns = ["Team": "queue"] })
    #expect(made.map(\.rule) == ["duplicate-column"])
    #expect(made.first?.column == "queue")
  }

  @Test func refusesTwoKeyColumnsOfOneAttribute() {
    let made = findings(["Incident", "id", "queue"], options { $0.columns = ["Incident": "id"] })
    #expect(made.map(\.rule) == ["duplicate-column"])
  }

  @Test func refusesAColumnBothMappedAndIgnored() {
    let made = findings(
      ["id", "queue", "Note"],
      options {
        $0.columns = ["Note": "subject"]
        $0.ignored = ["Note"]
      })
    #expect(made.map(\.rule) == ["conflicting-column"])
  }

  @Test func asksForAKeyAndNamesWhatLooksLikeOne() {
    let made = findings(["ID", "queue"], options { $0.ignored = ["ID"] })
    #expect(made.map(\.rule) == ["missing-key-column"])
    #expect(made.first?.hint == "rename 'ID', or map it to id with 'columns' in the job")
  }

  @Test(arguments: ["id", "referenceNumber", "lookupName"])
  func takesEachKey(_ key: String) { #expect(findings([key, "queue"]).isEmpty) }

  @Test func asksForSomethingToChange() {
    #expect(findings(["id"]).map(\.rule) == ["nothing-to-change"])
    #expect(findings(["id", "x"], options { $0.ignored = ["x"] }).map(\.rule) == ["nothing-to-change"])
  }

  @Test func skipsTheColumnsOfResultFiles() throws {
    let header = ["id", "queue"] + PatchBuilder.resultColumns.sorted()
    let builder = try builder(header)
    #expect(builder.columns.filter { $0.role == .result }.count == 9)
    let built = builder.build(row(["771", "7"] + PatchBuilder.resultColumns.map { _ in "#N/A" }))
    #expect(built.body == #"{"queue":{"id":7}}"#)
  }

  @Test func saysWhatEachColumnIsFor() throws {
    let builder = try builder(
      ["Incident", "Assign to", "Requested by", "_row"],
      options {
        $0.columns = ["Incident": "id", "Assign to": "assignedTo.account"]
        $0.ignored = ["Requested by"]
      })
    #expect(
      builder.columns.map(\.role) == [
        .key(attribute: "id"), .attribute(path: "assignedTo.account"), .ignored, .result,
      ])
    #expect(builder.columns.map(\.header) == ["Incident", "Assign to", "Requested by", "_row"])
  }

  @Test(arguments: [
    ("threads.append.entrytype", "1", "unknown-attribute"),
    ("closedTime", "2024-01-01T00:00:00Z", "read-only"),
    ("threads.append.entryType", "9", "unknown-id"),
    ("subject", " ", "blank-constant"),
    ("subject", String(repeating: "x", count: 241), "too-long"),
    ("statusWithType.status", "<null>", "not-null"),
    ("severity", "#N/A", "failed-formula"),
    ("id", "771", "constant-key"),
    ("queue", "3", "duplicate-column"),
  ])
  func refusesAConstant(_ path: String, _ value: String, _ rule: String) {
    let made = findings(["id", "queue"], options { $0.constants = [(path, value)] })
    #expect(made.map(\.rule) == [rule])
    #expect(made.first?.column == path)
    #expect(made.first?.row == 0)
  }

  @Test(arguments: [
    ("dd-MM-yy HH:mm", "bad-datetime-format"), ("dd MMM yyyy", "bad-datetime-format"),
    ("dd-MM", "bad-datetime-format"), ("dd-MM-yyyy hh:mm", "bad-datetime-format"),
    ("dd-MM-yyyy 'at", "bad-datetime-format"), ("dd-MM-yyyy dd", "bad-datetime-format"),
    ("dd-MM-yyyy HH:mm X", "bad-datetime-format"),
  ])
  func refusesAFormatOfTimes(_ format: String, _ rule: String) {
    let zone = TimeZone(secondsFromGMT: 0)
    let made = findings(
      ["id", "queue"],
      options {
        $0.dateTimeFormat = format
        $0.timeZone = zone
      })
    #expect(made.map(\.rule) == [rule])
  }

  /// Found in review: with both exchanged, the fifth of February at 10:11 was read as the fifth of November at 10:02.
  @Test(arguments: [
    "dd-mm-yyyy HH:MM", "yyyy-mm-dd HH:MM:ss", "mm/dd/yyyy hh:MM a", "HH:MM dd.mm.yyyy", "yyyy/dd/mm HH:MM",
    "yyyymmddHHMM", "dd.MM.yyyy mm:HH", "dd.MM.yyyy mm:ss", "dd.MM.yyyy HH:ss", "dd yyyy HH:MM",
  ])
  func refusesMinutesInTheDateAndAMonthInTheTime(_ format: String) throws {
    let made = findings(
      ["id", "queue"],
      options {
        $0.dateTimeFormat = format
        $0.timeZone = TimeZone(secondsFromGMT: 0)
      })
    let finding = try #require(made.first)
    #expect(made.map(\.rule) == ["bad-datetime-format"])
    #expect(finding.hint?.contains("mm") == true)
  }

  @Test(arguments: [
    "dd-MM-yyyy HH:mm", "yyyyMMddHHmmss", "HH:mm dd.MM.yyyy", "HH:mm MM/dd/yyyy", "yyyy-MM-dd'T'HH:mm:ss",
    "M/d/yyyy a h:mm", "yyyy.d.M", "dd-MM-yyyy HH",
  ])
  func takesAFormatOfTimes(_ format: String) {
    let made = findings(
      ["id", "queue"],
      options {
        $0.dateTimeFormat = format
        $0.timeZone = TimeZone(secondsFromGMT: 0)
      })
    #expect(made.isEmpty)
  }

  @Test func asksForAZoneBesideAFormatOfTimes() {
    let made = findings(["id", "queue"], options { $0.dateTimeFormat = "dd-MM-yyyy HH:mm" })
    #expect(made.map(\.rule) == ["missing-timezone"])
  }

  @Test func refusesABlankNullMarker() {
    #expect(findings(["id", "queue"], options { $0.nullMarker = " " }).map(\.rule) == ["bad-null-marker"])
  }

  @Test func refusesACustomTypeForAnAttributeOfTheService() {
    let made = findings(["id", "queue"], options { $0.customFields = ["queue": .menu] })
    #expect(made.map(\.rule) == ["not-a-custom-field"])
  }

  @Test func namesWhatNoSourceConfirmsOnce() throws {
    let made = PatchBuilder.make(
      resource: .incidents, options: PatchOptions(),
      header: [
        "id", "billedMinutes.update.id", "billedMinutes.update.minutes", "fileAttachments.update.id",
        "fileAttachments.update.description", "otherContacts.add",
      ])
    #expect(made.findings.map(\.rule) == ["unconfirmed", "unconfirmed", "unconfirmed"])
    #expect(made.findings.allSatisfy { $0.severity == .warning && $0.row == 0 })
    let row = try #require(made.builder).build(row(["771", "3", "20", "", "", "9; name:A. Person"]))
    #expect(row.findings.isEmpty)
  }

  @Test func mapsMembersOfJSONL() throws {
    let builder = try builder(
      nil, options { $0.columns = ["Incident": "id", "Note": "threads.append.text"] })
    #expect(builder.columns.map(\.header) == ["Incident", "Note"])
    #expect(
      findings(nil, options { $0.columns = ["Note": "threads.append.txt"] }).map(\.rule) == [
        "unknown-attribute"
      ])
  }

  @Test(
    arguments: [
      ([["#TYPE Report"], ["id", "subject"], ["1", "x"]], 2),
      ([["Open incidents"], ["Support desk"], ["id", "subject", "Owner"], ["1", "x", "y"]], 3),
      ([["id,subject"], ["1", "x"]], nil), ([["a", "b"], ["1", "x"]], nil), ([["Title"], ["id"]], nil),
    ] as [([[String]], Int?)])
  func findsAHeaderFurtherDown(_ records: [[String]], _ line: Int?) {
    let reading = records.enumerated().map { (line: $0 + 1, cells: $1) }
    let found = PatchBuilder.headerLine(
      in: [reading.map { ($0.line, [$0.cells.joined(separator: ";")]) }, reading], resource: .incidents,
      options: options())
    #expect(found == line)
  }
}
