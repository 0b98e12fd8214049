import Catalog

/// The texts that rows are known by.
extension Entity {
  /// Returns the alternate key of a row, such as `SR0000000042`.
  func number(_ place: Int64) -> String {
    // `serviceRequests` begins with SR.
    let initials = name.prefix(1).uppercased() + name.dropFirst().filter(\.isUppercase)
    return fitted((rules.numberPrefix ?? initials) + Timestamp.digits(place, 10), place)
  }

  /// Returns the alternate key of a generated row.
  ///
  /// Sites choose the form of the texts that name their rows. Of ten, one consists of digits, with zeros in front, and
  /// three have what has a meaning in URLs, in queries or in no alphabet of a path.
  func oddNumber(_ place: Int64) -> String {
    guard isNamedByText else { return number(place) }
    let (prefix, digits) = (number(0).prefix { !$0.isNumber }, Timestamp.digits(place, 6))
    return switch place % 10 {
    case 3: fitted("\(prefix)/2024/\(digits)", place)
    case 5: fitted(Timestamp.digits(place, 10), place)
    case 7: fitted("\(prefix) \(digits) 50% #1?", place)
    case 9: fitted("Störung & O'Hara \(digits)", place)
    default: number(place)
    }
  }

  /// Returns a text if the attribute has room for it, otherwise the place in digits.
  private func fitted(_ text: String, _ place: Int64) -> String {
    guard let alternateKey, case .string(let length?, _) = self[alternateKey]?.kind,
      text.unicodeScalars.count > length
    else { return text }
    return Timestamp.digits(place, min(length, 10))
  }
}

extension ResourceType {
  /// The attribute with the number that the service assigns to a record that a text names: `SrId` beside `SrNumber`.
  var assignedID: String? {
    let end = "Number"
    guard key.hasSuffix(end), let field = field(at: "\(key.dropLast(end.count))Id"),
      field.access == .readOnly, field.kind.name == "integer"
    else { return nil }
    return field.path
  }
}
