public import JSON

/// A record right before a row was sent.
///
/// A rollback restores it, and it decides whether a write with a lost answer was carried out.
public struct Snapshot: Sendable, Hashable {
  /// The row that was about to be sent.
  public var row: Int
  public var recordID: RecordID
  /// The token that changes whenever the record does.
  public var token: String?
  /// The values of exactly the attributes the row touches; one the record did not have is absent.
  public var values: JSONObject
  /// The highest element id of every list the row touches, and the elements it rewrites.
  public var lists: JSONObject

  public init(
    row: Int, recordID: RecordID, token: String?, values: JSONObject, lists: JSONObject = JSONObject()
  ) {
    self.row = row
    self.recordID = recordID
    self.token = token
    self.values = values
    self.lists = lists
  }

  /// Returns the highest id in that list, 0 for an empty list; `nil` if the row does not touch it.
  public func highWaterMark(of list: String) -> Int64? {
    lists[list]?["high_water_mark"]?.integer
  }

  /// Returns the elements of that list that the row rewrites, as they were.
  public func elements(of list: String) -> [JSONObject] {
    (lists[list]?["elements"]?.array ?? []).compactMap(\.object)
  }
}
