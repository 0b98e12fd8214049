import Catalog

import struct Foundation.Date
import struct Foundation.TimeZone

/// A job's own format of points in time, such as `dd-MM-yyyy HH:mm` in Europe/Paris.
///
/// The letters are those of Unicode Technical Standard 35 that need no locale.
struct LocalTimeFormat: Sendable {
  /// The format as the job has it.
  let source: String
  let zone: TimeZone
  private var fields: [Field] = []

  private enum Field: Equatable {
    case number(Unit, ClosedRange<Int>)
    case half
    case literal(UInt8)
  }

  private enum Unit: Character {
    case year = "y"
    case month = "M"
    case day = "d"
    case hour = "H"
    case hourOfHalf = "h"
    case minute = "m"
    case second = "s"
  }

  /// The reason a format cannot be used.
  struct Fault: Error {
    var message: String
    var hint = "use yyyy, MM, dd, HH, mm, ss, or h with a, such as dd-MM-yyyy HH:mm"
  }

  init(_ source: String, in zone: TimeZone) throws(Fault) {
    self.source = source
    self.zone = zone
    var rest = Substring(source)
    while let letter = rest.first {
      let run = rest.prefix { $0 == letter }
      if letter == "'" {
        try readQuoted(&rest)
        continue
      }
      rest = rest[run.endIndex...]
      try add(letter, count: run.count)
    }
    try checkUnits()
  }

  /// Creates a format of days, without a time.
  init(ofDays source: String) throws(Fault) {
    try self.init(source, in: .gmt)
    let isTime = fields.contains {
      if case .number(let unit, _) = $0 {
        [.hour, .hourOfHalf, .minute, .second].contains(unit)
      } else {
        $0 == .half
      }
    }
    guard !isTime else {
      throw Fault(message: "it has a time of day", hint: "use yyyy, MM and dd, such as dd/MM/yyyy")
    }
  }

  private mutating func add(_ letter: Character, count: Int) throws(Fault) {
    if letter == "a", count == 1 {
      fields.append(.half)
    } else if let unit = Unit(rawValue: letter) {
      let widest = unit == .year ? 4 : 2
      // Two-digit years need a guess of the century, and month names need a locale.
      guard unit == .year ? count == 4 : count <= 2 else {
        throw Fault(message: "'\(String(repeating: letter, count: count))' cannot be read without guessing")
      }
      fields.append(.number(unit, count...max(count, widest)))
    } else if letter.isLetter || letter.isNumber {
      throw Fault(message: "the letter '\(letter)' means nothing here")
    } else {
      for _ in 0..<count { fields += String(letter).utf8.map { .literal($0) } }
    }
  }

  private mutating func readQuoted(_ rest: inout Substring) throws(Fault) {
    rest.removeFirst()
    guard let end = rest.firstIndex(of: "'") else { throw Fault(message: "a quote is not closed") }
    let text = end == rest.startIndex ? "'" : rest[..<end]
    fields += text.utf8.map { .literal($0) }
    rest = rest[rest.index(after: end)...]
  }

  private func checkUnits() throws(Fault) {
    let units = fields.compactMap { if case .number(let unit, _) = $0 { unit } else { nil } }
    for (unit, name) in [(Unit.year, "year"), (.month, "month"), (.day, "day")] where !units.contains(unit) {
      throw Fault(message: "it has no \(name)")
    }
    guard Set(units).count == units.count, !(units.contains(.hour) && units.contains(.hourOfHalf)) else {
      throw Fault(message: "it has a part twice")
    }
    guard units.contains(.hourOfHalf) == fields.contains(.half) else {
      throw Fault(message: "'h' and 'a' go together")
    }
    try checkOrder(units)
  }

  /// Refuses minutes among the parts of the date and a month among those of the time.
  ///
  /// With `mm` and `MM` exchanged most times could still be read, but each as a different one.
  private func checkOrder(_ units: [Unit]) throws(Fault) {
    let hint = "mm is minutes, MM is the month, such as dd-MM-yyyy HH:mm"
    for (index, unit) in units.enumerated() {
      let before = index > 0 ? units[index - 1] : nil
      let after = index + 1 < units.count ? units[index + 1] : nil
      switch unit {
      case .minute where before != .hour && before != .hourOfHalf:
        throw Fault(message: "the minutes do not follow the hour", hint: hint)
      case .second where before != .minute:
        throw Fault(message: "the seconds do not follow the minutes")
      case .month where ![before, after].contains(.day) && ![before, after].contains(.year):
        throw Fault(message: "the month is next to neither the day nor the year", hint: hint)
      default: break
      }
    }
  }

  enum Reading: Equatable {
    /// A point in time, in seconds since 1970; `isAmbiguous` if the clocks were set back over it.
    case time(Int, isAmbiguous: Bool)
    /// A time that clocks of this zone skipped, because they were set forward.
    case skipped
    /// The right form, but no such day or hour.
    case impossible
    /// Any other form.
    case other
  }

  func read(_ text: Substring) -> Reading {
    var scanner = DigitScanner(text)
    var time = CivilTime()
    var isAfternoon: Bool?
    for field in fields {
      switch field {
      case .literal(let byte):
        guard scanner.take(byte) else { return .other }
      case .half:
        guard let letter = scanner.take("AaPp"), scanner.take("Mm") != nil else { return .other }
        isAfternoon = letter | 0x20 == UInt8(ascii: "p")
      case .number(let unit, let widths):
        guard let number = scanner.number(widths) else { return .other }
        switch unit {
        case .year: time.year = number
        case .month: time.month = number
        case .day: time.day = number
        case .hour, .hourOfHalf: time.hour = number
        case .minute: time.minute = number
        case .second: time.second = number
        }
      }
    }
    guard scanner.isAtEnd else { return .other }
    if let isAfternoon {
      guard (1...12).contains(time.hour) else { return .impossible }
      time.hour = time.hour % 12 + (isAfternoon ? 12 : 0)
    }
    return time.isValid ? locate(time) : .impossible
  }

  /// Returns the point in time at which clocks of the zone showed this.
  private func locate(_ local: CivilTime) -> Reading {
    let wall = local.secondsSince1970
    // Only the offsets a day before and a day after are possible: zones do not change twice in two days.
    let before = offset(at: wall - 86_400)
    let after = offset(at: wall + 86_400)
    let times = Set([before, after]).map { wall - $0 }.filter { $0 + offset(at: $0) == wall }.sorted()
    guard let first = times.first else { return .skipped }
    return .time(first, isAmbiguous: times.count > 1)
  }

  private func offset(at seconds: Int) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
  }
}
