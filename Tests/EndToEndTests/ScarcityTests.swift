import Foundation
import TestSupport
import Testing

/// Scarce resources: threads and open files.
@Suite(.blocking) struct ScarcityTests {
  /// A user without other processes that would count against its limit; only root can become one.
  private static let stranger = "setpriv --reuid=61234 --regid=61234 --clear-groups"

  @Test(
    .enabled("only root can become another user") {
      try BinaryRunner(in: TemporaryFolder()).shell("\(stranger) prlimit --nproc=9 true").exitCode == 0
    },
    arguments: [
      (16, Int32(0), "too few threads for 24 lanes; using "), (6, 74, "too few threads: nothing was sent"),
    ])
  func worksWithTheThreadsThatThereAre(limit: Int, code: Int32, message: String) throws {
    let desk = try Desk(incidents: 40)
    try desk.writeSheet(rows: 80, incidents: 40)
    let result = try desk.bulkpatch.shell(
      """
      mkdir -m 777 theirs && chmod 755 . && cp sheet.csv theirs && cd theirs
      cp "$(command -v bulkpatch)" program
      HOME=$PWD XDG_STATE_HOME=$PWD timeout -k 1 60 \(Self.stranger) prlimit --nproc=\(limit) \
      ./program run sheet.csv --resource incidents --site \(desk.url) --lanes 24 --yes
      """)
    #expect(result.exitCode == code, "\(result.standardError)")
    #expect(result.standardError.contains(message), "\(result.standardError)")
    #expect(try desk.changes().count == (code == 0 ? 80 : 0))
  }

  @Test(
    .enabled("only root can become another user") {
      try BinaryRunner(in: TemporaryFolder()).shell("\(stranger) prlimit --nproc=9 true").exitCode == 0
    }, arguments: ["runs", "show latest", "results latest", "verify latest"])
  func noCommandWaitsForThreadsThatNeverCome(command: String) throws {
    let bulkpatch = try BinaryRunner(in: TemporaryFolder())
    let result = try bulkpatch.shell(
      """
      chmod 755 . && cp "$(command -v bulkpatch)" program
      HOME=/ XDG_STATE_HOME=/ timeout -k 1 60 \(Self.stranger) prlimit --nproc=1 ./program \(command)
      """)
    #expect(result.exitCode == 74, "\(result.standardError)")
    #expect(result.standardError.contains("too few threads: nothing was sent"), "\(result.standardError)")
  }

  /// A process that may open hardly any files says so, and does not mistake it for something else.
  @Test(arguments: [
    (6, Int32(74), "too few files: nothing was sent"), (12, 74, "too few files: nothing was sent"),
    (20, 74, "too few files: nothing was sent"), (80, 0, "too few open files for 24 lanes; using "),
  ])
  func worksWithTheFilesThatItMayOpen(limit: Int, code: Int32, message: String) throws {
    let desk = try Desk(incidents: 40)
    try desk.writeSheet(rows: 80, incidents: 40)
    let result = try desk.bulkpatch.shell(
      """
      ulimit -n \(limit)
      exec timeout -k 1 60 bulkpatch run --yes sheet.csv --resource incidents --site \(desk.url) --lanes 24 --yes
      """)
    #expect(result.exitCode == code, "\(result.standardError)")
    #expect(result.standardError.contains(message), "\(result.standardError)")
    #expect(try desk.changes().count == (code == 0 ? 80 : 0))
  }

  /// Down to a number of files in which even SQLite's shared memory does not fit.
  @Test(arguments: [8, 20, 40])
  func aFileThatMayHardlyGrowIsNamedAsSuch(blocks: Int) throws {
    let desk = try Desk(incidents: 1)
    try desk.writeSheet(rows: 300, incidents: 1)
    let result = try desk.bulkpatch.shell(
      "ulimit -f \(blocks); exec bulkpatch run --yes sheet.csv --resource incidents --site \(desk.url)")
    #expect(result.exitCode == 74, "\(result.standardError)")
    #expect(
      result.standardError.contains("cannot grow beyond the file size limit (ulimit -f)"),
      "\(result.standardError)")
  }

  /// A disk too small for the rows, and one too small for their outcomes.
  @Test(arguments: [300, 600]) func aFileThatMayNotGrowIsLikeAFullDisk(blocks: Int) throws {
    let desk = try Desk(incidents: 40)
    try desk.writeSheet(rows: 3_000, incidents: 40)
    let result = try desk.bulkpatch.shell(
      """
      (ulimit -f \(blocks); exec bulkpatch run --yes sheet.csv --resource incidents --site \(desk.url) 2>&1); echo "exit $?"
      bulkpatch resume --yes latest --lanes 16 --quiet; echo "exit $?"
      """)
    #expect(
      result.standardOutput.contains("cannot grow beyond the file size limit (ulimit -f)"))
    #expect(result.standardOutput.contains("\nexit 74\n"), "\(result)")
    #expect(result.standardOutput.hasSuffix("exit 0\n"), "\(result)")
    #expect(try desk.counts() == ["applied": 3_000])
  }
}
