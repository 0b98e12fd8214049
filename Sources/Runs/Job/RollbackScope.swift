import Foundation
import JSON
import Records
package import Staging

/// The part of a run that a rollback covers, and its options.
package struct RollbackScope {
  /// The run to roll back.
  var source: RunDirectory
  /// The rows to roll back; `nil` for all.
  package var rows: RowSelection?
  /// The records to roll back, by id or by the sheet's key; empty for all.
  var records: Set<String>
  /// Overwrites values that others have changed since.
  var isForced: Bool
  /// The text that replaces an appended thread; `nil` leaves threads alone.
  var retractText: String?

  /// Indicates that only a part of the run is rolled back.
  package var isPartial: Bool { rows != nil || !records.isEmpty }

  /// Returns whether the rollback covers a row.
  func contains(_ row: CarriedOutRow) -> Bool {
    guard rows?.contains(row.number) ?? true else { return false }
    return records.isEmpty || records.contains(row.recordID.text)
      || row.recordKey.map(records.contains) == true
  }

  /// The text of a retracted thread by default; `{run}` stands for the run that added it.
  static let defaultRetractText = "Retracted: added by mistake in a bulk update ({run})."

  /// The settings that decide the rollback's patches, in canonical form.
  var mapping: JSONObject {
    [
      "rollback_of": .string(source.id), "rows": rows.map { .string($0.text) } ?? .null,
      "records": .array(records.sorted().map(JSONValue.string)), "force": .bool(isForced),
      "retract_text": retractText.map(JSONValue.string) ?? .null,
    ]
  }
}
