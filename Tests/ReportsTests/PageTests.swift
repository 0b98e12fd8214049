import Foundation
import JSON
import Records
import Sheets
import Staging
import Testing

@testable import Reports

@Suite struct PageTests {
  /// swift-mustache itself leaves a `<` as it is that shares a character with its neighbour.
  @Test(arguments: [
    ("<b>", "&lt;b&gt;"), ("\u{600}<b>", "\u{600}&lt;b&gt;"), ("\"\u{301} x='", "&quot;\u{301} x=&#39;"),
    ("a & b", "a &amp; b"), ("ä漢🎉", "ä漢🎉"), ("<\u{338}script", "&lt;\u{338}script"),
  ])
  func escapesByCodeUnits(text: String, escaped: String) {
    #expect(PageText.html.escapeText(text).utf8.elementsEqual(escaped.utf8))
    let cause: [String: Any] = [
      "count": text, "state": "", "code": "", "place": "", "message": text, "hint": text,
    ]
    let values: [String: Any] = ["hasCauses": true, "causes": [cause], "causeTitle": text]
    // In sections, in attributes of them, and in templates within templates.
    for name in ["causes", "opening"] {
      let page = PageTemplates.shared.render(name, values)
      #expect(
        page.utf8.split(separator: UInt8(ascii: "\n")).contains {
          String(decoding: $0, as: UTF8.self).contains(escaped)
        })
      #expect(
        !page.unicodeScalars.split(separator: "\n").contains {
          String($0).contains("<b>") && text.contains("<b>")
        })
    }
  }

  /// Only our own texts go in as they are: hashes, style and script.
  @Test func onlyOurOwnTextsAreNotEscaped() {
    let raw = Set(
      PageTemplates.texts.values.flatMap { $0.matches(of: /\{\{[{&]\s*([\w.]+)/).map { String($0.1) } })
    #expect(raw == ["scriptHash", "styleHash", "style", "script"])
    for text in [PageStyle.text, PageScript.text] {
      #expect(!text.contains("</") && !text.contains("<!--"))
      #expect(!text.contains(/https?:|@import|url\(|innerHTML|insertAdjacent|document\.write|eval\(/))
    }
  }

  @Test func nothingInDataEndsItsElement() throws {
    let text = "</script><!--&amp;\u{2028}"
    let bytes = PageText.inScript(JSONValue.array([.string(text)]).bytes())
    let written = String(decoding: bytes, as: UTF8.self)
    #expect(!written.contains("<") && !written.contains("&") && !written.contains("\u{2028}"))
    #expect(try JSONValue(parsing: bytes) == [.string(text)])
  }

  @Test func namesTheScriptByItsHash() {
    // echo -n abc | openssl dgst -sha256 -binary | base64
    #expect(SHA256Hash.base64(of: "abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
  }

  @Test func memoryOfATallyDoesNotGrow() {
    var tally = PageTally()
    for number in 0..<3_000 {
      var change = PlannedChange(attribute: "subject", then: .string("new \(number)"))
      change.now = .string("old \(number)")
      tally.add(PageEntry(change, .changed, row: number + 1, record: "\(number)"))
      tally.add(
        PageEntry(
          PlannedChange(attribute: "custom\(number)", then: 1), .changed, row: number + 1, record: "\(number)"
        ))
    }
    #expect(tally.changes == 6_000)
    #expect(tally.attributes.count == PageTally.attributeLimit)
    #expect(tally.attributes[0].pairs.count == PageTally.pairLimit)
    #expect(tally.attributes[0].others == 3_000 - PageTally.pairLimit)
    let context = PageMatrix(attribute: tally.attributes[0], tally: tally).context
    #expect(context["examples"] != nil && context["matrix"] == nil)
  }

  @Test func aMatrixGathersWhatIsRare() throws {
    var tally = PageTally()
    for number in 0..<600 {
      var change = PlannedChange(
        attribute: "statusWithType.status", then: ["id": .integer(Int64(number % 3))])
      change.now = ["id": .integer(Int64(100 + number % 20)), "lookupName": .string("S\(number % 20)")]
      tally.add(PageEntry(change, .planned, row: number + 1, record: ""))
    }
    let matrix = try #require(
      PageMatrix(attribute: tally.attributes[0], tally: tally).context["matrix"] as? [String: Any])
    let rows = try #require(matrix["rows"] as? [[String: Any]])
    #expect(rows.count == 9)
    #expect(rows[8]["from"] as? String == "12 others")
    #expect(rows[8]["sum"] as? String == "360")
    #expect((matrix["columns"] as? [[String: String]])?.map { $0["to"] } == ["0", "1", "2"])
  }

  @Test func tempoKeepsALimitedNumberOfStretches() {
    let began = Date(timeIntervalSince1970: 1_000_000)
    var tempo = Tempo(began: began)
    for second in 0..<10_000 {
      tempo.record(
        status: second % 100 == 0 ? 503 : 200, duration: .milliseconds(second < 5_000 ? 20 : 80),
        at: began + Double(second))
    }
    let slices = tempo.slices
    #expect(slices.count <= Tempo.limit && slices.count > Tempo.limit / 2)
    #expect(slices.reduce(0) { $0 + $1.requests } == 10_000)
    #expect(slices.reduce(0) { $0 + $1.unanswered } == 100)
    #expect((18...22).contains(slices[0].median) && (72...90).contains(slices[slices.count - 1].p95))
    // A clock that is set back is no reason to stop.
    tempo.record(status: nil, duration: .zero, at: began - 1_000)
    #expect(tempo.slices[0].unanswered == slices[0].unanswered + 1)
  }
}
