import Foundation
import Staging
import Synchronization
import TestSupport
import Testing

@testable import Reports

@Suite struct ProgressDisplayTests {
  /// Runs a display until it has asked for this many snapshots, and returns what it wrote.
  private func output(_ style: ProgressStyle, asking times: Int) throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.write("progress", "")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    let asked = Atomic(0)
    let isEnough = DispatchSemaphore(value: 0)
    let display = ProgressDisplay(
      descriptor: file.fileDescriptor, style: style, interval: .milliseconds(1)
    ) {
      let count = asked.add(1, ordering: .relaxed).newValue
      if count == times { isEnough.signal() }
      return .staging(rows: 5_000 * count, elapsed: .seconds(count))
    }
    display.start()
    if style != .silent { isEnough.wait() }
    display.write("a message\n")
    display.stop()
    let written = try folder.read("progress")
    display.write("after the end\n")
    #expect(try folder.read("progress") == written + "after the end\n")
    return written
  }

  @Test func drawsOneLineOverAndOverAndTakesItAway() throws {
    let text = try output(.line(isColored: false), asking: 2)
    #expect(text.hasPrefix("\rstaging: 5,000 rows\u{1B}[K\rstaging: 10,000 rows  5,000/s\u{1B}[K"))
    #expect(text.contains("\u{1B}[K\r\u{1B}[Ka message\n"))
    #expect(text.hasSuffix("\u{1B}[K") || text.hasSuffix("a message\n"))
    // One line feed: the message's own.
    #expect(text.count { $0 == "\n" } == 1)
  }

  @Test func writesPlainLinesIntoALog() throws {
    let text = try output(.plain, asking: 3)
    #expect(text.hasPrefix("staging: 5,000 rows\nstaging: 10,000 rows, 5,000/s\n"))
    #expect(!text.contains("\u{1B}") && !text.contains("\r"))
  }

  @Test func isSilentWhenAsked() throws {
    #expect(try output(.silent, asking: 1) == "a message\n")
  }
}
