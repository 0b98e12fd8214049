import GRDB

/// The number that people know an incident by, `yymmdd-nnnnnn`; it is unique and serves as `lookupName`.
enum ReferenceNumber {
  static func text(day: CalendarDay, number: Int64) -> String {
    let date = [day.year % 100, day.month, day.day].map { Timestamp.digits($0, 2) }.joined()
    return "\(date)-\(Timestamp.digits(number % 1_000_000, 6))"
  }

  /// The first number of the day that is not taken, beginning at one.
  static func free(day: CalendarDay, from first: Int64, in database: Database) throws -> String {
    let prefix = text(day: day, number: 0).prefix(7)
    let start = text(day: day, number: first)
    guard try IncidentRecord.isTaken(start, in: database) else { return start }
    let statement = try database.cachedStatement(
      sql: "SELECT max(reference_number) FROM incident WHERE reference_number BETWEEN ? AND ?")
    let last = try String.fetchOne(statement, arguments: ["\(prefix)000000", "\(prefix)999999"])
    let number = last.flatMap { Int64($0.dropFirst(7)) } ?? 0
    return text(day: day, number: number + 1)
  }
}
