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
    #expect(text.contains("  subject  set 3 times    → 3 different values\n"))
    #expect(text.contains("Site: on this machine, so it is the sandbox, unless a tunnel leads elsewhere\n"))
    #expect(text.contains("Pace: 4 lanes, as fast as the site allows\n"))
    #expect(text.contains("Stops: after 50 rows in a row refused for one reason, or the first 20; Ctrl-C "))
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

  // MARK: What is left out, and what will be

  /// Half of the sheet is in another encoding than the job says.
  @Test func saysWhatIsLeftOutAndAsksTwice() throws {
    let names = (1...20).map { $0.isMultiple(of: 2) ? "checked" : "\u{DC}berpr\u{FC}ft" }
    let lines = names.enumerated().map { "\($0 % 10 + 1),\($1),Waiting\n" }
    let sheet = ("id,subject,statusWithType.status\n" + lines.joined()).data(using: .isoLatin1)
    try #require(sheet).write(to: URL(fileURLWithPath: desk.folder.path("half.csv")))
    let arguments = desk.run(
      "half.csv", "--rate", "100/s", "--until", "2999-01-01T06:00", "--stop-after-same-reason", "never")
    let terminal = try desk.ask(arguments)
    let text = terminal.text
    #expect(text.contains("half: 10 of 20 rows (10 rejected: not UTF-8) for 5 incidents at "))
    #expect(text.contains("  statusWithType.status  set 10 times  → Waiting on 10\n"))
    #expect(text.contains("  subject                set 10 times  → \"checked\" on 10\n"))
    #expect(text.contains("The site's own rules run on every change"))
    #expect(text.contains("Pace: 4 lanes, at most 100/s\n"))
    #expect(text.contains("Stops: at 2999-01-01 06:00 +00:00; Ctrl-C"))
    terminal.type("y\n")
    let deadline = Date(timeIntervalSinceNow: desk.bulkpatch.timeout)
    let second = "10 of 20 rows are left out, more than a tenth of the sheet. Send the other 10 all the same?"
    while !terminal.text.contains(second), Date() < deadline { usleep(10_000) }
    #expect(terminal.text.contains(second))
    terminal.type("n\n")
    #expect(terminal.end() == 3)
    #expect(try desk.changes().isEmpty)
  }

  // MARK: Without a terminal

  @Test func takesAPipedAnswer() throws {
    try desk.call(desk.run("sheet.csv"), exits: 3, standardInput: "n\n", confirms: false)
    #expect(try desk.changes().isEmpty)
    let result = try desk.call(["resume", "latest"], exits: 0, standardInput: "yes\n", confirms: false)
    #expect(result.standardError.contains("Send these 3 changes to "))
    #expect(try desk.counts() == ["applied": 3])
  }

  /// A schedule confirms with --yes; a run that has begun is resumed without a question.
  @Test func sendsNothingWithoutAnAnswer() throws {
    let result = try desk.call(desk.run("sheet.csv", "--quiet"), exits: 64, confirms: false)
    #expect(result.standardError.contains("nothing was sent: there is no terminal to ask on, and no answer"))
    #expect(result.standardError.contains(" --yes' sends it; a schedule needs --yes"))
    #expect(try desk.changes().isEmpty)
    #expect(try desk.counts() == ["staged": 3])
    try desk.call(["resume", "latest", "--canary", "1"], exits: 3)
    let resumed = try desk.call(["resume", "latest"], exits: 0, confirms: false)
    #expect(resumed.standardError.contains("note: resuming run "))
    #expect(resumed.standardError.contains(": 2 of 3 rows not done yet, at "))
    #expect(resumed.standardError.contains("; Ctrl-C is safe, it can be resumed\n"))
    for command in ["rollback", "apply"] {
      if command == "apply" { try desk.call(desk.run("sheet.csv", "--dry-run", "--again"), exits: 0) }
      let refused = try desk.call([command, "latest"], exits: 64, confirms: false)
      #expect(refused.standardError.contains("nothing was sent"))
    }
  }
}
