import Foundation
import TestSupport
import Testing

/// The question before a run sends anything, on a terminal.
@Suite(.blocking) struct ConfirmationTests {
  private let desk: Desk

  init() throws {
    desk = try Desk(incidents: 10)
    try desk.folder.write(
      "sheet.csv",
      "id,subject,threads.append.text,threads.append.entryType\n1,one,,\n2,two,moved,1\n3,three,moved,1\n")
  }

  @Test func saysWhatIsAboutToHappenAndSendsItAfterAYes() throws {
    let terminal = try desk.ask(desk.run("sheet.csv", "--suppress", "rules"))
    #expect(try desk.changes().isEmpty)
    let text = terminal.text
    #expect(text.contains("sheet: 3 rows for 3 incidents at \(desk.url)\n"))
    #expect(text.contains("  subject  set 3 times\n"))
    #expect(text.contains("  threads  added 2 times\n"))
    #expect(text.contains("Switched off on the site for these changes: rules\n"))
    #expect(text.contains("Cannot be undone: 2 threads will be added\n"))
    #expect(text.contains("Send these 3 changes to \(desk.url.dropFirst("http://".count))? [y/N]"))
    terminal.type("y\n")
    #expect(terminal.end() == 0)
    #expect(try desk.counts() == ["applied": 3])
  }

  /// The second answer is Ctrl-D.
  @Test(arguments: ["n\n", "\u{4}", "\n", "yellow\n"])
  func sendsNothingAfterAnyOtherAnswerAndSaysHowToResume(answer: String) throws {
    let terminal = try desk.ask(desk.run("sheet.csv"))
    terminal.type(answer)
    #expect(terminal.end() == 3)
    #expect(terminal.text.contains("nothing was sent"))
    #expect(terminal.text.contains("bulkpatch resume "))
    #expect(try desk.changes().isEmpty)
    #expect(try desk.counts() == ["staged": 3])
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 3])
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func aSignalIsAnAnswerToo(signal: Int32, code: Int32) throws {
    let terminal = try desk.ask(desk.run("sheet.csv"))
    terminal.send(signal)
    #expect(terminal.end() == code)
    #expect(try desk.changes().isEmpty)
    #expect(try desk.counts() == ["staged": 3])
  }

  @Test func asksNothingWhenToldSo() throws {
    let terminal = try desk.bulkpatch.startOnTerminal(desk.run("sheet.csv", "--yes"))
    #expect(terminal.end() == 0)
    #expect(!terminal.text.contains("[y/N]"))
    #expect(try desk.counts() == ["applied": 3])
  }

  @Test func asksOnceBeforeAPlanIsApplied() throws {
    try desk.call(desk.run("sheet.csv", "--dry-run", "--quiet"), exits: 0)
    var terminal = try desk.ask(["apply", "latest"])
    terminal.type("n\n")
    #expect(terminal.end() == 3)
    #expect(terminal.text.contains("bulkpatch apply "))
    // The plan has not been approved.
    let refused = try desk.call(["resume", "latest"], exits: 64)
    #expect(refused.standardError.contains("hint: apply it with 'bulkpatch apply "))

    terminal = try desk.bulkpatch.startOnTerminal(["apply", "latest", "-y"])
    #expect(terminal.end() == 0)
    #expect(try desk.counts() == ["applied": 3])
    terminal = try desk.bulkpatch.startOnTerminal(["apply", "latest"])
    #expect(terminal.end() == 0)
    #expect(!terminal.text.contains("[y/N]"))
  }

  @Test func showsAPlanInColoursUnlessTheyAreOff() throws {
    let terminal = try desk.bulkpatch.startOnTerminal(desk.run("sheet.csv", "--dry-run"))
    #expect(terminal.end() == 0)
    #expect(terminal.text.contains("\u{1B}[32m    + subject: \"one\"\u{1B}[0m"))
    var plain = desk.bulkpatch
    plain.environment["NO_COLOR"] = "1"
    let other = try plain.startOnTerminal(["show", "latest"])
    #expect(other.end() == 0)
    #expect(other.text.contains("    + subject: \"one\""))
    #expect(!other.text.contains("\u{1B}["))
  }
}
