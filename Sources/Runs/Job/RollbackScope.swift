import Foundation
import JSON
package import Staging

/// What a rollback puts back, and how far it goes.
package struct RollbackScope {
  /// The run that is put back.
  var source: RunDirectory
  /// The rows of that run; `nil` for all of them.
  package var rows: RowSelection?
  /// The records, by id or by the key that the sheet has; none for all of them.
  var records: Set<String>
  /// Whether to overwrite what somebody else has changed since.
  var isForced: Bool
  /// What an appended thread is to say instead; `nil` leaves it alone.
  var retractText: String?

  /// Whether only a part of the run is put back.
  package var isPartial: Bool { rows != nil || !records.isEmpty }

  /// Whether a row is one of those that are put back.
  func contains(_ row: CarriedOutRow) -> Bool {
    guard rows?.contains(row.number) ?? true else { return false }
    return records.isEmpty || records.contains(String(row.recordID))
      || row.recordKey.map(records.contains) == true
  }

  /// The text of a retracted thread when nobody gives another; `{run}` stands for the run that has added it.
  static let defaultRetractText = "Retracted: added by mistake in a bulk update ({run})."

  /// Everything that decides the patches of the rollback, in one canonical form.
  var mapping: JSONObject {
    [
      "rollback_of": .string(source.id), "rows": rows.map { .string($0.text) } ?? .null,
      "records": .array(records.sorted().map(JSONValue.string)), "force": .bool(isForced),
      "retract_text": retractText.map(JSONValue.string) ?? .null,
    ]
  }
}
