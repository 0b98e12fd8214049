public import JSON

/// The result of comparing a row with its record.
public enum Verdict: String, Sendable, CaseIterable {
  /// The record is as asked, unless a later row asked for something else.
  case asAsked = "as-asked"
  /// An attribute has another value.
  case different
  /// The record, or an element of it, does not exist.
  case missing
  /// The row's values cannot be read again.
  case undecided
}

/// One row that was read back.
public struct VerifiedRow: Sendable, Equatable {
  public var number: Int
  public var verdict: Verdict
  public var differences: [Difference]

  /// One attribute that is not, or may not be, as asked.
  public struct Difference: Sendable, Equatable {
    public var place: AttributePlace
    public var asked: JSONValue
    /// The record's value; null if there is none, or none that can be read.
    public var actual: JSONValue
    /// The reason it cannot be told whether it is as asked; `nil` if it certainly is not.
    public var doubt: String?

    public init(_ place: AttributePlace, asked: JSONValue, actual: JSONValue?, doubt: String? = nil) {
      self.place = place
      self.asked = asked
      self.actual = actual ?? .null
      self.doubt = doubt
    }
  }

  public init(number: Int, verdict: Verdict, differences: [Difference] = []) {
    self.number = number
    self.verdict = verdict
    self.differences = differences
  }
}
