import Foundation
import TestSupport
import Testing

/// A disk that is full or read-only, in a mount namespace that ends with the test.
@Suite(.enabled("this machine lets nobody mount a small disk") { try SmallDisk.isPossible() })
struct DiskTests {
  /// Runs a script with a small disk at `disk`; `$desk` is the desk's address.
  private func script(_ desk: Desk, disk options: String, _ script: String) throws -> BinaryRunner.Result {
    try desk.folder.write("disk/.keep", "")
    try desk.folder.write("script.sh", "mount -t tmpfs -o \(options) tmpfs disk || exit 99\n" + script)
    var runner = desk.bulkpatch
    runner.environment["desk"] = desk.url
    return try runner.shell("unshare -rm sh script.sh")
  }

  @Test func fullWhileTheSheetIsRead() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3_000, incidents: 40)
    let result = try script(
      desk, disk: "size=200k",
      """
      bulkpatch run sheet.csv --resource incidents --site $desk --state-dir disk
      echo "exit $?"
      bulkpatch show latest --state-dir disk | head -n 1
      mount -o remount,size=64m disk
      bulkpatch resume latest --state-dir disk --lanes 16 --quiet
      echo "exit $?"
      bulkpatch show latest --state-dir disk --json
      """)
    #expect(result.standardOutput.hasPrefix("exit 74\nsheet: cut short while its sheet was read"))
    #expect(result.standardError.contains("run.sqlite: the disk is full\n"))
    #expect(
      result.standardError.contains(
        "hint: free some space: nothing that was done is lost; then 'bulkpatch resume \(desk.folder.url.path)/disk/"
      ))
    #expect(result.standardOutput.contains("\nexit 0\n"))
    #expect(result.standardOutput.contains("\"applied\": 3000"))
  }

  @Test func fullWhileRowsAreSent() throws {
    let desk = try Desk(incidents: 100, "--latency", "5ms")
    try desk.writeSheet(rows: 400, incidents: 100)
    let result = try script(
      desk, disk: "size=2m",
      """
      bulkpatch run sheet.csv --resource incidents --site $desk --state-dir disk --stage-only --quiet
      echo "exit $?"
      dd if=/dev/zero of=disk/filling bs=1k count=4000 2>/dev/null
      truncate -s -100K disk/filling
      bulkpatch resume latest --state-dir disk
      echo "exit $?"
      rm disk/filling
      bulkpatch resume latest --state-dir disk --quiet
      echo "exit $?"
      bulkpatch show latest --state-dir disk --json
      """)
    #expect(result.standardOutput.hasPrefix("exit 0\nexit 74\nexit 0\n"), "\(result)")
    #expect(result.standardError.contains("run.sqlite: the disk is full\nhint: free some space"))
    #expect(result.standardOutput.contains("\"applied\": 400"))
    let changes = try desk.changes()
    #expect(Set(changes.map(\.body)).count == 400)
    // Only what was in doubt was sent twice.
    #expect(changes.count < 500)
  }

  @Test func readOnly() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    let result = try script(
      desk, disk: "ro", "bulkpatch run sheet.csv --resource incidents --site $desk --state-dir disk\n")
    #expect(result.exitCode == 74)
    #expect(
      result.standardError == """
        bulkpatch: \(desk.folder.url.path)/disk: the state folder cannot be written to
        hint: check its owner and the space left, or choose another with --state-dir

        """)
    #expect(try desk.changes().isEmpty)
  }
}

/// A file system of its own for the test, which neither needs root nor outlives the script.
private enum SmallDisk {
  static func isPossible() throws -> Bool {
    try BinaryRunner(in: TemporaryFolder()).shell("unshare -rm mount -t tmpfs tmpfs /tmp").exitCode == 0
  }
}
