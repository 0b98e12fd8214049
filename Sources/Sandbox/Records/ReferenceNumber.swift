import GRDB

/// The number that users know an incident by, `yymmdd-nnnnnn`; it is unique and serves as `lookupName`.
enum ReferenceNumber {
  static func text(day: CalendarDay, number: Int64) -> String {
    let date = [day.year % 100, day.month, day.day].map { Timestamp.digits($0, 2) }.joined()
    return "\(date)-\(Timestamp.digits(number % 1_000_000, 6))"
  }

  /// The first free number of the day, starting at one.
  static func free(of kind: RecordKind, day: CalendarDay, from first: Int64, in database: Database) throws
    -> String
  {
    let start = text(day: day, number: first)
    guard try isTaken(start, by: kind, in: database) else { return start }
    let prefix = start.prefix(7)
    let last = try RecordRow.lastName(kind.name, in: "\(prefix)000000"..."\(prefix)999999", in: database)
    let number = last.flatMap { Int64($0.dropFirst(7)) } ?? 0
    return text(day: day, number: number + 1)
  }

  static func isTaken(_ number: String, by kind: RecordKind, in database: Database) throws -> Bool {
    try !RecordRow.all(kind.name, named: number, in: database).isEmpty
  }
}
