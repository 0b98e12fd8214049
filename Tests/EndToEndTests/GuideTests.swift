import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import bulkpatch

/// README and the guides, followed word for word.
@Suite(.blocking) struct GuideTests {
  @Test(arguments: GuidePage.all) func everyCommandEndsAsThePageSays(path: String) throws {
    let page = try GuidePage(path)
    #expect(!page.commands.isEmpty)
    let desk = try GuidePage.Desk(for: page)
    for (command, ending) in zip(page.commands, try desk.type(page.commands)) {
      #expect(ending.exitCode == command.exitCode, "\(path): \(command.text)\n\(ending.said)")
    }
    let makefile = try GuidePage.text("Makefile")
    for target in page.targets { #expect(makefile.contains("\n\(target): "), "\(path): make \(target)") }
  }

  @Test func everyScheduledLineIsOneThatTheToolUnderstands() throws {
    let lines = try GuidePage.all.flatMap { try GuidePage($0).scheduled }
    #expect(!lines.isEmpty)
    for line in lines {
      let words = line.split(separator: " ").dropFirst().map(String.init)
      #expect(try Bulkpatch.parseAsRoot(words) is RunCommand, "\(line)")
    }
  }
}
