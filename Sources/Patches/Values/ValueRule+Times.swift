import Catalog
import Foundation
import JSON

extension ValueRule {
  /// Reads a day of the calendar, which is written as ISO 8601 has it.
  static func date(
    _ text: Substring, _ format: LocalTimeFormat?, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    switch format?.read(text) {
    case .time(let seconds, _)?: return .string(String(CivilTime(secondsSince1970: seconds).text.prefix(10)))
    case .impossible?:
      report.error("not-a-date", column, value: String(text), "no such day exists")
      return nil
    case .skipped?, .other?, nil: break
    }
    if ISODateTime.isDate(text) { return .string(String(text)) }
    report.error(
      "not-a-date", column, value: String(text),
      "not a calendar date as \(format.map { "\($0.source) or " } ?? "")yyyy-MM-dd",
      hint: format == nil
        ? "write 2024-03-17, or say how days are written with csv.date in the job" : "write 2024-03-17")
    return nil
  }

  /// Reads a point in time, which is written in Coordinated Universal Time.
  static func dateTime(
    _ text: Substring, _ format: LocalTimeFormat?, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    let reading = ISODateTime.read(text)
    if case .time(let seconds) = reading { return pointInTime(seconds, text, at: column, &report) }
    if let format {
      switch format.read(text) {
      case .time(let seconds, let isAmbiguous):
        let value = pointInTime(seconds, text, at: column, &report)
        if isAmbiguous {
          report.warning(
            "ambiguous-time", column, value: String(text),
            "occurred twice on the clocks of \(format.zone.identifier); the earlier time is used",
            hint: "write the time with an offset")
        }
        return value
      case .skipped:
        report.error(
          "nonexistent-time", column, value: String(text),
          "never occurred on the clocks of \(format.zone.identifier), which skipped it",
          hint: "write the time with an offset")
        return nil
      case .impossible:
        report.error("not-a-date-time", column, value: String(text), "no such day or time of day exists")
        return nil
      case .other: break
      }
    }
    let example = "write 2024-03-17T09:12:44Z or 2024-03-17T10:12:44+01:00"
    switch reading {
    case .noOffset:
      report.error(
        "no-offset", column, value: String(text), "a time without an offset from Coordinated Universal Time",
        hint: "\(example), or set csv.datetime and csv.timezone in the job")
    case .impossible:
      report.error("not-a-date-time", column, value: String(text), "no such day or time of day exists")
    default:
      let form = format.map { "ISO 8601 nor \($0.source)" }
      report.error(
        "not-a-date-time", column, value: String(text),
        form.map { "neither \($0)" } ?? "not an ISO 8601 date and time",
        hint: format == nil ? "\(example), or set csv.datetime and csv.timezone in the job" : example)
    }
    return nil
  }

  private static func pointInTime(
    _ seconds: Int, _ text: Substring, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    let time = CivilTime(secondsSince1970: seconds)
    guard (1...9999).contains(time.year) else {
      report.error("out-of-range", column, value: String(text), "not in the years 1 to 9999")
      return nil
    }
    return .string(time.text)
  }

  /// Checks the base64 of a file's bytes, which is written unchanged.
  static func base64(
    _ text: String, _ reader: AttachmentReader, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    guard let bytes = Data(base64Encoded: text) else {
      report.error("not-base64", column, value: text, "not base64")
      return nil
    }
    return reader.isWithinLimit(bytes.count, nil, at: column, &report) ? .string(text) : nil
  }
}
