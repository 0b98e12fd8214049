public import Records

/// The predicted outcome of a row in a dry run.
public enum PlanAction: String, Sendable, CaseIterable {
  /// It would be sent.
  case change
  /// Its record already is as asked.
  case unchanged
  /// The values that a rollback would restore were all changed by others since, and would be kept.
  case kept
  /// Its record, its element or a named attribute does not exist: it would fail.
  case missing
  /// An earlier row of its record is invalid or would fail, so that this one would not be sent.
  case blocked
  /// Its record does not meet the job's conditions: it would be left out.
  case skipped
}

/// A dry run's prediction for one row: a row of the table `plan`.
public struct PlannedRow: Sendable, Hashable {
  /// The data row of the sheet, from 1.
  public var number: Int
  public var recordID: RecordID
  public var action: PlanAction
  /// Everything the row asks for, including what already is so.
  public var changes: [PlannedChange]
  /// The reason it would not be sent, if it would not.
  public var errorCode: String?
  public var error: String?

  public init(
    number: Int, recordID: RecordID, action: PlanAction, changes: [PlannedChange], errorCode: String? = nil,
    error: String? = nil
  ) {
    self.number = number
    self.recordID = recordID
    self.action = action
    self.changes = changes
    self.errorCode = errorCode
    self.error = error
  }
}
