public import Catalog
public import JSON
public import Records

/// The rewriting of what the elements of a list say, such as an incident's threads (job key `rewrite`).
public struct TextRewriting: Sendable, Hashable {
  /// What is looked for, by the name in a job.
  public enum Kind: String, Sendable, CaseIterable {
    case cardNumbers = "card-numbers"
    case accountNumbers = "ibans"
  }

  /// The list, such as `threads`.
  public let list: String
  /// The attribute of an element that is read and rewritten.
  public let attribute: String
  /// The attribute that identifies an element.
  private let selector: String
  private let maximumLength: Int?
  private let kinds: Set<Kind>
  private let pattern: LinearPattern?
  private let replacement: BracedText

  /// The reason a job's rewriting cannot be.
  public struct Fault: Error {
    /// The job's key below `rewrite`, where one is at fault.
    public var key: String?
    public var message: String
    public var hint: String
  }

  /// - Parameters:
  ///   - pattern: a regular expression.
  ///   - replacement: what takes the place of a match; `{last4}` in it stands for the last four letters or digits.
  /// - Throws: `Fault` for a resource without such texts, or a pattern or replacement that cannot be.
  public init(
    of resource: ResourceType, kinds: Set<Kind>, pattern: String?, replacement: String?
  ) throws(Fault) {
    let found = resource.lists.lazy.compactMap { list in list.retraction.map { (list, $0.text) } }
      .first { list, _ in list.takesUpdatesInRecord && list.selector != nil }
    guard let (list, attribute) = found, let selector = list.selector else {
      throw Fault(
        message: "\(resource.name) have no threads or notes that can be rewritten",
        hint: "leave 'rewrite' out")
    }
    guard !kinds.isEmpty || pattern != nil else {
      throw Fault(
        message: "nothing says what is looked for",
        hint: "give 'match' (\(Kind.allCases.map(\.rawValue).joined(separator: ", "))) or 'pattern'")
    }
    guard let replacement else {
      throw Fault(
        message: "nothing says what takes the place of what is found", hint: #"give 'with: "**** {last4}"'"#)
    }
    do throws(LinearPattern.Fault) {
      self.pattern = try pattern.map { text throws(LinearPattern.Fault) in try LinearPattern(text) }
    } catch { throw Fault(key: "pattern", message: error.message, hint: error.hint) }
    do throws(BracedText.Fault) { self.replacement = try BracedText(replacement) } catch {
      throw Fault(key: "with", message: error.message, hint: error.hint ?? "write {{ for a brace")
    }
    if let other = self.replacement.names.first(where: { $0 != Self.lastFour }) {
      throw Fault(
        key: "with", message: "nothing is known as {\(other)} here",
        hint: "{\(Self.lastFour)} stands for the last four digits; write {{ for a brace")
    }
    (self.list, self.attribute, self.selector, self.kinds) = (list.name, attribute, selector.path, kinds)
    maximumLength =
      if case .string(let length, _)? = list.field(attribute)?.kind { length } else { nil }
  }

  private static let lastFour = "last4"

  /// What is looked for, in words.
  public var words: String {
    let names = [Kind.accountNumbers: "IBANs", .cardNumbers: "card numbers"]
    let kinds = kinds.compactMap { names[$0] }.sorted()
    return (kinds + (pattern == nil ? [] : ["what the pattern matches"])).joined(separator: " or ")
  }
}

// MARK: - One text

extension TextRewriting {
  /// Returns a text in its new form; `nil` if it holds nothing that is looked for.
  ///
  /// - Throws: `Obstacle` if it cannot be searched, or would be rewritten once more by the next run.
  func rewritten(_ text: String) throws(RowCompletion.Obstacle) -> String? {
    guard let new = try replaced(text) else { return nil }
    guard try replaced(new) == nil else {
      throw RowCompletion.Obstacle(
        code: "rewrite-again",
        message: "what takes the place of a match matches again, so that every run would rewrite it")
    }
    let length = new.unicodeScalars.count
    guard length <= maximumLength ?? .max else {
      throw RowCompletion.Obstacle(
        code: "too-long", message: "it would have \(length) characters, of at most \(maximumLength ?? 0)")
    }
    return new
  }

  /// Replaces one kind after the other, the longer numbers first.
  private func replaced(_ text: String) throws(RowCompletion.Obstacle) -> String? {
    var new = text
    if kinds.contains(.accountNumbers) { new = replacing(AccountNumbers.places(in: new), in: new) }
    if kinds.contains(.cardNumbers) { new = replacing(CardNumbers.places(in: new), in: new) }
    if let pattern {
      let scalars = Array(new.unicodeScalars)
      guard let matches = pattern.matches(in: scalars) else {
        throw RowCompletion.Obstacle(code: "rewrite-slow", message: "the pattern takes too long to search it")
      }
      new = replacing(matches, in: scalars)
    }
    return new.unicodeScalars.elementsEqual(text.unicodeScalars) ? nil : new
  }

  private func replacing(_ places: [Range<Int>], in text: String) -> String {
    guard !places.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var new: [UInt8] = []
    var end = 0
    for place in places {
      new += bytes[end..<place.lowerBound]
      new += replacement(of: String(decoding: bytes[place], as: UTF8.self)).utf8
      end = place.upperBound
    }
    return String(decoding: new + bytes[end...], as: UTF8.self)
  }

  private func replacing(_ places: [Range<Int>], in text: [Unicode.Scalar]) -> String {
    var new = String.UnicodeScalarView()
    var end = 0
    for place in places {
      new += text[end..<place.lowerBound]
      var match = String.UnicodeScalarView()
      match += text[place]
      new += replacement(of: String(match)).unicodeScalars
      end = place.upperBound
    }
    new += text[end...]
    return String(new)
  }

  private func replacement(of match: String) -> String {
    replacement.parts.map { part in
      switch part {
      case .text(let text): text
      case .name: String(match.filter { $0.isLetter || $0.isNumber }.suffix(4))
      }
    }.joined()
  }
}

// MARK: - A record

extension TextRewriting {
  /// Returns a patch with the texts of the record that are to be rewritten, as they are now.
  ///
  /// What an earlier look has put into the patch is left out, since the record may have changed since.
  ///
  /// - Throws: `Obstacle` if one text cannot be rewritten; then none is.
  func added(to body: JSONObject, on image: RecordImage) throws(RowCompletion.Obstacle) -> JSONObject {
    guard let elements = image.lists[list] else {
      throw RowCompletion.Obstacle(code: "rewrite-unread", message: "the site does not show its \(list)")
    }
    let own = (body[list].map { $0.array ?? [$0] } ?? []).filter { $0[selector] == nil }
    var rewritten: [JSONValue] = []
    for element in elements {
      guard let key = element[selector] else { continue }
      switch element[attribute] {
      case .string(let text)?:
        do throws(RowCompletion.Obstacle) {
          guard let new = try self.rewritten(text) else { continue }
          rewritten.append(.object(JSONObject([(selector, key), (attribute, .string(new))])))
        } catch {
          throw RowCompletion.Obstacle(code: error.code, message: "\(list)[\(key.text())]: \(error.message)")
        }
      case .null?: continue
      default:
        throw RowCompletion.Obstacle(
          code: "rewrite-unread", message: "the site does not show \(list)[\(key.text())].\(attribute)")
      }
    }
    var body = body
    if !rewritten.isEmpty {
      body[list] = .array(rewritten + own)
    } else if own.count < (body[list]?.array?.count ?? 0) {
      body[list] = own.isEmpty ? nil : .array(own)
    }
    return body
  }

  /// Returns whether a body changes existing elements of the list itself.
  func isIn(_ body: JSONObject) -> Bool {
    (body[list]?.array ?? []).contains { $0[selector] != nil }
  }

  /// Returns the text of an element as the record has it.
  public func text(of element: JSONValue?, on image: RecordImage) -> JSONValue? {
    image.lists[list]?.first { $0[selector] == element }?[attribute]
  }
}
