/// The texts that a spreadsheet program leaves in a cell in place of its value.
enum SpreadsheetTraces {
  /// The texts of failed formulas, in English and in the languages whose programs translate them.
  private static let errors: Set<String> = [
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!",
    "#PYTHON!", "#ERROR!",
    "#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#ÜBERLAUF!", "#KALK!",
    "#REF !", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#PROPAGATION!",
    "#¡REF!", "#¡VALOR!", "#¡DIV/0!", "#¿NOMBRE?", "#¡NUM!", "#¡NULO!", "#¡DESBORDAMIENTO!",
    "#RIF!", "#VALORE!", "#NOME?", "#NULLO!", "#N/D", "#VALOR!", "#NÚM!", "#NULO!",
  ]

  /// Returns whether a cell, without the blanks around it, is the text of a failed formula.
  static func isError(_ trimmed: Substring) -> Bool {
    trimmed.utf8.first == UInt8(ascii: "#") && errors.contains(String(trimmed))
  }
}

/// The way a cell for a whole number departs from plain digits.
enum NumberForm {
  /// `3.001E+14`: Excel's form of long numbers, without the last digits.
  case scientific
  /// `771.0` or `12.5`.
  case decimal
  /// `1,234` or `1 234`.
  case grouped

  /// Reads the form of a number that is not plain digits; `nil` for any other text.
  init?(_ text: some StringProtocol) {
    var rest = Array(text.unicodeScalars)[...]
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    var parts: [Int] = [Self.takeDigits(&rest)]
    var separators: [Unicode.Scalar] = []
    while let sign = rest.first, Self.isSeparator(sign) {
      rest.removeFirst()
      separators.append(sign)
      parts.append(Self.takeDigits(&rest))
    }
    guard parts.allSatisfy({ $0 > 0 }) else { return nil }
    if let sign = rest.first, sign == "e" || sign == "E", separators.count <= 1 {
      rest.removeFirst()
      if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
      guard Self.takeDigits(&rest) > 0, rest.isEmpty else { return nil }
      self = .scientific
      return
    }
    guard rest.isEmpty, let last = separators.last else { return nil }
    let isGrouped = parts.dropFirst().dropLast().allSatisfy { $0 == 3 } && parts[0] <= 3
    switch last {
    case "." where separators.count == 1: self = .decimal
    case "." where isGrouped: self = separators[0] == "." && parts.last != 3 ? .decimal : .grouped
    case "," where separators.count == 1 && parts[1] != 3: self = .decimal
    default:
      guard isGrouped, parts.last == 3 || last == "," else { return nil }
      self = .grouped
    }
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ".", ",", " ", "'", "’", "\u{A0}", "\u{202F}": true
    default: false
    }
  }

  private static func takeDigits(_ rest: inout ArraySlice<Unicode.Scalar>) -> Int {
    let count = rest.prefix { ("0"..."9").contains($0) }.count
    rest.removeFirst(count)
    return count
  }

  /// The finding's rule for this form.
  var rule: String {
    switch self {
    case .scientific: "scientific-notation"
    case .decimal: "decimal-number"
    case .grouped: "thousands-separator"
    }
  }

  /// The damage to the number, in words.
  var message: String {
    switch self {
    case .scientific:
      "a number in scientific notation, as spreadsheets show long numbers; its last digits may be lost"
    case .decimal: "a number with decimals where a whole number belongs"
    case .grouped: "a number with thousands separators"
    }
  }

  /// The advice for the user.
  var hint: String {
    switch self {
    case .scientific:
      "format the column as a number without decimals, take the number from its source again, and export"
    case .decimal: "format the column as a number without decimals and export again"
    case .grouped: "format the column as a number without separators and export again"
    }
  }
}
