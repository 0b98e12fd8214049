import Foundation
import TestSupport
import Testing

/// The conditions for resuming a run, and the files that it can do without.
@Suite(.blocking) struct ResumeTests {
  @Test func isRefusedWhenTheSheetIsAnother() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 5, incidents: 5)
    try desk.call(desk.run("sheet.csv", "--stage-only"), exits: 0)
    let staged = try desk.folder.read("sheet.csv")

    try desk.writeSheet(rows: 6, incidents: 5)
    let longer = try desk.call(["resume", "latest"], exits: 78)
    #expect(longer.standardError.contains("is not the one that run "))
    #expect(longer.standardError.contains("59 bytes now, 51 when it was staged"))
    #expect(longer.standardError.contains("hint: restore the sheet, or"))

    try desk.folder.write("sheet.csv", staged.replacing("row 5", with: "ROW 5"))
    #expect(
      try desk.call(["resume", "latest"], exits: 78).standardError.contains("same size, other content"))
    #expect(try desk.changes().isEmpty)

    try desk.folder.write("sheet.csv", staged)
    try desk.call(["resume", "latest"], exits: 0)
    #expect(try desk.counts() == ["applied": 5])
  }

  @Test func isRefusedWhenTheJobMapsTheSheetDifferently() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "Incident,Text\n1,a\n")
    func writeJob(_ attribute: String, lanes: Int) throws {
      try desk.folder.write(
        "job.yaml",
        """
        resource: incidents
        sheet: sheet.csv
        site: \(desk.url)
        columns: {Incident: id, Text: \(attribute)}
        execution: {lanes: \(lanes)}

        """)
    }
    try writeJob("subject", lanes: 1)
    try desk.call(["run", "job.yaml", "--stage-only"], exits: 0)
    try writeJob("customFields.c.text", lanes: 1)
    let refusal = try desk.call(["resume", "latest"], exits: 78)
    #expect(refusal.standardError.contains("job.yaml: the job maps its sheet differently"))
    // The speed of the resumed run is not part of the mapping.
    try writeJob("subject", lanes: 3)
    try desk.call(["resume", "latest"], exits: 0)
    #expect(try desk.changes().map(\.body) == [#"{"subject":"a"}"#])
  }

  @Test func resumesWhenTheSheetIsGone() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 5, incidents: 5)
    try desk.call(desk.run("sheet.csv", "--stage-only"), exits: 0)
    try FileManager.default.removeItem(atPath: desk.folder.path("sheet.csv"))
    let result = try desk.call(["resume", "latest"], exits: 0)
    #expect(result.standardError.contains("sheet.csv is gone; continuing from the staged rows"))
    #expect(try desk.counts() == ["applied": 5])
  }

  @Test func startsOverAfterAKillWhileTheSheetWasRead() throws {
    let desk = try Desk()
    let running = try desk.startStaging("--stage-only")
    running.send(SIGKILL)
    #expect(try running.result().exitCode == 137)

    let shown = try desk.call(["show", "latest"], exits: 0)
    #expect(shown.standardOutput.contains("cut short while its sheet was read; nothing has been sent"))
    // Nothing was sent, so the sheet may have been fixed meanwhile.
    try desk.writeSheet(rows: 30, incidents: 40)
    try desk.call(["resume", "latest"], exits: 0)
    #expect(try desk.counts() == ["applied": 30])
  }

  @Test func resumesStandardInputFromItsCopy() throws {
    let desk = try Desk(incidents: 100, "--latency", "15ms")
    try desk.writeSites()
    let rows = (1...150).map { "\($0 % 100 + 1),row \($0)\n" }.joined()
    let running = try desk.bulkpatch.start(
      desk.run("-", "--lanes", "2"), standardInput: "id,subject\n" + rows)
    try desk.wait(for: running) { try desk.changes().count >= 10 }
    running.send(SIGKILL)
    #expect(try running.result().exitCode == 137)
    #expect(try desk.call(["show", "latest"], exits: 0).standardOutput.contains("stdin: cut short"))
    #expect(try desk.runText("sheet") == "id,subject\n" + rows)

    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 150])
  }

  @Test func sendsWhatWasOnlyStagedAndFailedRowsWhenAsked() throws {
    let desk = try Desk(incidents: 3)
    // Only the site knows which queues there are.
    try desk.folder.write("sheet.csv", "id,subject,queue\n1,a,\n2,,id:99999\n2,c,\n")
    try desk.call(desk.run("sheet.csv", "--stage-only"), exits: 0)
    #expect(try desk.counts() == ["staged": 3])
    let first = try desk.call(["resume", "latest"], exits: 1)
    #expect(try desk.counts() == ["applied": 1, "failed": 1, "blocked": 1])
    #expect(first.standardOutput.contains("bulkpatch resume latest") == false)
    #expect(first.standardOutput.contains(" --on-failure continue\n"))

    try desk.call(["resume", "latest"], exits: 1)
    #expect(try desk.changes().count == 2)
    try desk.call(["resume", "latest", "--retry-failed", "--on-failure", "continue"], exits: 1)
    #expect(try desk.counts() == ["applied": 2, "failed": 1])
    #expect(try desk.changes().count == 4)
  }

  @Test func retriesNothingOfASheetWithoutAValidRow() throws {
    let desk = try Desk(incidents: 3)
    try desk.folder.write("sheet.csv", "id,subject\nx,a\ny,b\n")
    try desk.call(desk.run("sheet.csv"), exits: 65)
    let again = try desk.call(["resume", "latest", "--retry-failed"], exits: 65)
    #expect(again.standardError.contains("none of its 2 rows is valid"))
    #expect(try desk.counts() == ["rejected": 2])
  }

  @Test func namesWhatItCannotFind() throws {
    let desk = try Desk()
    let none = try desk.call(["resume", "latest"], exits: 66)
    #expect(none.standardError.contains("there is no run yet"))
    let other = try desk.call(["resume", "20260101T000000000Z-job"], exits: 66)
    #expect(other.standardError.contains("there is no such run in \(desk.stateFolder)"))
  }

  /// A job's place, its attachments' folder and the folder it was started in are the same from everywhere.
  @Test func resumesFromElsewhereWithAJobInAnyFolder() throws {
    let desk = try Desk(incidents: 3)
    try desk.folder.write("größe/files/a.txt", "text\n")
    try desk.folder.write("größe/sheet.csv", "id,fileAttachments.add.file\n1,a.txt\n2,a.txt\n")
    try desk.folder.write(
      "größe/job.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nattachments: {folder: files}\n"
        + "on: {finished: 'echo done >> \(desk.folder.path("told"))'}\n")
    let staged = try desk.bulkpatch.shell("cd größe && bulkpatch run job.yaml --stage-only --quiet")
    #expect(staged.exitCode == 0, "\(staged)")
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 2])
    // The folder it was started in may be gone when it is resumed.
    let passing = try desk.bulkpatch.shell(
      "mkdir passing && cd passing && bulkpatch run \"$OLDPWD/größe/job.yaml\" --stage-only --again --quiet && rmdir ../passing"
    )
    #expect(passing.exitCode == 0, "\(passing)")
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 2])
    #expect(try desk.folder.read("told").split(separator: "\n").count >= 2)
  }
}
