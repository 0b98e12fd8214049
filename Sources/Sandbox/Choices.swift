/// The sandbox's behaviour where no source documents the real service's.
///
/// Every point here is marked unconfirmed in the project's API reference. Points that a client may need to see both
/// ways are settings (`--choice name=value`). The rest are fixed and listed here, so that they are not taken for
/// facts.
///
/// Fixed choices, B2C Service:
/// - A read-only attribute in a body is refused (400, OSC-CREST-00006) even with its present value; so is `id`.
/// - `{"id": …, "lookupName": …}` is accepted when both name the same value, else refused.
/// - `null` is accepted everywhere except for `statusWithType.status`, `primaryContact`, `interface`, the text and
///   entry type of a thread, and lists; `null` for a sub-object clears its writable attributes.
/// - An empty text is accepted; a text with a NUL character is refused.
/// - A number in quotes is not a number, and a number is not a text.
/// - `{}` is accepted and changes nothing, `updatedTime` included; every other accepted PATCH moves it.
/// - Leaving the status type Solved empties `closedTime`; changing between solved statuses keeps it.
/// - A new thread needs `text` and `entryType`, and may have any entry type; it does not change the
///   incident's `channel` or `lastResponseTime`. Of an existing one, only response (2) → note (1) is accepted.
/// - A thread that the incident does not have gives 400 in a body and 404 in a path.
/// - A patch of `fileAttachments` adds elements without `id` and changes those with one, never their data.
/// - Other contacts and billed minutes can be removed with DELETE on the element.
/// - An address or a number of a contact that it does not have gives 404 in a path, and is made by a POST to the list; a
///   second one of a type is refused (400, OSC-CREST-00012). Clearing it takes a DELETE. A patch of the contact changes
///   and adds them by their types. Organizations' addresses are the same. Passwords are not in the model.
/// - Several attachments at once (`.tgz`) are not served.
/// - Deleting an incident deletes everything that belongs to it.
/// - A wrong type, length, range or pattern, an ambiguous or unknown name: 400, OSC-CREST-00006.
/// - An unknown resource or path: 404, OSC-CREST-00013. An unsupported version: 400, OSC-CREST-00003.
/// - An unknown or bad query parameter or ROQL statement: 400, OSC-CREST-00007; `limit` over 20,000 too. Only SELECT
///   and DESCRIBE are run.
/// - ROQL names dotted columns by their whole path, a count `count()` and a literal by itself; `SELECT *` has every
///   attribute of the record, menus and references by id. COUNT() stands alone. `DESCRIBE` calls its table `describe`.
/// - v1.3 differs only by headers: no application context, no access token, no pacing.
/// - ROQL compares texts by exact characters; a condition on `null` is not met; booleans are cells `1` and `0`;
///   a sub-table without elements yields one row of nulls (an outer join); one sub-table per query.
/// - Suppress headers on a GET or with a value other than `true` or `yes`: 400, OSC-CREST-00016.
/// - OPTIONS answers 200 with `Allow`. Bad credentials: 401, OSC-CREST-00014, `WWW-Authenticate: Basic`.
/// - A body longer than the limit: 413, OSC-CREST-00016.
/// - Conditional headers are ignored, as no source shows an ETag.
/// - Access tokens never expire and outlive a restart on the same database file.
public struct Choices: Sendable, Equatable {
  /// The effect of a list in a patch on the elements that are already there.
  public enum ListWriting: String, Sendable, CaseIterable {
    /// Known elements are updated, the others added.
    case add
    /// The list becomes exactly what was sent.
    case replace
  }

  /// The bodies accepted as JSON.
  public enum ContentTypes: String, Sendable, CaseIterable {
    /// Any body, whatever its header.
    case any
    /// Only with `Content-Type: application/json`; anything else is 415.
    case json
  }

  /// The answer to an access token that is used more than once.
  public enum TokenReuse: String, Sendable, CaseIterable {
    case allowed
    /// The second request with the same token is refused.
    case refused
  }

  /// The versions of the API that a site serves.
  public enum APIVersions: String, Sendable, CaseIterable {
    case newest = "v1.4"
    /// An older site, whose newest is v1.3.
    case older = "v1.3"
    case both

    /// The versions, newest last.
    var served: [String] {
      switch self {
      case .newest: ["v1.4"]
      case .older: ["v1.3"]
      case .both: ["v1.3", "v1.4"]
      }
    }
  }

  /// The copy of the database that knows threads in a query.
  public enum QueriedThreads: String, Sendable, CaseIterable {
    case live
    /// Only the reporting copy: a query of threads without `USE REPORT` is refused.
    case report
  }

  public var apiVersion: APIVersions = .newest
  public var roqlThreads: QueriedThreads = .live
  public var otherContacts: ListWriting = .add
  public var billedMinutes: ListWriting = .add
  public var contentType: ContentTypes = .any
  public var tokenReuse: TokenReuse = .allowed
  /// The error code of a record id that does not exist; its status is 404.
  public var unknownIDCode = "OSC-CREST-00013"
  /// The error code of a missing or too long application context; its status is 400.
  public var contextCode = "OSC-CREST-00016"
  /// The error code of an altered or never issued access token; its status is 400.
  public var tokenCode = "OSC-CREST-00016"
  /// The value of `osvc-crest-next-request-after`, in milliseconds.
  public var nextRequestAfter = 0
  /// The choices of the other service, with a list of its fixed ones.
  public var fusion = FusionChoices()

  /// Creates the default choices.
  public init() {}

  /// Makes one choice, written `name=value` as on the command line.
  ///
  /// - Throws: `SandboxError.badChoice` when the name or its value is not known.
  public mutating func set(_ text: String) throws(SandboxError) {
    guard let sign = text.firstIndex(of: "=") else {
      throw .badChoice(text: text, reason: "is not of the form name=value")
    }
    let value = String(text[text.index(after: sign)...])
    let name = text[..<sign]
    switch name {
    case "api-version": apiVersion = try Self.one(of: APIVersions.self, value, text)
    case "roql-threads": roqlThreads = try Self.one(of: QueriedThreads.self, value, text)
    case "other-contacts": otherContacts = try Self.one(of: ListWriting.self, value, text)
    case "billed-minutes": billedMinutes = try Self.one(of: ListWriting.self, value, text)
    case "content-type": contentType = try Self.one(of: ContentTypes.self, value, text)
    case "token-reuse": tokenReuse = try Self.one(of: TokenReuse.self, value, text)
    case "unknown-id-code": unknownIDCode = try Self.code(value, text)
    case "context-code": contextCode = try Self.code(value, text)
    case "token-code": tokenCode = try Self.code(value, text)
    case "next-request-after":
      guard let milliseconds = Int(value), milliseconds >= 0 else {
        throw .badChoice(text: text, reason: "is not a number of milliseconds")
      }
      nextRequestAfter = milliseconds
    default: try fusion.set(name, value, text)
    }
  }

  static func one<Value>(
    of _: Value.Type, _ value: String, _ text: String
  ) throws(SandboxError) -> Value
  where Value: RawRepresentable<String> & CaseIterable {
    guard let known = Value(rawValue: value) else {
      throw unknown(text, Value.allCases.map(\.rawValue))
    }
    return known
  }

  static func one(of known: [String], _ value: String, _ text: String) throws(SandboxError) -> String {
    guard known.contains(value) else { throw unknown(text, known) }
    return value
  }

  private static func unknown(_ text: String, _ known: [String]) -> SandboxError {
    .badChoice(text: text, reason: "the value must be \(known.joined(separator: " or "))")
  }

  private static func code(_ value: String, _ text: String) throws(SandboxError) -> String {
    let digits = value.dropFirst("OSC-CREST-".count)
    guard value.hasPrefix("OSC-CREST-"), digits.count == 5, digits.allSatisfy(\.isWholeNumber) else {
      throw .badChoice(text: text, reason: "the value must be a code such as OSC-CREST-00013")
    }
    return value
  }
}
