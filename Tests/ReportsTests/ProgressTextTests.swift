import Staging
import Testing

@testable import Reports

@Suite struct ProgressTextTests {
  private func counts(_ counts: [RowState: Int]) -> StateCounts {
    var result = StateCounts()
    for (state, count) in counts { result[state] = count }
    return result
  }

  private var snapshot: ProgressSnapshot {
    ProgressSnapshot(
      counts: counts([.applied: 5_391, .failed: 9, .staged: 6_500, .sending: 100]), total: 12_000,
      elapsed: .seconds(17), note: "waiting 2 s: the site asked")
  }

  @Test func fillsAWideTerminal() {
    let line = ProgressText(snapshot: snapshot, rate: 312).line(width: 150)
    #expect(
      line == "[=============>                ]  45 %  5,400/12,000 rows  312/s  21 s left  "
        + "waiting 2 s: the site asked  5,391 applied, 9 failed")
  }

  @Test(arguments: [
    (92, "45 %  5,400/12,000 rows  21 s left  waiting 2 s: the site asked  5,391 applied, 9 failed"),
    (80, "45 %  21 s left  waiting 2 s: the site asked  5,391 applied, 9 failed"),
    (60, "[======>        ]  45 %  21 s left  5,391 applied, 9 failed"),
    (40, "45 %  5,400/12,000 rows  21 s left"), (30, "[====>     ]  45 %  21 s left"),
    (8, "45 %"), (4, "45 "), (0, ""),
  ])
  func leavesOutWhatDoesNotFit(_ width: Int, _ line: String) {
    #expect(ProgressText(snapshot: snapshot, rate: 312).line(width: width) == line)
  }

  @Test func neverReachesTheLastColumn() {
    for width in 0...200 {
      #expect(ProgressText(snapshot: snapshot, rate: 312).line(width: width).count <= max(0, width - 1))
      let staging = ProgressSnapshot.staging(rows: 1_234_567, elapsed: .seconds(3))
      #expect(ProgressText(snapshot: staging, rate: 400_000).line(width: width).count <= max(0, width - 1))
    }
  }

  @Test func coloursWhatWentWrongAndStillFits() {
    let colored = ProgressText(snapshot: snapshot, rate: 312, isColored: true).line(width: 100)
    #expect(colored.hasSuffix("5,391 applied, \u{1B}[31m9 failed\u{1B}[0m"))
    let plain = ProgressText(snapshot: snapshot, rate: 312).line(width: 100)
    #expect(colored.replacing("\u{1B}[31m", with: "").replacing("\u{1B}[0m", with: "") == plain)
  }

  @Test func keepsToOnePlainLineInALog() {
    #expect(
      ProgressText(snapshot: snapshot, rate: 312).plain
        == "5,400 of 12,000 rows, 45 %, 312/s, 21 s left, waiting 2 s: the site asked, 5,391 applied, 9 failed"
    )
    let beginning = ProgressSnapshot(counts: counts([.staged: 3]), total: 3, elapsed: .zero)
    #expect(ProgressText(snapshot: beginning).plain == "0 of 3 rows, 0 %")
  }

  @Test func countsWhileStaging() {
    let staging = ProgressSnapshot.staging(rows: 120_000, elapsed: .seconds(1))
    #expect(ProgressText(snapshot: staging).line(width: 80) == "staging: 120,000 rows")
    #expect(ProgressText(snapshot: staging, rate: 400_000.4).plain == "staging: 120,000 rows, 400,000/s")
  }

  @Test func survivesARunWithoutRowsAndOneThatIsDone() {
    let none = ProgressSnapshot(counts: StateCounts(), total: 0, elapsed: .zero)
    #expect(ProgressText(snapshot: none).plain == "0 of 0 rows, 0 %")
    #expect(!ProgressText(snapshot: none).line(width: 80).isEmpty)
    let done = ProgressSnapshot(counts: counts([.applied: 2]), total: 2, elapsed: .seconds(1))
    #expect(
      ProgressText(snapshot: done, rate: 2).line(width: 80)
        == "[==============================]  100 %  2/2 rows  2.0/s  2 applied")
  }

  @Test func doesNotLetANoteMoveTheCursor() {
    var noted = snapshot
    noted.note = "bad\u{1B}[2J\r\nnote"
    let line = ProgressText(snapshot: noted).line(width: 200)
    #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test func measuresTheRateOverTheLastSeconds() {
    var window = RateWindow()
    func at(_ seconds: Int, _ done: Int) -> ProgressSnapshot {
      ProgressSnapshot(counts: counts([.applied: done]), total: 10_000, elapsed: .seconds(seconds))
    }
    // Work of an earlier process does not count.
    #expect(window.rate(at(0, 5_000)) == nil)
    #expect(window.rate(at(1, 5_100)) == 100)
    #expect(window.rate(at(2, 5_300)) == 150)
    // A pause shows once the burst has left the window.
    #expect(window.rate(at(12, 5_300)) == 0)
    // Farther apart than the window.
    #expect(window.rate(at(112, 5_400)) == 1)
  }

  @Test func measuresStagingAndExecutionApart() {
    var window = RateWindow()
    #expect(window.rate(.staging(rows: 0, elapsed: .zero)) == nil)
    #expect(window.rate(.staging(rows: 900, elapsed: .seconds(1))) == 900)
    let executing = ProgressSnapshot(counts: counts([.rejected: 1_000]), total: 2_000, elapsed: .zero)
    #expect(window.rate(executing) == nil)
  }
}

@Suite struct ProgressStyleTests {
  @Test(arguments: [
    (true, false, ["TERM": "xterm"], ProgressStyle.line(isColored: true)),
    (true, false, ["TERM": "xterm", "NO_COLOR": "1"], .line(isColored: false)),
    (true, false, ["TERM": "xterm", "NO_COLOR": ""], .line(isColored: true)),
    (true, false, ["TERM": "dumb"], .plain),
    (true, false, [:], .plain),
    (false, false, ["TERM": "xterm"], .plain),
    (true, true, ["TERM": "xterm"], .silent),
    (false, true, [:], .silent),
  ])
  func fitsTheStream(
    _ isTerminal: Bool, _ isQuiet: Bool, _ environment: [String: String], _ style: ProgressStyle
  ) {
    #expect(ProgressStyle(isTerminal: isTerminal, isQuiet: isQuiet, environment: environment) == style)
  }
}

@Suite struct QuantityTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678"), (-1_234, "-1,234"),
  ])
  func groupsDigits(_ number: Int, _ text: String) { #expect(Quantity.count(number) == text) }

  @Test(arguments: [
    (0.0, "0.0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
    (185, "3 min 05 s"), (7_680, "2 h 08 min"), (273_600, "3 d 04 h"), (-1, "0.0 s"),
    (1e300, "more than 60 years"),
  ])
  func tellsHowLong(_ seconds: Double, _ text: String) {
    #expect(Quantity.duration(.seconds(min(seconds, 1e15))) == text)
  }
}
