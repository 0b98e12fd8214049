package import Catalog
package import Console
import Foundation
import Sites

/// The written form of a setting in a job file or flag: the expectation in words, and the parser.
package struct Form<Value: Sendable>: Sendable {
  /// The end of the sentence "must be …".
  var expected: String
  /// Reads YAML's own null as the word that was written.
  var takesNull = false
  /// The words of a closed list, which a shell can complete.
  package var words: [String] = []
  var read: @Sendable (String) -> Value?
  /// Returns the text that was probably meant by one that cannot be read.
  var correction: @Sendable (String) -> String? = { _ in nil }

  init(_ expected: String, _ read: @escaping @Sendable (String) -> Value?) {
    self.expected = expected
    self.read = read
  }

  /// Returns the value of a flag, if it was given.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and the expected form.
  package func value(ofFlag name: String, _ text: String?) throws(UserError) -> Value? {
    guard let text else { return nil }
    guard let value = read(text) else {
      throw UserError(.usage, "--\(name) must be \(expected), not '\(text)'", hint: hint(for: text))
    }
    return value
  }

  /// Returns the question for the hint about a text that cannot be read; `nil` if nothing near it can.
  func hint(for text: String) -> String? { correction(text).map { "did you mean '\($0)'?" } }
}

extension Form where Value == String {
  package static let text = Form("a text that is not empty") { $0.isEmpty ? nil : $0 }

  /// A text that may be empty.
  static let anyText = Form("a text") { $0 }

  /// A word in a sheet that stands for no value.
  static let nullWord: Form = {
    var form = text
    form.takesNull = true
    return form
  }()

  /// A reason in the user's words.
  static let reason = Form("a text of 1 to 1000 characters") { text in
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return (1...1_000).contains(text.count) ? text : nil
  }

  /// Returns the form of a text that is not empty and fits an HTTP header.
  package static func text(upTo length: Int) -> Form {
    Form("a text of 1 to \(length) printable ASCII characters") { text in
      (1...length).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        ? text : nil
    }
  }

  /// A `DateFormatter` pattern: the fields that make a point in time, numbers only, since month names
  /// would depend on a language.
  static let dateTimeFormat = pattern("a date-time pattern with at least yyyy, MM and dd") { text in
    let letters = Set(text.filter { $0.isASCII && $0.isLetter })
    return letters.isSuperset(of: "yMd") && !text.contains("MMM") ? text : nil
  }

  /// A pattern of days.
  static let dateFormat = pattern("a pattern of days with yyyy, MM and dd, such as dd/MM/yyyy") { text in
    let letters = Set(text.filter { $0.isASCII && $0.isLetter })
    return letters == Set("yMd") && !text.contains("MMM") ? text : nil
  }

  /// Returns the form of a pattern, which corrects the letters of other programs.
  private static func pattern(_ expected: String, _ read: @escaping @Sendable (String) -> String?) -> Form {
    var form = Form(expected, read)
    form.correction = { text in
      // Spreadsheets write DD/MM/YYYY, German ones TT.MM.JJJJ, and months look like minutes.
      var meant = text
      for (theirs, ours) in [("D", "d"), ("T", "d"), ("Y", "y"), ("J", "y")] {
        meant = meant.replacing(theirs, with: ours)
      }
      if !meant.contains("M"), let month = meant.range(of: "mm") { meant.replaceSubrange(month, with: "MM") }
      if !meant.contains("a") { meant = meant.replacing("h", with: "H") }
      return read(meant)
    }
    return form
  }
}

extension Form where Value == Int {
  static func number(_ range: ClosedRange<Int>) -> Form {
    let expected =
      range.upperBound == .max
      ? "a whole number, \(range.lowerBound) or more"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return Form(expected) { text in wholeNumber(text).flatMap { range.contains($0) ? $0 : nil } }
  }

  /// A count of bytes.
  static let size = Form("a size such as 20MiB (B, KiB, MiB, GiB)") { text in
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units = ["B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
    guard let number = wholeNumber(String(digits)), number > 0,
      let unit = units[text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)]
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : bytes
  }
}

extension Form where Value == Double {
  /// A share: `5%` is 0.05.
  static let percent = Form("a percentage above 0% and up to 100%, such as 5%") { text in
    guard text.hasSuffix("%"), text.dropLast().allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }),
      let number = Double(text.dropLast()), number > 0, number <= 100
    else { return nil }
    return number / 100
  }
}

extension Form where Value == Double {
  /// An amount per second, which may also be given per minute or hour.
  static let rate = Form("a rate above zero, such as 10/s, 600/min or 1000/h") { text in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let seconds = ["s": 1.0, "min": 60, "h": 3600]
    guard parts.count == 2, let unit = seconds[parts[1]], parts[0].utf8.count <= 9,
      parts[0].allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), let number = Double(parts[0]),
      number > 0
    else { return nil }
    return number / unit
  }

  /// Returns an amount per second in that form, rounded down.
  static func text(ofRate rate: Double) -> String {
    let (number, unit) = rate < 1 ? (rate * 3600, "h") : (rate, "s")
    return "\(max((number * 1000).rounded(.down), 1) / 1000)/\(unit)"
  }
}

extension Form where Value == Duration {
  package static let duration = Form("a duration such as 500ms, 1s, 2m or 1h") { text in
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let milliseconds = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
    // A year is longer than any use here, and far below an overflow.
    guard let number = wholeNumber(String(digits)), number <= 31_536_000_000,
      let unit = milliseconds[String(text.dropFirst(digits.count))],
      number * unit <= 31_536_000_000
    else { return nil }
    return .milliseconds(number * unit)
  }

  /// A duration above zero.
  static let timeout = Form("a duration above zero, such as 30s") { text in
    duration.read(text).flatMap { $0 > .zero ? $0 : nil }
  }
}

extension Form where Value == Bool {
  /// The words of YAML 1.1, in any case.
  static let boolean = Form("true or false") { text in
    ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][text.lowercased()]
  }
}

extension Form where Value == TimeZone {
  static let timeZone = Form("a time zone such as Europe/Paris, UTC or +02:00") { text in
    if TimeZone.knownTimeZoneIdentifiers.contains(text) || ["UTC", "GMT", "Z"].contains(text) {
      return TimeZone(identifier: text == "Z" ? "UTC" : text)
    }
    let digits = text.dropFirst().split(separator: ":").map(String.init)
    guard let sign = ["+": 1, "-": -1][text.prefix(1)], digits.count == 2,
      digits.allSatisfy({ $0.utf8.count == 2 }), let hours = wholeNumber(digits[0]),
      let minutes = wholeNumber(digits[1]), hours <= 14, minutes < 60
    else { return nil }
    return TimeZone(secondsFromGMT: sign * (hours * 3600 + minutes * 60))
  }
}

extension Form where Value == ResourceName {
  /// Whether there is such a resource, the catalogue or the site's overlay tells (`RunPlan.resource`).
  package static let resource: Form<ResourceName> = {
    var form = Form("the name of a resource, such as incidents, or fusion-cx/contacts where two have it") {
      ResourceName($0)
    }
    form.words = ResourceType.all.map(\.ownName)
    return form
  }()
}

extension Form where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One word of a closed list.
  package static var word: Form {
    let words = Value.allCases.map(\.rawValue)
    var form = Form("one of " + words.joined(separator: ", ")) { Value(rawValue: $0) }
    form.words = words
    return form
  }
}

/// Reads a number without sign, blank or exponent.
private func wholeNumber(_ text: String) -> Int? {
  !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
}
