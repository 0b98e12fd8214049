/// The media types of the framework (API reference 6).
enum MediaType {
  static let item = "application/vnd.oracle.adf.resourceitem+json"
  static let collection = "application/vnd.oracle.adf.resourcecollection+json"
  static let batch = "application/vnd.oracle.adf.batch+json"
  static let error = "application/vnd.oracle.adf.error+json"
  static let description = "application/vnd.oracle.adf.description+json"
  static let version = "application/vnd.oracle.adf.version+json"
  static let json = "application/json"
  static let bytes = "application/octet-stream"

  /// The type of a `Content-Type` header without its parameters, in lower case.
  static func bare(_ header: String?) -> String {
    (header ?? "").prefix { $0 != ";" }.trimmed.lowercased()
  }
}

/// The types that a client accepts, from its `Accept` header (RFC 9110, section 12.5.1).
struct Acceptance: Sendable {
  private struct Range {
    var type: String
    var quality: Double
  }

  private let ranges: [Range]

  init(_ header: String?) {
    ranges = (header ?? "").split(separator: ",").map { part in
      let pieces = part.split(separator: ";").map { $0.trimmed.lowercased() }
      let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
      return Range(type: pieces.first ?? "", quality: quality ?? 1)
    }
  }

  /// Returns whether a body of that type may be sent; `application/json` stands for every type that ends with `json`.
  func takes(_ type: String) -> Bool {
    guard !ranges.isEmpty, !suppresses(type) else { return true }
    let main = type.prefix { $0 != "/" } + "/*"
    return ranges.contains { range in
      range.quality > 0
        && (range.type == type || range.type == "*/*" || range.type == main
          || range.type == MediaType.json && type.hasSuffix("json"))
    }
  }

  /// Indicates that the client wants the status and no body: it names the type with a quality of zero.
  func suppresses(_ type: String) -> Bool {
    ranges.contains { $0.type == type && $0.quality == 0 }
  }

  /// Indicates that the structured error payload may be sent.
  var takesErrors: Bool {
    ranges.isEmpty
      || ranges.contains {
        $0.quality > 0
          && [MediaType.json, MediaType.error, "*/*", "application/*"].contains($0.type)
          || $0.type == MediaType.item && $0.quality == 0
      }
  }
}
