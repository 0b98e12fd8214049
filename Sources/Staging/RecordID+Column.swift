internal import Foundation
internal import GRDB
import Records

/// How a record's key stands in a column: an integer as an integer and a text as a text, whatever it looks like.
///
/// The columns `record_id` are of the type `ANY`, which converts nothing: `0012` stays the text that it is.
extension RecordID {
  /// A value that SQLite sorts after every key.
  static let afterAll = Data([0]).databaseValue

  var databaseValue: DatabaseValue {
    switch self {
    case .integer(let number): number.databaseValue
    case .text(let text): text.databaseValue
    }
  }

  /// Reads a column; `nil` if there is no key in it.
  init?(_ value: DatabaseValue) {
    switch value.storage {
    case .int64(let number): self = .integer(number)
    case .string(let text): self = .text(text)
    default: return nil
    }
  }
}

extension Row {
  /// Returns the key in a column; `nil` for null.
  func recordID(_ column: String = "record_id") -> RecordID? { RecordID(self[column] as DatabaseValue) }
}
