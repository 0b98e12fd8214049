import Catalog
import JSON
import Records
import Staging
import Testing

@testable import Execution

/// The changes of rows that were carried out, for `changes.csv`.
@Suite struct CarriedOutChangesTests {
  /// Swift calls texts equal that differ in how an accented letter is composed; a site keeps them apart.
  @Test func showsEachTextInItsOwnCharacters() {
    let changes = CarriedOutChanges(resource: .incidents)
    for text in ["caf\u{E9}", "cafe\u{301}", "caf\u{E9}"] {
      let row = CarriedOutRow(
        number: 1, line: 2, state: .applied, recordID: 1, patch: #"{"subject":"\#(text)"}"#, snapshot: nil)
      let shown = changes(row).compactMap { $0.then?.string }
      #expect(shown.map { Array($0.utf8) } == [Array(text.utf8)])
    }
  }
}
