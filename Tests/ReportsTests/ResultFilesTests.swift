import Foundation
import JSON
import Patches
import Reports
import Sheets
import Staging
import TestSupport
import Testing

@Suite struct ResultFilesTests {
  private static let ours = "_row,_line,_record_id,_status,_http_status,_error_code,_error,_attempts,_at"

  private let sample: [ReportRow] = [
    ReportRow(input: "7,new", state: .applied, id: 7, httpStatus: 200),
    ReportRow(input: "8,\"a, \"\"b\"\"\"", state: .failed, id: 8, httpStatus: 400, code: "C", error: "no"),
    ReportRow(input: "9,same", state: .unchanged, id: 9),
    .rejected(
      "x,",
      [
        Finding(
          row: 4, line: 5, column: "id", value: "x", rule: "not-integer", message: "is no whole number"),
        Finding(row: 4, line: 5, rule: "empty-patch", message: "the row changes nothing"),
      ]),
    ReportRow(input: "10,lost", state: .unknown, id: 10, code: "timeout", error: "no answer"),
    ReportRow(input: "11,later", id: 11),
    ReportRow(input: "8,held", state: .blocked, id: 8, code: "held", error: "row 2 is failed"),
    ReportRow(input: "12,moved", state: .conflict, id: 12, httpStatus: 412, code: "changed", error: "=1+1"),
  ]

  @Test func putsEveryRowIntoTheFileOfItsState() throws {
    let run = try ReportFixture(sample)
    let files = try ResultFiles.write(run.file)
    #expect(files.map(\.name) == ["succeeded.csv", "failed.csv", "unknown.csv", "unprocessed.csv"])
    #expect(files.map(\.rows) == [2, 3, 1, 2])
    #expect(
      run.withoutTimes(try run.read("succeeded.csv")) == """
        id,subject,\(ResultFilesTests.ours)
        7,new,1,2,7,applied,200,,,1,TIME
        9,same,3,4,9,unchanged,,,,1,TIME

        """)
    #expect(
      run.withoutTimes(try run.read("failed.csv")) == """
        id,subject,\(ResultFilesTests.ours)
        8,"a, ""b""\",2,3,8,failed,400,C,no,1,TIME
        x,,4,5,,rejected,,not-integer,id: is no whole number; the row changes nothing,0,
        12,moved,8,9,12,conflict,412,changed,'=1+1,1,TIME

        """)
    #expect(
      run.withoutTimes(try run.read("unknown.csv")) == """
        id,subject,\(ResultFilesTests.ours)
        10,lost,5,6,10,unknown,,timeout,no answer,1,TIME

        """)
    #expect(
      run.withoutTimes(try run.read("unprocessed.csv")) == """
        id,subject,\(ResultFilesTests.ours)
        11,later,6,7,11,staged,,,,0,
        8,held,7,8,8,blocked,,held,row 2 is failed,0,TIME

        """)
  }

  @Test func isThereEvenWithoutRowsAndReadableByItsOwnerOnly() throws {
    let run = try ReportFixture([])
    try ResultFiles.write(run.file)
    #expect(try run.names() == ["failed.csv", "succeeded.csv", "unknown.csv", "unprocessed.csv"])
    #expect(try run.read("failed.csv") == "id,subject,\(ResultFilesTests.ours)\n")
    for name in try run.names() {
      let attributes = try FileManager.default.attributesOfItem(atPath: run.directory.file(name))
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
    }
  }

  @Test func canBeReadAgainAsASheetWithTheSameCells() throws {
    let cells = [
      ["7", "comma, \"quote\" and\nline"], ["8", "  blanks  "], ["9", "=1+1"], ["10", "äöü 漢字 🎉"],
    ]
    let folder = try TemporaryFolder()
    let original = try folder.write(
      "sheet.csv", "id,subject\n7,\"comma, \"\"quote\"\" and\nline\"\n8,  blanks  \n9,=1+1\n10,äöü 漢字 🎉\n")
    let sheet = try Sheet(path: original)
    var rows: [ReportRow] = []
    while let row = try sheet.next() {
      rows.append(ReportRow(input: row.input, state: .failed, code: "C", error: "no, \"never\""))
    }
    let run = try ReportFixture(rows)
    try ResultFiles.write(run.file)

    let again = try Sheet(path: run.directory.file("failed.csv"))
    #expect(again.header == ["id", "subject"] + ResultColumns.names)
    var read: [[String]] = []
    while let row = try again.next() {
      guard case .cells(let cells) = row.content else {
        Issue.record("row \(row.number) cannot be read: \(row.findings)")
        continue
      }
      read.append(Array(cells.prefix(2)))
    }
    #expect(read == cells)
  }

  /// Too few cells, too many, and text that is no record at all.
  @Test(arguments: ["7", "7,a,b", "7,\"a", "7,a\"b", ""])
  func keepsARowOfAnotherShapeWholeAndInItsPlace(_ input: String) throws {
    let finding = Finding(row: 1, line: 2, rule: "ragged", message: "has another number of cells")
    let run = try ReportFixture([.rejected(input, [finding]), ReportRow(input: "8,b", state: .failed)])
    try ResultFiles.write(run.file)
    let sheet = try Sheet(path: run.directory.file("failed.csv"))
    let first = try #require(try sheet.next())
    #expect(
      first.content
        == .cells([input, "", "1", "2", "", "rejected", "", "ragged", "has another number of cells", "0", ""])
    )
    guard case .cells(let second) = try #require(try sheet.next()).content else {
      Issue.record("the row after it cannot be read")
      return
    }
    #expect(second.prefix(4) == ["8", "b", "2", "3"])
  }

  /// A broken row has to be fixed where it stands: with the sheet's delimiter, and nothing that was not
  /// there.
  @Test(arguments: [
    ("id;subject\n1;5\" pipe\n", #"1;"5"" pipe""#), ("id;subject\n2;\"a;b\";c\n", #"2;"a;b";c"#),
    ("id;subject\n3;x;\n", "3;x;"), ("id;subject\n4\n", "4"),
    ("id;subject\n5;\"never, closed\n6;x\n", "5;\"never, closed\n6;x\n\""),
    ("id,subject\n7,\"a\" b\n", #"7,"a"" b""#), ("id\n\"8\n", "\"8\n\","),
  ])
  func writesABrokenRowAsTheSheetHasIt(_ text: String, _ expected: String) throws {
    let folder = try TemporaryFolder()
    let sheet = try Sheet(path: folder.write("sheet.csv", text))
    let row = try #require(try sheet.next())
    let run = try ReportFixture(
      [.rejected(row.input, row.findings)], header: sheet.header,
      delimiter: sheet.delimiter.map { String(Unicode.Scalar($0)) })
    try ResultFiles.write(run.file)

    let again = try Sheet(path: run.directory.file("failed.csv"))
    guard case .cells(let cells) = try #require(try again.next()).content else {
      Issue.record("the row cannot be read: \(try run.read("failed.csv"))")
      return
    }
    #expect(cells.first == expected)
    let others = cells.dropFirst().prefix(sheet.header.count - 1)
    #expect(others.allSatisfy { $0.isEmpty })
  }

  @Test func addsTheColumnsThatPatchesPassOver() {
    #expect(Set(ResultColumns.names) == PatchBuilder.resultColumns)
  }

  @Test func replacesItsOwnColumnsWhenTheSheetWasAResultFile() throws {
    let run = try ReportFixture(
      [ReportRow(input: "17,failed,7,new,old error", state: .failed, id: 7, code: "C", error: "new error")],
      header: ["_row", "_status", "id", "subject", "_error"])
    try ResultFiles.write(run.file)
    #expect(
      run.withoutTimes(try run.read("failed.csv")) == """
        id,subject,\(ResultFilesTests.ours)
        7,new,1,2,7,failed,,C,new error,1,TIME

        """)
  }

  @Test func writesObjectsForASheetOfObjects() throws {
    let object = #"{"id": 771, "threads": {"text": "a } b"}, "big": 1.50}"#
    let run = try ReportFixture(
      [
        ReportRow(input: object, state: .applied, id: 771, httpStatus: 200),
        ReportRow(input: " {} ", state: .failed, code: "=x", error: "-no"),
        .rejected(#"{"id": 7"#, [Finding(row: 3, line: 4, rule: "json", message: "is cut off")]),
        ReportRow(input: #"{"_row":99,"id":8,"_error":"old"}"#, state: .failed, id: 8, error: "new"),
      ], header: nil)
    #expect(try ResultFiles.write(run.file).map(\.name).first == "succeeded.jsonl")
    let done = try run.read("succeeded.jsonl")
    // The object is as it was, digit for digit.
    #expect(done.hasPrefix(#"{"id": 771, "threads": {"text": "a } b"}, "big": 1.50,"_row":1,"_line":2,"#))
    let failed = try run.read("failed.jsonl").split(separator: "\n").map {
      try JSONValue(parsing: String($0))
    }
    #expect(failed.map { $0["_status"] } == ["failed", "rejected", "failed"])
    // Programs read these: nothing is added before the text.
    #expect(failed[0]["_error"] == "-no")
    #expect(failed[1]["_input"] == #"{"id": 7"#)
    #expect(failed[1]["_record_id"] == .null)
    #expect(failed[2]["_row"] == 4)
    #expect(failed[2]["_error"] == "new")
    #expect(failed[2].object?.map(\.name) == ["id"] + ResultColumns.names)
    #expect(try run.read("unknown.jsonl").isEmpty)
  }

  @Test func leavesTheOlderFilesWhenOneCannotBeWritten() throws {
    let run = try ReportFixture([ReportRow(input: "7,new", state: .applied, id: 7)])
    try ResultFiles.write(run.file)
    let before = try run.read("succeeded.csv")
    var checkpoint = Checkpoint()
    checkpoint.outcomes = [RowOutcome(number: 1, state: .failed, attempts: 1)]
    _ = try run.file.commit(checkpoint)

    // A folder stands where the new file is written.
    let obstacle = run.directory.file(".failed.csv.new")
    try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
    let error = #expect(throws: StagingError.self) { try ResultFiles.write(run.file) }
    #expect(error?.kind == .io)
    #expect(error?.description == "\(run.directory.file("failed.csv")): cannot be written: File exists")
    #expect(error?.hint?.contains("safe in the run file") == true)
    #expect(try run.read("succeeded.csv") == before)
    // Nothing half-written is left behind.
    try FileManager.default.removeItem(atPath: obstacle)
    #expect(try run.names() == ["failed.csv", "succeeded.csv", "unknown.csv", "unprocessed.csv"])
  }

  @Test func writesThroughNoLinkThatStandsInTheWay() throws {
    let run = try ReportFixture([ReportRow(input: "7,new", state: .applied, id: 7)])
    let precious = try run.folder.write("precious", "text")
    try FileManager.default.createSymbolicLink(
      atPath: run.directory.file(".failed.csv.new"), withDestinationPath: precious)
    try ResultFiles.write(run.file)
    #expect(try run.folder.read("precious") == "text")
  }
}
