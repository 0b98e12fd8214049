import Foundation
import GRDB
import TestSupport
import Testing

/// Resources that no catalogue file describes: saved, accepted, run, verified and rolled back.
@Suite(.blocking) struct UnlistedRunTests {
  /// A desk of the site that a sample describes, with opportunities and a custom object.
  private func makeDesk(_ options: String...) throws -> Desk {
    let desk = try Desk(
      incidents: 0,
      options: [
        "--records", "opportunities=60", "--records", "CO.Services=30", "--catalogue",
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
          .appendingPathComponent("../../samples/site-model.json").standardizedFileURL.path,
      ] + options)
    // What is given up after a second cannot come later.
    try desk.writeSites(request: "1s")
    return desk
  }

  private func save(_ resource: String, _ site: String, _ desk: Desk) throws {
    try desk.call(["resources", resource, "--site", site, "--save", "overlay.json"], exits: 0)
  }

  private func run(_ resource: String, _ site: String, _ options: String...) -> [String] {
    ["run", "sheet.csv", "--resource", resource, "--site", site, "--overlay", "overlay.json"] + Desk.quick
      + options
  }

  /// The stored documents by number, except for who changed them and when.
  private func facts(_ desk: Desk) throws -> [String: [String: String]] {
    try desk.read(desk.database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT number, value.key AS name, value.value AS value FROM fusion_row, json_each(document) AS value
          WHERE entity = 'opportunities' AND value.key NOT LIKE 'LastUpdate%'
          """)
      return rows.reduce(into: [:]) {
        $0[$1["number"], default: [:]][$1["name"]] = "\($1["value"] as DatabaseValue)"
      }
    }
  }

  private func writeSheet(_ desk: Desk) throws -> [String] {
    let numbers = try facts(desk).keys.sorted()
    let rows = numbers.enumerated().map { "\($1),Deal \($0),\($0).25\n" }
    try desk.folder.write("sheet.csv", "OptyNumber,Name,Revenue\n" + rows.joined())
    return numbers
  }

  @Test func nothingIsSentBeforeItsRulesAreAccepted() throws {
    let desk = try makeDesk()
    try save("opportunities", "interactions", desk)
    _ = try writeSheet(desk)
    let before = try facts(desk)
    let refused = try desk.call(run("opportunities", "interactions", "--yes"), exits: 64)
    #expect(refused.standardError.contains("the rules for that are not accepted"), "\(refused.standardError)")
    for option in ["--no-snapshot", "--no-verify"] {
      try desk.call(run("opportunities", "interactions", "--accept-unlisted", option), exits: 64)
    }
    #expect(try facts(desk) == before)
    // Whoever is asked sees them in the question.
    let asked = try desk.call(
      ["resume", "latest"] + Desk.quick, exits: 0, standardInput: "y\n", confirms: false)
    #expect(
      asked.standardError.contains("opportunities: a rollback restores only what was read before and after"),
      "\(asked.standardError)")
    #expect(try desk.counts() == ["applied": 60])
  }

  @Test func areChangedVerifiedAndPutBackWithoutTheFile() throws {
    let desk = try makeDesk()
    try save("opportunities", "interactions", desk)
    let before = try facts(desk)
    let numbers = try writeSheet(desk)
    #expect(numbers.contains { $0.contains("/") } && numbers.contains { $0.contains(" ") })
    try desk.call(run("opportunities", "interactions", "--accept-unlisted", "--batch", "auto"), exits: 0)
    try FileManager.default.removeItem(atPath: desk.folder.path("overlay.json"))
    #expect(try desk.counts() == ["applied": 60])
    // One request a row, whatever 'batch' says.
    #expect(try desk.changes().count == 60)
    try desk.call(["verify", "latest", "--quiet"], exits: 0)
    #expect(try facts(desk)[numbers[7]]?["Revenue"] == "7.25")
    try desk.call(["rollback", "latest"] + Desk.quick, exits: 0)
    #expect(try facts(desk) == before)
  }

  /// A run that stopped early has read nothing back; a verification does.
  @Test func aRollbackRestoresOnlyWhatWasReadBack() throws {
    let desk = try makeDesk("--fault", "PATCH opportunities after=20 times=1 status=400")
    try save("opportunities", "interactions", desk)
    let before = try facts(desk)
    _ = try writeSheet(desk)
    try desk.call(
      run("opportunities", "interactions", "--accept-unlisted", "--lanes", "1", "--stop-after-failures", "1"),
      exits: 3)
    let source = try URL(fileURLWithPath: desk.runPath("run.sqlite")).deletingLastPathComponent()
      .lastPathComponent
    let done = try facts(desk)
    #expect(done != before)
    let left = try desk.call(["rollback", "latest"] + Desk.quick, exits: 5)
    #expect("\(left.standardError)\(left.standardOutput)".contains("was not read back as it was written"))
    #expect(try facts(desk) == done)
    try desk.call(["verify", source, "--quiet"], exits: 0)
    try desk.call(["rollback", source] + Desk.quick, exits: 0)
    #expect(try facts(desk) == before)
  }

  /// The catalogue has accounts and interactions of Fusion CX alone, but a site of B2C Service has accounts, too.
  @Test func aNameOfTheOtherAPIMeansWhatTheSiteHas() throws {
    let desk = try makeDesk()
    try desk.folder.write("sheet.csv", "id,login\n1,ana\n")
    let check = ["check", "sheet.csv", "--resource", "accounts", "--site", "incidents"]
    for command in [check, ["resources", "accounts", "--site", "incidents"]] {
      let refused = try desk.call(command, exits: 78)
      #expect(
        refused.standardError.contains("is of kind b2c-service, but accounts are served by fusion-cx"),
        "\(refused.standardError)")
    }
    try save("accounts", "incidents", desk)
    #expect(try desk.folder.read("overlay.json").contains(#""api": "b2c-service""#))
    for command in [check, ["resources", "accounts", "--site", "incidents"]] {
      try desk.call(command + ["--overlay", "overlay.json"], exits: 0)
    }
    // At another site of the file, the name means what the catalogue has.
    try desk.call(["resources", "accounts", "--site", "interactions", "--save", "other.json"], exits: 0)
    #expect(try desk.folder.read("other.json").contains(#""api": "fusion-cx""#))
    for (name, site, words) in [
      ("interactions", "incidents", "hint: interactions of the catalogue are served by fusion-cx"),
      ("CO.Services", "interactions", "but CO.Services are served by b2c-service"),
      ("fusion-cx/accounts", "incidents", "but accounts are served by fusion-cx"),
      ("b2c-service/accounts", "interactions", "but accounts are served by b2c-service"),
      ("nothing", "interactions", "there is no resource 'nothing' at the site"),
    ] {
      let refused = try desk.call(["resources", name, "--site", site, "--save", "none.json"], exits: 78)
      #expect(refused.standardError.contains(words), "\(refused.standardError)")
    }
    #expect(!FileManager.default.fileExists(atPath: desk.folder.path("none.json")))
  }

  @Test func aCustomObjectIsChangedAsOthersAre() throws {
    let desk = try makeDesk()
    try save("CO.Services", "incidents", desk)
    try desk.folder.write(
      "sheet.csv",
      "id,Name,Status,Active,Price\n1,One,Under way,yes,12\n2,Two,<null>,no,<null>\n3,Three,Nonsense,,\n")
    try desk.call(run("CO.Services", "incidents", "--verify"), exits: 1)
    #expect(try desk.states() == [1: "applied", 2: "applied", 3: "rejected"])
    try desk.call(["rollback", "latest"] + Desk.quick, exits: 0)
  }
}
