import Patches
import Sheets
import Testing

/// Card numbers in texts that are about to be added.
@Suite struct CardNumberTests {
  private func note(_ text: String, _ rule: CardRule = .warn) throws -> BuiltRow {
    try built(
      ["threads.append.text": text, "threads.append.entryType": "1"], options { $0.cardRule = rule })
  }

  @Test(arguments: [
    "4111 1111 1111 1111", "card 4111111111111111, thanks", "5555-5555-5555-4444", "Amex 378282246310005",
    "6011111111111117", "3530111333300000", "30569309025904", "call 12 4111111111111111",
  ])
  func warnsOfANumberAndNeverRepeatsIt(_ text: String) throws {
    let row = try note(text)
    #expect(row.findings.map(\.rule) == ["card-number"])
    #expect(row.findings.first?.severity == .warning && row.patch != nil)
    #expect(row.findings.first?.value?.count == 6)
    #expect(try note(text, .error).patch == nil)
    #expect(try note(text, .allow).findings.isEmpty)
  }

  @Test(arguments: [
    // The last digit is wrong, or no issuer has such a number.
    "4111 1111 1111 1112", "1234 5678 9012 3452", "9999999999999995", "order 2024031700001234567",
    "240317-000042 and 240317-000043", "+49 30 1234567", "4111 1111", "4111  1111  1111  1111",
  ])
  func leavesOtherNumbersAlone(_ text: String) throws {
    #expect(try note(text).findings.isEmpty)
  }

  @Test func looksOnlyAtWhatIsAdded() throws {
    #expect(try built(["subject": "4111 1111 1111 1111"]).findings.isEmpty)
    let json = #""threads": {"text": "4111111111111111", "entryType": {"id": 1}}"#
    #expect(try built(json: json).findings.map(\.rule) == ["card-number"])
  }
}
