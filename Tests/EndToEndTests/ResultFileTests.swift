import Foundation
import TestSupport
import Testing

/// The result files of a run, which the next one starts from.
@Suite(.blocking) struct ResultFileTests {
  @Test func theFailedRowsAreASheetToCorrectAndRunAgain() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write(
      "sheet.csv", "Incident,Text,Who\n1,one,Ann\n99,\"two, with a comma\nand a line\",Bob\nthree,three,Cy\n")
    let mapping = ["--column", "Incident=id", "--column", "Text=subject", "--ignore", "Who"]
    let first = try desk.call(desk.run("sheet.csv") + mapping, exits: 1)
    #expect(first.standardOutput.contains("failed.csv"))

    let failed = try desk.runText("failed.csv")
    #expect(
      failed.hasPrefix(
        "Incident,Text,Who,_row,_line,_record_id,_status,_http_status,_error_code,_error,_attempts,_at\n"))
    #expect(failed.contains("99,\"two, with a comma\nand a line\",Bob,2,3,99,failed,"))
    #expect(failed.contains("three,three,Cy,3,5,,rejected,"))
    #expect(try desk.runText("succeeded.csv").contains("1,one,Ann,1,2,1,applied,200,,,1,"))

    let corrected = failed.replacing("99,\"two", with: "2,\"two").replacing("three,three", with: "3,three")
      .replacing("and a line", with: "now short")
    try desk.folder.write("again.csv", corrected.replacing("\nnow", with: " now"))
    try desk.call(desk.run("again.csv") + mapping, exits: 0)
    #expect(
      try desk.changes().filter(\.isCommitted).map(\.body).sorted() == [
        #"{"subject":"one"}"#, #"{"subject":"three"}"#, #"{"subject":"two, with a comma now short"}"#,
      ])
    #expect(try desk.runText("failed.csv").split(separator: "\n").count == 1)
  }

  @Test func areOfTheSheetsOwnFormat() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write(
      "sheet.jsonl",
      "{\"id\": 1, \"subject\": \"a\"}\n{\"id\": 99, \"subject\": \"b\"}\n{\"id\": 2, \"subj\": \"c\"}\n")
    try desk.call(desk.run("sheet.jsonl"), exits: 1)
    let failed = try desk.runText("failed.jsonl")
    #expect(
      failed.contains(#"{"id": 99, "subject": "b","_row":2,"_line":2,"_record_id":99,"_status":"failed","#))
    #expect(failed.contains(#""_status":"rejected""#))
    #expect(try desk.runText("succeeded.jsonl").contains(#""_status":"applied""#))
    #expect(try desk.runText("unknown.jsonl") == "")

    try desk.folder.write(
      "again.jsonl", failed.replacing(#""id": 99"#, with: #""id": 3"#).replacing("subj\"", with: "subject\""))
    try desk.call(desk.run("again.jsonl"), exits: 0)
    #expect(try desk.counts() == ["applied": 2])
  }

  @Test func theSummaryNamesTheCommandsThatComeNext() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", "id,subject\n1,one\n99,two\n")
    let summary = try desk.call(desk.run("sheet.csv"), exits: 1).standardOutput
    let commands = summary.split(separator: "\n").filter {
      $0.hasPrefix("  bulkpatch ") || $0.hasPrefix("  cp ")
    }
    // A record that does not exist will not exist the next time.
    #expect(!commands.contains { $0.contains("--retry-failed") })
    // The commands work as typed: the user fixes the copy in between.
    let copy = try #require(commands.first { $0.hasPrefix("  cp ") })
    #expect(try desk.bulkpatch.shell(String(copy)).exitCode == 0)
    try desk.folder.write(
      "sheet-repaired.csv", try desk.folder.read("sheet-repaired.csv").replacing("99,two", with: "2,two"))
    let again = try #require(commands.first { $0.contains(" run ") })
    let result = try desk.bulkpatch.shell(String(again))
    #expect(result.exitCode == 0, "\(again)\n\(result.standardError)")
  }

  /// Files to attach are found beside the copy as they were beside the sheet.
  @Test func theCopyFindsWhatTheSheetAttaches() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("in/note.txt", "text")
    try desk.folder.write(
      "in/sheet.csv", "id,subject,fileAttachments.add.file\n1,one,note.txt\n99,two,note.txt\n")
    let summary = try desk.call(desk.run("in/sheet.csv"), exits: 1).standardOutput
    let commands = summary.split(separator: "\n").map { $0.trimmingPrefix("  ") }
    let copy = try #require(commands.first { $0.hasPrefix("cp ") })
    let again = try #require(commands.first { $0.hasPrefix("bulkpatch run ") })
    let result = try desk.bulkpatch.shell(
      "\(copy) && sed -i 's/^99/2/' in/sheet-repaired.csv && \(again) --yes")
    #expect(result.exitCode == 0, "\(again)\n\(result.standardError)")
    #expect(try desk.changes().last?.recordID == 2)
  }

  @Test func strictSendsNothingOfASheetWithAMistake() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", "id,subject\n1,one\nx,two\n")
    let refused = try desk.call(desk.run("sheet.csv", "--strict"), exits: 65)
    #expect(refused.standardError.contains("sheet.csv: 1 of its 2 rows are not valid, and the job is strict"))
    #expect(try desk.changes().isEmpty)
    #expect(try desk.runText("failed.csv").contains("x,two,2,3,,rejected,"))
  }

  @Test func nothingIsSentWhenNothingIsValid() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", "id,subject\ny,one\nx,two\n")
    let refused = try desk.call(desk.run("sheet.csv"), exits: 65)
    #expect(refused.standardError.contains("none of its 2 rows is valid"))
    #expect(try desk.changes().isEmpty)
  }

  /// The job's settings for the sheet do not hold for its result files, which needs no flag.
  @Test func sayThemselvesHowTheyAreToBeRead() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write(
      "sheet.csv", Array("id;subject;Wer\n1;Gru\u{DF}, kurz;a;b\n99;Gru\u{DF};c\n".latin1))
    try desk.folder.write(
      "job.yaml",
      """
      sheet: sheet.csv
      resource: incidents
      ignore: [Wer]
      csv: {encoding: windows-1252, delimiter: ;}

      """)
    let first = try desk.call(["run", "job.yaml", "--site", desk.url], exits: 1)
    let commands = first.standardOutput.split(separator: "\n").map { $0.trimmingPrefix("  ") }
    let copy = try #require(commands.first { $0.hasPrefix("cp ") })
    let again = try #require(commands.first { $0.hasPrefix("bulkpatch run ") })
    #expect(!again.contains("--encoding") && !again.contains("--delimiter"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: desk.runPath("failed.csv")))
    #expect(bytes.starts(with: Data("\u{FEFF}id;subject;Wer;_row;".utf8)))
    #expect(String(decoding: bytes, as: UTF8.self).contains("99;Gru\u{DF};c;2;3;99;failed;"))

    // With the mark, and without it, as an editor may leave it.
    for mend in ["s/^99/2/", "s/^99/2/; 1s/^...//"] {
      let mended = try desk.bulkpatch.shell(
        "\(copy) && LC_ALL=C sed -i '\(mend)' job-repaired*.csv && sed -i '/rejected/d' job-repaired*.csv && \(again) --yes"
      )
      #expect(mended.exitCode == 0, "\(mended.standardError)")
      #expect(try desk.changes().last?.body == "{\"subject\":\"Gru\u{DF}\"}")
    }
  }

  @Test func ofObjectsAreUTF8Too() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.jsonl", Array("{\"id\": 99, \"subject\": \"Gru\u{DF}\"}\n".latin1))
    let options = ["--encoding", "windows-1252"]
    try desk.call(desk.run("sheet.jsonl") + options, exits: 1)
    try desk.folder.write("again.jsonl", desk.runText("failed.jsonl").replacing(": 99", with: ": 3"))
    try desk.call(desk.run("again.jsonl") + options, exits: 0)
    #expect(try desk.changes().last?.body == "{\"subject\":\"Gru\u{DF}\"}")
  }
}

extension String {
  /// A byte a character.
  fileprivate var latin1: [UInt8] { unicodeScalars.map { UInt8($0.value) } }
}
