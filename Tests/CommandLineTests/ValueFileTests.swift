import Console
import Foundation
import Patches
import TestSupport
import Testing

@testable import Runs

/// Tables of values, in the job and in files beside it.
@Suite struct ValueFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func settings(_ text: String) throws -> JobSettings {
    try JobFile(path: folder.write("jobs/a.yaml", text)).settings
  }

  @Test func readsATableOfTheJobOrAFileBesideIt() throws {
    try folder.write("jobs/teams.csv", "Old;New\nT1;Tier 1\n T2 ;\"Tier 2; night\"\n")
    let settings = try settings(
      "values:\n  Prio: {P1: \"1 - Critical\", P2: \"\"}\n  Team: teams.csv\ndefault: {Prio: \"3\"}")
    #expect(try self.settings("values:\n  Prio:\n    # P1: \"\"\n").values == ["Prio": [:]])
    #expect(settings.values["Prio"] == ["P1": "1 - Critical", "P2": ""])
    #expect(settings.values["Team"] == ["Old": "New", "T1": "Tier 1", "T2": "Tier 2; night"])
    #expect(settings.valueTables["Prio"]?.other == "3")
  }

  @Test(
    arguments: [
      ("values: {Team: nowhere.csv}", ExitCode.noSuchFile, "there is no such file"),
      ("values: {Team: three.csv}", .configuration, "has 3 cells in place of two"),
      ("values: {Team: twice.csv}", .configuration, "'T1' is given twice, with two texts"),
      ("values: {Team: [a]}", .configuration, "'values.Team' must be a text that is not empty, not a list"),
      ("values: {Team: {T1: }}", .configuration, nil),
      ("csv: {date: dd/MM/yyyy HH:mm}", .configuration, nil),
      ("skip_rows: {last: 0}", .configuration, nil),
    ] as [(String, ExitCode, String?)])
  func namesWhatIsWrong(_ text: String, _ code: ExitCode, _ message: String?) throws {
    try folder.write("jobs/three.csv", "a,b,c\n")
    try folder.write("jobs/twice.csv", "T1,a\nT1,b\n")
    let error = #expect(throws: UserError.self) { try settings(text) }
    #expect(error?.code == code)
    if let message { #expect(error?.message == message) }
  }

  /// Every option that decides rows changes the hash; the defaults keep the hash of older runs.
  @Test func theMappingHasEveryOptionThatDecidesValues() throws {
    let plain = "resource: incidents\nsheet: a.csv\n"
    func hash(_ more: String) throws -> String {
      try RunPlan(folder.write("b.yaml", plain + more), flags: [], environment: [:]).mappingHash
    }
    let options = [
      "values: {A: {x: y}}", "default: {A: y}", "templates: {subject: \"{A}\"}", "missing_columns: ignore",
      "csv: {date: dd/MM/yyyy}", "csv: {decimal: comma}", "skip_rows: {last: 1}",
      "skip_rows: {where: Total*}",
    ]
    let hashes = try options.map { try hash($0) } + [hash("")]
    #expect(Set(hashes).count == options.count + 1)
    #expect(try hash("missing_columns: error\ncsv: {decimal: point}") == hash(""))
  }
}
