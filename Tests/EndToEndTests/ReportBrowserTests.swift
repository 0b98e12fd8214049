import Foundation
import TestSupport
import Testing

/// Pages of real runs in a real browser; `make test-report` runs only these tests and keeps screenshots.
@Suite(.blocking, .enabled("Chromium is not installed here") { try Chromium.isThere(TemporaryFolder()) })
struct ReportBrowserTests {
  /// The folder for pictures; `nil` when none are wanted.
  private static let pictures = ProcessInfo.processInfo.environment["BULKPATCH_REPORT_PICTURES"]

  private func expectNoComplaint(_ browser: Chromium, location: SourceLocation = #_sourceLocation) {
    #expect(browser.requests.isEmpty, sourceLocation: location)
    #expect(browser.complaints.isEmpty, sourceLocation: location)
  }

  /// Opens the page of the newest run in both sizes, and checks what every page has to fulfil.
  private func open(_ desk: Desk, _ browser: Chromium, as name: String) throws {
    try desk.call(["report", "latest", "-o", "\(name).html"], exits: 0)
    for width in [1280, 360] {
      try browser.open(desk.folder.path("\(name).html"), width: width)
      // Nothing overflows sideways.
      #expect(try browser.evaluate("document.documentElement.scrollWidth") == "\(width)", "\(name) \(width)")
      guard let folder = Self.pictures else { continue }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try browser.writeScreenshot("\(folder)/\(name)-\(width).png")
      guard width == 1280 else { continue }
      try browser.writeScreenshot("\(folder)/\(name)-\(width)-dark.png", isDark: true)
      try browser.writePDF("\(folder)/\(name).pdf")
    }
    expectNoComplaint(browser)
  }

  @Test func hostileCellsAreText() throws {
    let desk = try Desk(incidents: 40)
    let browser = try Chromium(in: desk.folder)
    try desk.folder.write("sheet.csv", HostileSheet.rows)
    try desk.call(desk.run("sheet.csv", "--quiet", "--reason", HostileSheet.texts[2]), exits: 0)
    try open(desk, browser, as: "hostile")
    #expect(try browser.evaluate("document.title").hasPrefix("sheet"))
    #expect(
      try browser.evaluate("typeof owned + document.querySelectorAll('#owned, main script, img').length")
        == "undefined0")
    let shown = try browser.evaluate("document.getElementById('rows').textContent")
    for text in HostileSheet.texts where !text.contains("\u{202E}") {
      #expect(shown.contains(text), "\(text)")
    }
    #expect(shown.contains("abc<U+202E>dcba"))
    // A long text is cut and says so, in the list and where one line is shown whole.
    try browser.evaluate("document.querySelector('#rows tr:nth-last-child(2) button').click()")
    #expect(try browser.evaluate("document.getElementById('detail').open") == "true")
    #expect(try browser.evaluate("document.getElementById('detail-after').textContent").contains("349,5"))
    try browser.evaluate("document.querySelector('dialog button').click()")
    #expect(try browser.evaluate("document.getElementById('detail').open") == "false")
    expectNoComplaint(browser)
  }

  @Test func plansAndRollbacksHaveTheirPages() throws {
    let desk = try Desk(incidents: 200)
    let browser = try Chromium(in: desk.folder)
    let rows = (1...300).map { "\($0 % 210 + 1),\([4, 9, 12, 31][$0 % 4]),row \($0 % 9)\n" }
    try desk.folder.write("sheet.csv", "id,assignedTo.account,subject\n" + rows.joined())
    try desk.call(desk.run("sheet.csv", "--dry-run", "--quiet", "--reason", "CHG-4711"), exits: 1)
    try open(desk, browser, as: "plan")
    try desk.call(["apply", "latest", "--quiet"], exits: 1)
    try open(desk, browser, as: "run")
    try desk.folder.write("other.csv", "id,subject\n" + (1...20).map { "\($0),mine\n" }.joined())
    var other = desk.bulkpatch
    other.environment["XDG_STATE_HOME"] = desk.folder.path("others")
    _ = try other.run(desk.run("other.csv", "--quiet"))
    try desk.call(["rollback", "latest", "--quiet", "--reason", "the wrong team"], exits: 5)
    try open(desk, browser, as: "rollback")
    #expect(try browser.evaluate("document.body.textContent.includes('left alone')") == "true")
  }

  @Test func hundredThousandLinesAreSearchedAndSorted() throws {
    let desk = try Desk(incidents: 100)
    let browser = try Chromium(in: desk.folder)
    try desk.writeSheet(rows: 100, incidents: 100)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    // As many rows as a large run has, without sending them.
    try desk.change(
      desk.runPath("run.sqlite"),
      """
      WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < 999)
      INSERT INTO row (number, line, state, record_id, attempts, finished_at, idempotent, patch, input)
        SELECT number + n * 100, line + n * 100, state, record_id + n * 100, attempts, finished_at, idempotent,
          '{"subject":"row ' || (number + n * 100) || '"}', input FROM row, copy;
      INSERT INTO snapshot SELECT number, number, '', NULL, '{"subject":"was ' || number || '"}', '{}'
        FROM row WHERE number > 100;
      UPDATE run SET rows_read = 100000;
      """)
    try desk.call(["report", "latest", "-o", "large.html"], exits: 0)
    let time = try browser.open(desk.folder.path("large.html"), width: 1280)
    let size = try FileManager.default.attributesOfItem(atPath: desk.folder.path("large.html"))[.size]
    print("report: 100,000 lines, \((size as? Int ?? 0) / 1_000_000) MB, on the screen after \(Int(time)) ms")
    #expect(try browser.evaluate("document.getElementById('count').textContent") == "100,000 lines")
    #expect(try browser.evaluate("document.querySelectorAll('#rows tr').length < 100") == "true")
    try browser.evaluate("search.value = 'WAS 99999', search.dispatchEvent(new Event('input'))")
    try wait(browser, "document.getElementById('count').textContent", "1 of 100,000 lines")
    #expect(
      try browser.evaluate("document.querySelector('#rows tr:nth-child(2)').textContent").contains(
        "row 99999"))
    try browser.evaluate("search.value = '', search.dispatchEvent(new Event('input'))")
    try wait(browser, "document.getElementById('count').textContent", "100,000 lines")
    // Twice: the second click reverses the order.
    for first in ["row 1", "row 100000"] {
      try browser.evaluate("document.querySelector('th[data-key=row] button').click()")
      if first == "row 1" {
        try browser.evaluate(
          "document.querySelector('th[data-key=record] button').click(), document.querySelector('th[data-key=row] button').click()"
        )
      }
      #expect(
        try browser.evaluate("document.querySelector('#rows tr:nth-child(2) td:nth-child(4)').textContent")
          == first)
    }
    // Scrolling reaches the end of the list.
    try browser.evaluate("view.scrollTop = view.scrollHeight")
    try wait(
      browser, "document.querySelector('#rows tr:nth-last-child(2)').getAttribute('aria-rowindex')", "100001")
    expectNoComplaint(browser)
  }

  private func wait(_ browser: Chromium, _ expression: String, _ value: String) throws {
    let deadline = Date(timeIntervalSinceNow: 20)
    var found = ""
    while Date() < deadline {
      found = try browser.evaluate(expression)
      if found == value { return }
      usleep(20_000)
    }
    Issue.record("'\(found)' and not '\(value)'")
  }
}
