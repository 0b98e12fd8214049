import Foundation
import TestSupport
import Testing

/// A disk that is full or read-only, in a mount namespace that ends with the test.
@Suite(.blocking, .enabled("this machine cannot mount a small disk") { try SmallDisk.isPossible() })
struct DiskTests {
  /// Runs a script with a small disk at `disk`; `$desk` is the desk's address.
  private func script(_ desk: Desk, disk options: String, _ script: String) throws -> BinaryRunner.Result {
    try desk.folder.write("disk/.keep", "")
    try desk.folder.write(
      "script.sh", "mount -t tmpfs -o \(options),mode=0700 tmpfs disk || exit 99\n" + script)
    var runner = desk.bulkpatch
    runner.environment["desk"] = desk.url
    return try runner.shell("unshare -rm sh script.sh")
  }

  @Test func fullWhileTheSheetIsRead() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3_000, incidents: 40)
    let result = try script(
      desk, disk: "size=250k",
      """
      bulkpatch run --yes sheet.csv --resource incidents --site $desk --state-dir disk
      echo "exit $?"
      bulkpatch show latest --state-dir disk | head -n 1
      mount -o remount,size=64m disk
      bulkpatch resume --yes latest --state-dir disk --lanes 16 --quiet
      echo "exit $?"
      bulkpatch show latest --state-dir disk --json
      """)
    #expect(result.standardOutput.hasPrefix("exit 74\nsheet: cut short while its sheet was read"))
    #expect(result.standardError.contains("run.sqlite: the disk is full\n"))
    #expect(
      result.standardError.contains(
        "hint: free some space; no progress is lost; then 'bulkpatch resume \(desk.folder.url.path)/disk/"
      ))
    #expect(result.standardOutput.contains("\nexit 0\n"))
    #expect(result.standardOutput.contains("\"applied\": 3000"))
  }

  @Test func fullWhileRowsAreSent() throws {
    let desk = try Desk(incidents: 100, "--latency", "5ms")
    // A row in doubt is not sent again until its request has expired: that wait is short here.
    try desk.writeSites()
    try desk.writeSheet(rows: 400, incidents: 100)
    let result = try script(
      desk, disk: "size=16m",
      """
      bulkpatch run sheet.csv --resource incidents --site incidents --state-dir disk --stage-only --quiet
      echo "exit $?"
      dd if=/dev/zero of=disk/filling bs=1k count=20000 2>/dev/null
      truncate -s -100K disk/filling
      bulkpatch resume --yes latest --state-dir disk
      echo "exit $?"
      rm disk/filling
      bulkpatch resume --yes latest --state-dir disk --quiet
      echo "exit $?"
      bulkpatch show latest --state-dir disk --json
      """)
    #expect(result.standardOutput.hasPrefix("exit 0\nexit 74\nexit 0\n"), "\(result)")
    #expect(result.standardError.contains("run.sqlite: the disk is full\nhint: free some space"))
    #expect(result.standardOutput.contains("\"applied\": 400"))
    let changes = try desk.changes()
    #expect(Set(changes.map(\.body)).count == 400)
    // Only the rows in doubt were sent twice.
    #expect(changes.count < 500)
  }

  /// A little more room each time, so that the disk is full at one moment after another of a run's life.
  @Test func fullAtAnyMoment() throws {
    let desk = try Desk(incidents: 30)
    // A note whose request may still take effect is not sent again: that wait is short here.
    try desk.writeSites(request: "500ms")
    let rows = 40
    func sheet(_ step: Int) -> String {
      let lines = (1...rows).map { row in
        row.isMultiple(of: 4)
          ? "\(row % 30 + 1),,note \(step)-\(row),1\n" : "\(row % 30 + 1),subject \(step)-\(row),,\n"
      }
      return "id,subject,threads.append.text,threads.append.entryType\n" + lines.joined()
    }
    let steps = 24
    for step in 0..<steps { try desk.folder.write("sheet\(step).csv", sheet(step)) }
    let result = try script(
      desk, disk: "size=4m",
      """
      for step in $(seq 0 \(steps - 1)); do
        dd if=/dev/zero of=disk/filling bs=4k 2>/dev/null
        truncate -s -$((step * 24))K disk/filling
        run="bulkpatch run --yes sheet$step.csv --resource incidents --site incidents --state-dir disk --settle 50ms --quiet"
        $run; first=$?
        rm disk/filling
        again=0
        if [ $first != 0 ]; then
          bulkpatch resume --yes latest --state-dir disk --settle 50ms --quiet; again=$?
          [ $again = 66 ] && { $run; again=$?; }
        fi
        echo "$first $again"
        rm -rf disk/*
        [ $first = 0 ] && exit 0
      done
      """)
    let ends = result.standardOutput.split(separator: "\n")
    #expect(ends.count > 3 && ends.last == "0 0", "\(result)")
    #expect(ends.dropLast().allSatisfy { $0 == "74 0" }, "\(result)")
    let bodies = try desk.changes().filter(\.isCommitted).map(\.body)
    for step in ends.indices {
      for row in 1...rows {
        let times = bodies.count { $0.contains(" \(step)-\(row)\"") }
        // A note exactly once; a field at least once, because setting it twice is the same.
        #expect(row.isMultiple(of: 4) ? times == 1 : times >= 1, "step \(step), row \(row): \(times)")
      }
    }
  }

  /// A little more room each time, so that the disk is full at one moment after another of gathering.
  @Test func fullWhileShardsAreGathered() throws {
    let desk = try Desk(incidents: 100)
    try desk.writeSites()
    try desk.writeSheet(rows: 400, incidents: 100)
    let result = try script(
      desk, disk: "size=16m",
      """
      bulkpatch run sheet.csv --resource incidents --site incidents --state-dir disk --stage-only --quiet
      bulkpatch split latest --into 2 --state-dir disk --yes --quiet
      for shard in disk/*/shards/?; do bulkpatch resume $PWD/$shard --state-dir disk --yes --quiet; done
      echo "sent $?"
      dd if=/dev/zero of=disk/filling bs=1k count=20000 2>/dev/null
      for room in $(seq 40); do
        truncate -s -20K disk/filling
        bulkpatch gather latest --state-dir disk --quiet
        echo "exit $?"
      done
      bulkpatch verify latest --state-dir disk --quiet
      bulkpatch show latest --state-dir disk --json
      """)
    let codes = result.standardOutput.split(separator: "\n").filter { $0.hasPrefix("exit ") }
    #expect(result.standardOutput.hasPrefix("sent 0\nexit 74\n") && codes.last == "exit 0", "\(result)")
    #expect(Set(codes) == ["exit 74", "exit 0"] && codes.count == 40, "\(codes)")
    #expect(result.standardError.contains("run.sqlite: the disk is full\nhint: free some space"), "\(result)")
    #expect(result.standardOutput.contains("\"applied\": 400"))
    #expect(try desk.changes().count == 400)
  }

  @Test func readOnly() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    let result = try script(
      desk, disk: "ro", "bulkpatch run --yes sheet.csv --resource incidents --site $desk --state-dir disk\n")
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
