import Reports
import Sheets
import Staging
import Testing

@Suite struct ResultListingTests {
  private let sample: [ReportRow] = [
    ReportRow(input: "7,\"a,b\"", state: .applied, id: 7, httpStatus: 200),
    ReportRow(
      input: "8,x", state: .failed, id: 8, httpStatus: 400, code: "OSC-CREST-00013", error: "no\nsuch"),
    .rejected("9", [Finding(row: 3, line: 4, rule: "ragged", message: "has 1 cell, the header has 2")]),
  ]

  private func listing(
    _ run: ReportFixture, _ format: ResultListing.Format, of states: [RowState] = RowState.allCases,
    width: Int? = nil
  ) throws -> String {
    var text = ""
    try ResultListing(run.file, states: states, format: format, width: width).write {
      text += $0
      return true
    }
    return run.withoutTimes(text)
  }

  @Test func printsCSVLikeTheResultFiles() throws {
    let run = try ReportFixture(sample)
    #expect(
      try listing(run, .csv, of: [.applied]) == """
        \u{FEFF}id,subject,_row,_line,_record_id,_status,_http_status,_error_code,_error,_attempts,_at
        7,"a,b",1,2,7,applied,200,,,1,TIME

        """)
  }

  @Test func printsOneObjectALine() throws {
    let run = try ReportFixture(sample)
    let ragged =
      #"{"_input":"9","_row":3,"_line":4,"_record_id":null,"_status":"rejected","_http_status":null,"#
    #expect(
      try listing(run, .jsonl, of: [.applied, .rejected]) == """
        {"id":"7","subject":"a,b","_row":1,"_line":2,"_record_id":7,"_status":"applied","_http_status":200,\
        "_error_code":null,"_error":null,"_attempts":1,"_at":"TIME"}
        \(ragged)"_error_code":"ragged","_error":"has 1 cell, the header has 2","_attempts":0,"_at":null}

        """)
  }

  @Test func printsATableForPeople() throws {
    let run = try ReportFixture(sample)
    #expect(
      try listing(run, .table) == """
             row      line        record  state      http  code               tries  error
               1         2             7  applied     200                         1
               2         3             8  failed      400  OSC-CREST-00013        1  no\\nsuch
               3         4                rejected         ragged                    has 1 cell, the header has 2

        """)
    let narrow = try listing(run, .table, width: 60)
    #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }

  @Test func printsObjectsOfASheetInAColumn() throws {
    let run = try ReportFixture([ReportRow(input: #"{"id":7}"#, state: .applied, id: 7)], header: nil)
    let text = try listing(run, .csv)
    #expect(text.hasPrefix("\u{FEFF}_input,_row,"))
    #expect(text.contains("\n\"{\"\"id\"\":7}\",1,2,7,applied,"))
  }

  @Test func stopsWhenTheReaderIsGone() throws {
    let many = (0..<20_000).map { ReportRow(input: "\($0),x") }
    let run = try ReportFixture(many)
    var pieces = 0
    try ResultListing(run.file, format: .csv).write { _ in
      pieces += 1
      return false
    }
    #expect(pieces == 1)
  }
}
