import Foundation
import GRDB
import TestSupport
import Testing

/// `key: {match: …}`: records are named by attributes of the job's choice.
@Suite(.blocking) struct OwnKeyTests {
  private func desk() throws -> Desk {
    try Desk(
      records: [
        (1, "T-1", 2), (2, "T-2", 2), (3, "T-2", 3), (4, "it's; T%", 2), (5, "T-5", 2),
      ].map { id, ticket, product in
        #"{"resource": "incidents", "id": \#(id), "subject": "s", "product": {"id": \#(product)}, "customFields": {"c": {"external_ref": "\#(ticket)"}}}"#
      })
  }

  private func job(_ desk: Desk, _ match: String) throws {
    try desk.folder.write(
      "job.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nkey: {match: {\(match)}}\ncolumns: {Subject: subject}\n"
    )
  }

  @Test func oneAttributeNamesARecord() throws {
    let desk = try desk()
    try job(desk, "customFields.c.external_ref: Ticket")
    try desk.folder.write(
      "sheet.csv", "Ticket,Subject\nT-1,one\nit's; T%,four\nT-2,two\nT-9,nine\nT-1,one again\n")
    try desk.call(["run", "job.yaml", "--lanes", "4"], exits: 1)
    #expect(try desk.counts() == ["applied": 3, "failed": 2])
    let own = try desk.changes().filter { $0.recordID == 1 }.map(\.body)
    #expect(own == [#"{"subject":"one"}"#, #"{"subject":"one again"}"#])
    let failed = try desk.call(["results", "latest", "--state", "failed"], exits: 0).standardOutput
    #expect(failed.contains("2 records have customFields.c.external_ref 'T-2': 2, 3"), "\(failed)")
    #expect(failed.contains("no record has customFields.c.external_ref 'T-9'"), "\(failed)")
  }

  @Test func severalNameARecordTogether() throws {
    let desk = try desk()
    try job(desk, "customFields.c.external_ref: Ticket, product: Product")
    try desk.folder.write(
      "sheet.csv",
      "Ticket,Product,Subject\nT-2,FishPhone Mini,three\nT-2,FishPhone,two\nT-1,Tablets,none\nT-5,,no product\n"
    )
    let check = try desk.call(["check", "job.yaml"], exits: 1)
    #expect(
      check.standardOutput.contains("-> customFields.c.external_ref, the key"), "\(check.standardOutput)")
    try desk.call(["run", "job.yaml"], exits: 1)
    #expect(try desk.counts() == ["applied": 2, "failed": 1, "rejected": 1])
    #expect(
      try desk.changes().map { "\($0.recordID) \($0.body)" }.sorted() == [
        #"2 {"subject":"two"}"#, #"3 {"subject":"three"}"#,
      ])
  }

  /// Two keys, of which one is the record's own number, are one record, in order.
  @Test func twoKeysOfOneRecordAreInOrder() throws {
    let desk = try desk()
    try job(desk, "customFields.c.external_ref: Ticket")
    try desk.folder.write(
      "sheet.csv", "id,Ticket,Subject\n1,,a\n,T-1,b\n1,,c\n,T-1,d\n")
    try desk.call(["run", "job.yaml", "--lanes", "8"], exits: 0)
    #expect(try desk.changes().map(\.body) == ["a", "b", "c", "d"].map { #"{"subject":"\#($0)"}"# })
  }

  @Test func whatCannotBeAKeyIsNamed() throws {
    let desk = try desk()
    try desk.folder.write("sheet.csv", "Ticket,Subject\nT-1,one\n")
    for (match, message) in [
      ("subjct: Ticket", "no attribute of incidents is called subjct"),
      ("updatedTime: Ticket", "updatedTime is of type dateTime, which cannot name a record"),
      ("referenceNumber: Subject", "the column 'Subject' is subject as well"),
    ] {
      try job(desk, match)
      #expect(try desk.call(["check", "job.yaml"], exits: 78).standardError.contains(message))
    }
  }
}
