public import Records

/// What would become of a row, as a dry run found it.
public enum PlanAction: String, Sendable, CaseIterable {
  /// It would be sent.
  case change
  /// Its record already is as asked.
  case unchanged
  /// Of a rollback: all that it would put back has been changed by somebody since, and would be left alone.
  case kept
  /// Its record, the element or an attribute that it names is not there: it would fail.
  case missing
  /// An earlier row of its record is not valid or would fail, so that this one would not be sent.
  case blocked
}

/// What a dry run foresees for one row: a row of the table `plan`.
public struct PlannedRow: Sendable, Hashable {
  /// The data row of the sheet, from 1.
  public var number: Int
  public var recordID: Int64
  public var action: PlanAction
  /// Everything that the row asks for, what already is so among it.
  public var changes: [PlannedChange]
  /// Why it would not be sent, when it would not.
  public var errorCode: String?
  public var error: String?

  public init(
    number: Int, recordID: Int64, action: PlanAction, changes: [PlannedChange], errorCode: String? = nil,
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
