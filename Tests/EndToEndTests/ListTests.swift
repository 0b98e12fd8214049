import Foundation
import TestSupport
import Testing

/// Every list that a row can add to: a look makes up for a lost answer, and verification finds the added
/// element at the end.
@Suite(.blocking) struct ListTests {
  @Test(arguments: [
    #""otherContacts": [{"id": 7}]"#, #""otherContacts": [{"id": 7}, {"id": 8}]"#,
    #""otherContacts": [{"id": 7}], "subject": "with a contact""#,
    #""otherContacts": [{"id": 7}], "threads": [{"entryType": {"id": 1}, "text": "contact added"}]"#,
    #""threads": [{"entryType": {"id": 2}, "text": "the customer's “words” & <tags>"}]"#,
    #""fileAttachments": [{"fileName": "a.txt", "contentType": "text/plain", "data": "aGVsbG8="}]"#,
    #""billedMinutes": [{"account": {"id": 1}, "minutes": 5, "billTime": "2026-01-02T03:04:05Z", "comment": "a call"}]"#,
  ])
  func isAddedToOnce(patch: String) throws {
    for point in ["before-commit", "after-commit"] {
      let desk = try Desk(incidents: 3, "--fault", "PATCH * times=1 reset=\(point)")
      try desk.writeSites()
      try desk.folder.write("sheet.jsonl", #"{"id": 2, \#(patch)}"# + "\n")
      let result = try desk.call(
        desk.run("sheet.jsonl", "--settle", "1ms", "--verify", "--quiet"), exits: 0)
      #expect(result.standardError.isEmpty && result.standardOutput.isEmpty)
      #expect(try desk.changes().count(where: \.isCommitted) == 1, "\(point)")
      #expect(try desk.counts() == ["applied": 1])
    }
  }
}
