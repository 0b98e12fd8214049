import Foundation
import TestSupport
import Testing

/// The folder of runs that a command means, wherever it is typed, and what can be read in it.
@Suite(.blocking) struct StateFolderTests {
  /// A run in the folder `A` whose runs are in `A/state`.
  private func desk() throws -> Desk {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("A/sheet.csv", "id,subject\n1,one\n2,two\n")
    try desk.folder.write("B/.keep", "")
    let run = try desk.bulkpatch.shell(
      "cd A && bulkpatch run --yes sheet.csv --resource incidents --site \(desk.url) --state-dir state --canary 1 -q"
    )
    #expect(run.exitCode == 3, "\(run.standardError)")
    return desk
  }

  @Test(arguments: ["latest --state-dir ../A/state", "../A/state/*-sheet"])
  func isTheOneThatIsSeenFromWhereTheCommandIsTyped(run: String) throws {
    let desk = try desk()
    let script = "cd B && bulkpatch resume --yes \(run) -q && bulkpatch rollback --yes \(run) -q"
    let result = try desk.bulkpatch.shell(script)
    #expect(result.exitCode == 0, "\(result.standardError)")
    // Locks and the rollback run are where the run is, and nowhere else.
    let folders = try desk.bulkpatch.shell("find . -name locks; ls A/state").standardOutput.split(
      separator: "\n")
    #expect(folders.filter { $0.hasSuffix("locks") } == ["./A/state/locks", "locks"])
    #expect(folders.contains { $0.hasSuffix("-sheet-rollback") })
  }

  @Test func namesCommandsThatWorkFromTheOtherFolder() throws {
    let desk = try desk()
    try desk.folder.write("A/sheet.csv", "id,subject\n1,one\n99,two\n")
    let run = try desk.bulkpatch.shell(
      "cd A && bulkpatch run --yes sheet.csv --resource incidents --site \(desk.url) --state-dir state -q")
    #expect(run.exitCode == 1, "\(run.standardError)")
    let shown = try desk.bulkpatch.shell("cd B && bulkpatch show latest --state-dir ../A/state")
      .standardOutput
    let lines = shown.split(separator: "\n").map { $0.trimmingPrefix("  ") }
    let commands = lines.filter { $0.hasPrefix("cd ") }
    #expect(commands.count == 2, "\(shown)")
    let typed = try desk.bulkpatch.shell("cd B && (\(commands.joined(separator: ") && (")))")
    #expect(typed.exitCode == 1, "\(typed.standardError)")
  }

  @Test(
    .enabled("this machine cannot mount anything") {
      try BinaryRunner(in: TemporaryFolder()).shell("unshare -rm true").exitCode == 0
    })
  func canBeReadOnAMountForReadingOnly() throws {
    let desk = try desk()
    try desk.folder.write(
      "script.sh",
      """
      mount --bind A/state B && mount -o remount,ro,bind B || exit 99
      bulkpatch show latest --state-dir B && bulkpatch results latest --state-dir B && bulkpatch runs --state-dir B
      """)
    let result = try desk.bulkpatch.shell("unshare -rm sh script.sh")
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardOutput.contains("applied"))
    #expect(result.standardError.isEmpty)
  }
}
