import Catalog

/// The records that a sandbox begins with.
extension SandboxSettings {
  /// Reads how many records of a resource to generate, written `NAME=N` as on the command line.
  ///
  /// The name is that of a resource which is served, with its API in front where both APIs have it:
  /// `fusion-cx/accounts=5000`.
  ///
  /// - Throws: `SandboxError.badRecords`.
  public mutating func generate(_ text: String) throws(SandboxError) {
    guard let sign = text.lastIndex(of: "=") else {
      throw .badRecords(
        text: text, reason: "is not of the form NAME=N", hint: "write it as serviceRequests=5000")
    }
    let (name, number) = (String(text[..<sign]), text[text.index(after: sign)...])
    guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(number),
      count <= Self.mostRecords
    else {
      throw .badRecords(
        text: text, reason: "'\(number)' is not a number of records",
        hint: "write a whole number up to \(Self.mostRecords)")
    }
    let served = servedResources
    let asked = ResourceName(name)
    let named = served.filter {
      $0.name == asked?.name && (asked?.dialect == nil || $0.dialect == asked?.dialect)
    }
    guard let resource = named.first else {
      throw .badRecords(
        text: text, reason: "no resource has this name",
        hint: NearestNames.hint(for: name, among: served.map(\.ownName))
          ?? "served here: \(served.map(\.ownName).joined(separator: ", "))")
    }
    guard named.count == 1 else {
      throw .badRecords(
        text: text, reason: "both APIs have \(name)",
        hint: "write \(named.map { "\($0.servedName)=\(count)" }.joined(separator: " or "))")
    }
    records[resource.servedName] = count
  }

  /// The place that ids have for generated records, before those of new ones.
  private static let mostRecords = 100_000_000

  /// Returns how many records of a resource to generate.
  ///
  /// - Parameters:
  ///   - other: what the settings say beside `records`.
  ///   - usual: the number for a sandbox of which nothing is said.
  func count(_ dialect: Dialect, _ name: String, orElse other: Int?, _ usual: Int) -> Int {
    records["\(dialect.rawValue)/\(name)"] ?? other ?? (importFile == nil ? usual : 0)
  }
}

extension ResourceType {
  /// The name with the API in front.
  fileprivate var servedName: String { "\(dialect.rawValue)/\(name)" }
}
