/// The codes of the service's errors (API reference section 10), and a title for each.
///
/// The titles of 00002, 00006, 00013 and 00028 are the service's own; the others paraphrase its list of codes.
enum ErrorCode: String, CaseIterable {
  case reserved = "OSC-CREST-00000"
  case unknownCode = "OSC-CREST-00001"
  case unsupportedMethod = "OSC-CREST-00002"
  case unsupportedVersion = "OSC-CREST-00003"
  case versionLoading = "OSC-CREST-00004"
  case readFailed = "OSC-CREST-00005"
  case writeFailed = "OSC-CREST-00006"
  case invalidParameter = "OSC-CREST-00007"
  case internalError = "OSC-CREST-00008"
  case deleteFailed = "OSC-CREST-00009"
  case missingBody = "OSC-CREST-00010"
  case malformedJSON = "OSC-CREST-00011"
  case createFailed = "OSC-CREST-00012"
  case unrecognized = "OSC-CREST-00013"
  case unauthorized = "OSC-CREST-00014"
  case switchedOff = "OSC-CREST-00015"
  case unsupportedAccess = "OSC-CREST-00016"
  case unsupportedLanguage = "OSC-CREST-00017"
  case metadataThroughRelationship = "OSC-CREST-00018"
  case forbidden = "OSC-CREST-00028"
  case throttled = "OSC-CREST-00035"

  var title: String {
    switch self {
    case .reserved: "Reserved"
    case .unknownCode: "The exception code is not known"
    case .unsupportedMethod: "An unsupported HTTP method was used"
    case .unsupportedVersion: "The requested API version is not supported"
    case .versionLoading: "An internal error occurred while loading the API version"
    case .readFailed: "An attempt to read a resource failed"
    case .writeFailed: "An attempt to write a resource failed"
    case .invalidParameter: "An invalid query parameter was used"
    case .internalError: "An internal error occurred"
    case .deleteFailed: "An attempt to delete a resource failed"
    case .missingBody: "The request body is missing"
    case .malformedJSON: "The request body is not valid JSON"
    case .createFailed: "An attempt to create a resource failed"
    case .unrecognized: "Unrecognized resource"
    case .unauthorized: "You are not authorized to access this site"
    case .switchedOff: "The REST API is not enabled"
    case .unsupportedAccess: "The API was accessed in an unsupported way"
    case .unsupportedLanguage: "The requested language is not supported"
    case .metadataThroughRelationship: "Metadata cannot be requested through a relationship"
    case .forbidden: "You are forbidden to access this site"
    case .throttled: "Too many requests"
    }
  }
}

/// The reason a request is refused, with the content of the error body.
struct Refusal: Error {
  var status: Int
  /// The value of `o:errorCode`.
  var code: String
  var title: String
  var detail: String
  /// Headers that belong to the refusal.
  var headers: [(name: String, value: String)] = []

  /// Creates a refusal with status 400, the usual one.
  init(_ code: ErrorCode, _ detail: String) { self.init(400, code: code.rawValue, detail) }

  init(_ status: Int, _ code: ErrorCode, _ detail: String) {
    self.init(status, code: code.rawValue, detail)
  }

  init(_ status: Int, code: String, _ detail: String) {
    self.status = status
    self.code = code
    title = ErrorCode(rawValue: code)?.title ?? "Request refused"
    self.detail = detail
  }
}

extension Refusal {
  /// A property or a path step that the model does not have; the text is the service's own.
  static func unknownProperty(_ name: String) -> Refusal {
    Refusal(.unrecognized, "Invalid property specified: \(name)")
  }

  /// A value that the model does not accept.
  static func invalid(_ path: String, _ problem: String) -> Refusal {
    Refusal(.writeFailed, "Invalid value for \(path): \(problem)")
  }

  /// A value that cannot be written, or not now.
  static func notWritable(_ path: String, _ reason: String = "Property is read-only") -> Refusal {
    Refusal(.writeFailed, "\(reason): \(path)")
  }

  /// `null` where the model does not allow it; except for the place, the text is the service's own.
  static func notNullable(_ place: String) -> Refusal {
    Refusal(
      .writeFailed,
      "A problem setting a property to NULL was encountered: Not Allowed: Cannot be set to Nil/NULL; \(place)"
    )
  }

  /// A reference to an object that does not exist; the text is the service's own.
  static func noSuchObject(_ label: String, id: Int64) -> Refusal {
    .badReference("Invalid ID: No such \(label) with ID = \(id)")
  }

  static func badReference(_ detail: String) -> Refusal {
    Refusal(
      .writeFailed,
      "A problem setting a property to reference another object was encountered:\n\(detail)")
  }

  static func badParameter(_ detail: String) -> Refusal { Refusal(.invalidParameter, detail) }
}
