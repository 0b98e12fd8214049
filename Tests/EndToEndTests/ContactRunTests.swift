import Foundation
import TestSupport
import Testing

/// Contacts of B2C Service through the real binary: addresses that go by their types, each at its own address.
@Suite(.blocking) struct ContactRunTests {
  /// Primary addresses change, alternate ones are added or removed, and names change along.
  private static let sheet = """
    id,name.first,emails.0.address,emails.1.address,phones.1.number
    1,Eva,eva@example.com,,
    2,,two@example.com,zwei@example.com,555-2
    4,,,<null>,
    8,,,acht@example.com,<null>

    """

  @Test(arguments: [["--lanes", "2"], ["--no-snapshot"], ["--fault", "lost"]])
  func severalAddressesChangeInOneRowAndAreRolledBack(options: [String]) throws {
    let isLossy = options[0] == "--fault"
    let desk = try Desk(
      incidents: 1,
      options: isLossy ? ["--fault", "* contacts rate=0.3 times=6 reset=after-commit", "--seed", "5"] : [])
    try desk.writeSites(request: "1s")
    let before = try desk.contactFacts()
    try desk.folder.write("sheet.csv", Self.sheet)
    let run = desk.contactRun("sheet.csv") + (isLossy ? [] : options)
    try desk.call(run, exits: 0)
    #expect(try desk.states().values.allSatisfy { $0 == "applied" })
    let (primary, alternate) = (try desk.addresses(ofType: 0), try desk.addresses(ofType: 1))
    #expect(
      primary[1] == "eva@example.com" && primary[2] == "two@example.com"
        && primary[3] == "contact3@example.com")
    #expect(alternate[2] == "zwei@example.com" && alternate[4] == nil && alternate[8] == "acht@example.com")
    #expect(try desk.contactFacts()[1]?.hasPrefix("Eva ") == true)
    let committed = try desk.committed()
    #expect(
      Set(committed.keys) == [
        "contacts/1", "contacts/1/emails/0", "contacts/2/emails/0", "contacts/2/emails", "contacts/2/phones",
        "contacts/4/emails/1", "contacts/8/emails/1",
      ])
    guard options != ["--no-snapshot"] else { return }
    // A part that was carried out is not sent again.
    #expect(committed.values.allSatisfy { $0 == 1 })
    let changes = try desk.runText("changes.csv")
    #expect(changes.contains("2,emails[1].address,") && changes.contains("4,emails[1].address,"))
    try desk.call(["verify", "latest"], exits: 0)
    try desk.call(["rollback", "latest", "--yes"] + Desk.quickLooks, exits: 0)
    #expect(try desk.contactFacts() == before)
  }

  @Test func typesAreNamedAndRowsOfOneContactKeepTheirOrder() throws {
    let desk = try Desk(incidents: 1)
    try desk.writeSites(request: "1s")
    try desk.folder.write(
      "sheet.csv",
      """
      id,emails.set.addressType,emails.set.address
      5,Email - Primary,one@example.com
      5,Alternate Email 1,two@example.com
      5,Email - Primary,three@example.com
      6,Email of the boss,x@example.com

      """)
    try desk.call(desk.contactRun("sheet.csv"), exits: 1)
    #expect(try desk.states() == [1: "applied", 2: "applied", 3: "applied", 4: "rejected"])
    #expect(try desk.addresses(ofType: 0)[5] == "three@example.com")
    #expect(try desk.addresses(ofType: 1)[5] == "two@example.com")
    try desk.call(["verify", "latest"], exits: 0)
    try desk.call(["rollback", "latest", "--yes"] + Desk.quickLooks, exits: 0)
    #expect(try desk.addresses(ofType: 0)[5] == "contact5@example.com")
    #expect(try desk.addresses(ofType: 1)[5] == nil)
  }

  @Test func aPlanShowsAddressesAndIsKeptTo() throws {
    let desk = try Desk(incidents: 1)
    try desk.writeSites(request: "1s")
    try desk.folder.write(
      "sheet.jsonl",
      #"{"id": 7, "emails": [{"addressType": {"id": 0}, "address": "new@example.com"}, {"addressType": {"id": 1}, "address": "more@example.com"}]}"#
        + "\n")
    try desk.call(desk.contactRun("sheet.jsonl", "--dry-run"), exits: 0)
    #expect(try desk.committed().isEmpty)
    let plan = try desk.runText("plan.jsonl")
    #expect(
      plan.contains(
        #"{"list":"emails","element":{"id":0},"attribute":"address","now":"contact7@example.com","then":"new@example.com"}"#
      ), "\(plan)")
    #expect(
      plan.contains(
        #"{"list":"emails","element":{"id":1},"attribute":"address","then":"more@example.com"}"#), "\(plan)")
    try desk.call(["apply", "latest"] + Desk.quickLooks, exits: 0)
    #expect(try desk.addresses(ofType: 1)[7] == "more@example.com")
    try desk.call(desk.contactRun("sheet.jsonl", "--again"), exits: 0)
  }
}
