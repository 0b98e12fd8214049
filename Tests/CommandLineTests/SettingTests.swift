import ArgumentParser
import Console
import Staging
import Testing

@testable import Runs
@testable import bulkpatch

/// The one table of settings, and what follows from it.
@Suite struct SettingTests {
  @Test func everySettingIsThereOnce() {
    let keys = Setting.all.map { $0.key.joined(separator: ".") }
    let flags = Setting.all.map(\.flag)
    #expect(keys.count > 40 && Set(keys).count == keys.count)
    #expect(flags.count > 40 && Set(flags).count == flags.count)
    // A key is a value or leads to keys, and never both.
    for key in keys { #expect(!keys.contains { $0.hasPrefix("\(key).") }, "\(key)") }
  }

  @Test func someCommandTakesEveryFlag() {
    let commands: [any ParsableCommand.Type] = [RunCommand.self, RollbackCommand.self, SelectCommand.self]
    let help = commands.map { Bulkpatch.helpMessage(for: $0) }.joined()
    for setting in Setting.all {
      #expect(help.contains("  --\(setting.flag)"), "\(setting.flag)")
      #expect(!setting.key.isEmpty, "\(setting.flag)")
    }
  }

  @Test func applyResumeAndSplitShareTheirOptions() throws {
    let options = [
      "latest", "--site", "desk", "--again", "--lock-wait", "5m", "--lanes", "2", "--canary", "3",
      "--on-failure", "continue",
    ]
    let groups = [
      try ApplyCommand.parse(options).continuation, try ResumeCommand.parse(options).continuation,
      try SplitCommand.parse(options + ["--into", "2"]).continuation,
    ]
    for group in groups {
      #expect(group.flags.map(\.name) == ["lanes", "canary", "on-failure", "site"])
      #expect(group.repetition.isMeant && !group.site.isSiteMoved)
      #expect(try group.lock.timeToWait() == .seconds(300))
    }
  }

  /// A flag goes before the key, adds to a list, and the later of two goes before the earlier.
  @Test func flagsGoOverWhatIsThere() throws {
    var settings = JobSettings()
    settings.execution.lanes = 2
    settings.execution.verifies = true
    settings.ignored = ["A"]
    settings.constants = [("subject", "old"), ("queue", "first")]
    try settings.take([
      .init("lanes", ["3"]), .init("no-verify"), .init("ignore", ["B"]),
      .init("constant", ["subject=new"]), .init("lanes", ["4"]), .init("state-dir", ["/elsewhere"]),
    ])
    #expect(settings.execution.lanes == 4)
    #expect(settings.execution.verifies == false)
    #expect(settings.ignored == ["A", "B"])
    #expect(settings.constants.map(\.value) == ["first", "new"])
    #expect(throws: UserError.self) { try settings.take([.init("lanes", ["0"])]) }
  }
}
