public import JSON

/// A record as it was right before a row was sent: what a rollback puts back, and what decides whether a
/// write whose answer was lost was carried out.
public struct Snapshot: Sendable, Hashable {
  /// The row that was about to be sent.
  public var row: Int
  public var recordID: Int64
  /// What changes whenever the record does.
  public var token: String?
  /// The values of exactly the attributes the row touches; one the record did not have is absent.
  public var values: JSONObject
  /// Of every list the row touches: the highest element id there was, and the elements the row rewrites.
  public var lists: JSONObject

  public init(
    row: Int, recordID: Int64, token: String?, values: JSONObject, lists: JSONObject = JSONObject()
  ) {
    self.row = row
    self.recordID = recordID
    self.token = token
    self.values = values
    self.lists = lists
  }

  /// The highest id an element of that list had, 0 for an empty list; `nil` when the row does not touch it.
  public func highWaterMark(of list: String) -> Int64? {
    lists[list]?["high_water_mark"]?.integer
  }

  /// The elements of that list that the row rewrites, as they were.
  public func elements(of list: String) -> [JSONObject] {
    (lists[list]?["elements"]?.array ?? []).compactMap(\.object)
  }
}
