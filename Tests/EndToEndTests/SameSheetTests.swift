import Foundation
import TestSupport
import Testing

/// A sheet that was sent before: its additions are not sent again without a warning.
@Suite(.blocking) struct SameSheetTests {
  private func desk() throws -> Desk {
    let desk = try Desk(incidents: 10)
    try desk.folder.write(
      "notes.csv", "id,threads.append.text,threads.append.entryType\n1,hello,1\n2,hello,1\n")
    try desk.folder.write("fields.csv", "id,subject\n1,a\n2,b\n")
    return desk
  }

  @Test func isRefusedByHandWhenItAddsSomething() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--quiet"), exits: 0)
    for options in [[], ["--yes"]] {
      let refused = try desk.call(desk.run("notes.csv") + options, exits: 64)
      #expect(refused.standardError.contains("this sheet was applied on "))
      #expect(refused.standardError.contains("2 rows, 2 of which add something to their records"))
      #expect(
        refused.standardError.contains(
          "all of its rows are done; add --again to send all of it again"))
    }
    // Under another name it is the same sheet, and so it is from standard input.
    try desk.folder.write("copy.csv", try desk.folder.read("notes.csv"))
    try desk.call(desk.run("copy.csv"), exits: 64)
    _ = try desk.bulkpatch.shell("gzip copy.csv")
    try desk.call(desk.run("copy.csv.gz"), exits: 64)
    try desk.call(desk.run("copy.csv.gz", "--continue"), exits: 0)
    // A link counts as its target.
    _ = try desk.bulkpatch.shell("ln -s notes.csv link.csv")
    try desk.call(desk.run("link.csv"), exits: 64)
    try desk.call(desk.run("-", "--format", "csv"), exits: 0, standardInput: "id,subject\n3,x\n")
    #expect(try desk.runFolders().count == 2)
    #expect(try desk.changes().count == 3)
    try desk.call(desk.run("notes.csv", "--again", "--quiet"), exits: 0)
    #expect(try desk.changes().count == 5)
  }

  /// Bytes read from a pipe to compare them would be missing from the sheet.
  @Test func aPipeIsReadOnceAndWholly() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--quiet"), exits: 0)
    let result = try desk.bulkpatch.shell(
      """
      mkfifo pipe && { printf 'id,subject\n3,x\n4,y\n' > pipe & }
      exec timeout -k 1 60 bulkpatch run --yes pipe --format csv --resource incidents --site \(desk.url) --quiet
      """)
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(try desk.counts() == ["applied": 2])
    let piped = try desk.bulkpatch.shell(
      """
      printf 'id,threads.append.text,threads.append.entryType\n5,hello,1\n' |
        bulkpatch run --yes /dev/stdin --format csv --resource incidents --site \(desk.url) --quiet
      """)
    #expect(piped.exitCode == 0, "\(piped.standardError)")
    #expect(try desk.counts() == ["applied": 1])
  }

  /// However it is read: its additions would be added a second time.
  @Test(arguments: [
    ["--delimiter", ","], ["--encoding", "utf-8"], ["--nulls", "zzz"], ["--timezone", "UTC"],
    ["--attachments-limit", "5MiB"], ["--ignore", "zzz"], ["--constant", "subject=other"],
    ["--format", "csv"],
  ])
  func isTheSameHoweverTheJobReadsIt(options: [String]) throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--quiet"), exits: 0)
    try desk.call(desk.run("notes.csv") + options, exits: 64)
    try desk.call(desk.run("notes.csv", "--continue") + options, exits: 0)
    #expect(try desk.changes().count == 2)
  }

  /// An id is the same id however it is written.
  @Test(arguments: ["id:1", " 1", "01"]) func isTheSameHoweverAConstantIsWritten(type: String) throws {
    let desk = try desk()
    try desk.folder.write("text.csv", "id,threads.append.text\n1,hello\n")
    let constant = "threads.append.entryType"
    try desk.call(desk.run("text.csv", "--quiet", "--constant", "\(constant)=1"), exits: 0)
    try desk.call(desk.run("text.csv", "--constant", "\(constant)=\(type)"), exits: 64)
    try desk.call(desk.run("text.csv", "--constant", "\(constant)=2", "--quiet"), exits: 0)
    #expect(try desk.changes().count == 2)
  }

  /// Two lines of a crontab at the same minute.
  @Test func isSentOnceByTwoJobsThatStartTogether() throws {
    let desk = try desk()
    let lines = (1...60).map { "\($0 % 10 + 1),note \($0),1" }
    try desk.folder.write(
      "many.csv", "id,threads.append.text,threads.append.entryType\n" + lines.joined(separator: "\n") + "\n")
    let names = ["one", "two", "three"]
    for name in names {
      try desk.folder.write(
        "\(name).yaml", "resource: incidents\nsheet: many.csv\nsite: \(desk.url)\n")
    }
    let running = try names.map { try desk.bulkpatch.start(["run", "\($0).yaml", "--quiet"]) }
    let codes = try running.map { try $0.result().exitCode }
    #expect(codes.sorted() == [0, 64, 64])
    #expect(try desk.threads { $0.hasPrefix("note ") }.values.map(\.count).reduce(0, +) == 60)
  }

  /// Two jobs may take different notes from one sheet.
  @Test func isAnotherWhereItAddsSomethingElse() throws {
    let desk = try desk()
    try desk.folder.write("two.csv", "id,one,two\n1,hello,bye\n")
    let notes = ["--constant", "threads.append.entryType=1"]
    try desk.call(
      desk.run("two.csv", "--quiet", "--column", "one=threads.append.text", "--ignore", "two") + notes,
      exits: 0)
    try desk.call(
      desk.run("two.csv", "--quiet", "--column", "two=threads.append.text", "--ignore", "one") + notes,
      exits: 0)
    #expect(try desk.changes().count == 2)
  }

  @Test func isSentAgainWhenItOnlySetsFields() throws {
    let desk = try desk()
    try desk.call(desk.run("fields.csv", "--quiet"), exits: 0)
    let again = try desk.call(desk.run("fields.csv"), exits: 0)
    #expect(again.standardError.contains("it only sets fields, and is sent again"))
  }

  @Test func isNotRunAgainOnLaterNights() throws {
    let desk = try desk()
    try desk.folder.write("job.yaml", "resource: incidents\nsheet: notes.csv\nsite: \(desk.url)\n")
    for night in 1...4 {
      let result = try desk.call(["run", "job.yaml", "--continue"], exits: 0)
      #expect(result.standardError.contains("it is not run again (") == (night > 1))
    }
    #expect(try desk.changes().count == 2)
    #expect(try desk.runFolders().count == 1)
    // Neither a run of another job nor one that is gone makes it another sheet.
    try desk.folder.write("other.yaml", "resource: incidents\nsheet: notes.csv\nsite: \(desk.url)\n")
    try desk.call(["run", "other.yaml", "--continue", "--quiet"], exits: 0)
    try FileManager.default.removeItem(atPath: try desk.runFolders()[0])
    try desk.call(["run", "job.yaml", "--continue", "--quiet"], exits: 0)
    let refused = try desk.call(["run", "job.yaml"], exits: 64)
    #expect(refused.standardError.contains("the run's folder is gone"))
    #expect(try desk.changes().count == 2)
  }

  @Test func isRememberedWhenKeepRemovesItsRun() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--quiet", "--keep-runs", "1"), exits: 0)
    try desk.folder.write("notes.csv", "id,threads.append.text,threads.append.entryType\n3,second,1\n")
    try desk.call(desk.run("notes.csv", "--quiet", "--keep-runs", "1"), exits: 0)
    #expect(try desk.runFolders().count == 1)
    try desk.folder.write(
      "notes.csv", "id,threads.append.text,threads.append.entryType\n1,hello,1\n2,hello,1\n")
    try desk.call(desk.run("notes.csv", "--continue", "--quiet"), exits: 0)
    try desk.call(desk.run("notes.csv"), exits: 64)
    #expect(try desk.changes().count == 3)
  }

  @Test func namesTheRunThatIsNotAtItsEnd() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--quiet", "--canary", "1"), exits: 3)
    let id = try desk.runPath("").split(separator: "/").last.map { String($0) } ?? ""
    let refused = try desk.call(desk.run("notes.csv"), exits: 64)
    #expect(refused.standardError.contains("this sheet was started on "))
    #expect(refused.standardError.contains("'bulkpatch resume \(id)' sends the remaining rows"))
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.changes().count == 2)
  }

  @Test func isAskedAboutAlsoWhenItWasStagedOrPlannedBefore() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--quiet", "--stage-only"), exits: 0)
    try desk.call(desk.run("notes.csv", "--quiet", "--dry-run"), exits: 0)
    let folders = try desk.runFolders()
    try desk.call(["apply", "latest", "--quiet"], exits: 0)
    let refused = try desk.call(["resume", folders[0]], exits: 64)
    #expect(refused.standardError.contains("this sheet was applied on "))
    try desk.call(["resume", folders[0], "--again", "--quiet"], exits: 0)
    #expect(try desk.changes().count == 4)
  }

  @Test func isAskedAboutOnATerminal() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--quiet"), exits: 0)
    for (answer, code, changes) in [("n\n", 3, 2), ("y\n", 0, 4)] as [(String, Int32, Int)] {
      let terminal = try desk.ask(desk.run("notes.csv"))
      #expect(terminal.text.contains(" again? [y/N]"))
      terminal.type(answer)
      #expect(terminal.end() == code)
      #expect(terminal.text.contains("This sheet was applied on "))
      #expect(try desk.changes().count == changes)
    }
  }

  @Test func isAnotherOneAtAnotherSite() throws {
    let (desk, other) = (try desk(), try desk())
    try desk.call(desk.run("notes.csv", "--quiet"), exits: 0)
    try desk.call(
      ["run", "notes.csv", "--resource", "incidents", "--site", other.url, "--quiet"], exits: 0)
    #expect(try other.changes().count == 2)
  }

  @Test func warnsOfTheSameTextTwiceForOneRecord() throws {
    let desk = try Desk(incidents: 10)
    try desk.folder.write(
      "notes.csv",
      "id,threads.append.text,threads.append.entryType\n1,hello,1\n2,hello,1\n1,hello ,2\n1,bye,1\n")
    let checked = try desk.call(["check", "notes.csv", "--resource", "incidents"], exits: 0)
    #expect(
      checked.standardOutput.contains(
        "notes.csv:4: threads: warning: line 2 also adds the same text to this record, 'hello ' [added-twice]"
      ))
    #expect(checked.standardOutput.contains("4 valid, 0 rejected, 1 warning"))
    let planned = try desk.call(desk.run("notes.csv", "--dry-run"), exits: 0)
    #expect(planned.standardOutput.contains("Warnings\n  added-twice: 1 row, row 3 (line 4)"))
  }
}
