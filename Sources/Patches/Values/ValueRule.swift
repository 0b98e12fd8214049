import Catalog
import JSON

/// The rule by which one attribute's values are read from a cell, checked in JSON, and written in a patch.
///
/// It is a class because it is used for every cell, and copying its parts costs more than reading one.
final class ValueRule: Sendable {
  let form: Form
  /// The reason the attribute cannot be cleared; `nil` if it can.
  let nullRefusal: String?
  /// A note for the user about the attribute.
  let note: String?

  enum Form: Sendable {
    case text(maximum: Int?, pattern: TextPattern?)
    /// The name of an attachment.
    case fileName(maximum: Int?, pattern: TextPattern?)
    case integer(ClosedRange<Int64>)
    /// The id of another record, in an API without references.
    case identifier
    /// A whole or decimal number, with a largest number of digits.
    case number(maximumDigits: Int?, DecimalSign)
    case boolean
    case date(LocalTimeFormat?)
    case dateTime(LocalTimeFormat?)
    case named(NamedValueRule)
    /// A code of a lookup.
    case code(CodeRule)
    /// A list of references; in a cell they are separated by semicolons.
    case references(NamedValueRule)
    /// Base64 of a limited number of bytes.
    case base64(AttachmentReader)
    /// A path to a file, whose name and bytes go into the patch.
    case file(AttachmentReader)
    /// A path to a file whose bytes alone go into the patch.
    case fileBytes(AttachmentReader)
    /// A custom field of unknown type: a cell stays text, and JSON stays as it is, including objects that name a
    /// value if the API has them.
    case unstated(takesObjects: Bool)
  }

  /// Indicates that no source confirms the spelling of the attribute.
  let isNameInferred: Bool
  /// The treatment of a text with a card number.
  let cardRule: CardRule
  /// The reason the site does not take any value of the attribute; `nil` if it does.
  let siteRefusal: Refusal?

  init(
    _ form: Form, nullRefusal: String? = nil, note: String? = nil, isNameInferred: Bool = false,
    cardRule: CardRule = .allow, siteRefusal: Refusal? = nil
  ) {
    self.form = form
    self.siteRefusal = siteRefusal
    self.cardRule = cardRule
    self.isNameInferred = isNameInferred
    self.nullRefusal = nullRefusal
    self.note = note
  }
}

/// The result of a cell or a member.
enum CellValue {
  /// No value: leave the attribute alone.
  case blank
  case value(JSONValue)
  /// A value that a finding rejects.
  case rejected

  init(_ value: JSONValue?) {
    self = value.map { .value($0) } ?? .rejected
  }

  var isBlank: Bool {
    if case .blank = self { true } else { false }
  }

  var isRejected: Bool {
    if case .rejected = self { true } else { false }
  }
}

extension ValueRule {
  /// Creates the rule for an attribute of the record, or of an element that the operation creates or changes.
  ///
  /// - Parameters:
  ///   - isFileName: it is the name of an attachment.
  ///   - facts: what the site's overlay says of it.
  convenience init(
    _ field: Field, operation: ListOperation?, singular: String, isFileName: Bool = false,
    settings: ReadingSettings, at facts: SitePlace
  ) {
    let nullRefusal: String? =
      if operation?.effect == .create {
        "a new \(singular) has nothing to clear"
      } else {
        field.nullability == .notNull || field.isEnclosure ? "cannot be cleared" : nil
      }
    self.init(
      Form(
        field.kind, of: field, isFileName: isFileName, isUpdate: operation?.effect == .update,
        settings: settings, listed: facts.values),
      nullRefusal: nullRefusal, note: field.note, isNameInferred: field.isNameInferred,
      cardRule: operation?.effect == .create ? settings.cardRule : .allow, siteRefusal: facts.refusal)
  }

  /// Creates the rule for a custom field of the type that the job or the site gives it, if one does.
  convenience init(_ kind: Field.Kind?, settings: ReadingSettings, at facts: SitePlace) {
    self.init(
      kind.map { Form($0, settings: settings, listed: facts.values) }
        ?? .unstated(takesObjects: settings.hasNamedValues), siteRefusal: facts.refusal)
  }

  fileprivate static func compiled(_ pattern: String) -> TextPattern {
    guard let compiled = TextPattern(pattern) else {
      preconditionFailure("the catalogue has a pattern that cannot be matched: \(pattern)")
    }
    return compiled
  }
}

extension ValueRule.Form {
  /// Creates the form of a type's values; `field` has the other facts about the attribute.
  fileprivate init(
    _ kind: Field.Kind, of field: Field? = nil, isFileName: Bool = false, isUpdate: Bool = false,
    settings: ReadingSettings, listed: [MenuValue]?
  ) {
    switch kind {
    case .string(let maximum, let pattern) where isFileName:
      self = .fileName(maximum: maximum, pattern: pattern.map(ValueRule.compiled))
    case .string(let maximum, let pattern):
      self = .text(maximum: maximum, pattern: pattern.map(ValueRule.compiled))
    // In an API without references, the ids of other records are integers without limits.
    case .integer(.min, .max) where !settings.hasNamedValues: self = .identifier
    case .integer(let minimum, let maximum): self = .integer(minimum...maximum)
    case .number(let digits): self = .number(maximumDigits: digits, settings.decimalSign)
    case .boolean: self = .boolean
    case .date: self = .date(settings.dateFormat)
    case .dateTime: self = .dateTime(settings.localTime)
    case .menu(let known, _):
      self = .named(
        NamedValueRule(
          known: known, isFixed: field?.hasFixedValues ?? false,
          allowedOnUpdate: isUpdate ? field?.allowedOnUpdate : nil, note: field?.note, listed: listed))
    case .reference: self = .named(NamedValueRule())
    case .code(let known, let lookup, let maximum):
      self = .code(
        CodeRule(
          known: listed?.map(\.name) ?? known, lookup: lookup, maximumLength: maximum,
          isListed: listed?.isEmpty == false))
    case .base64: self = .base64(settings.attachments)
    // Only ever read; there is no form to write it in.
    case .menuPath: self = .unstated(takesObjects: true)
    }
  }
}

/// The job's options for reading values, in the form the rules need.
struct ReadingSettings: Sendable {
  var localTime: LocalTimeFormat?
  /// The format of days, beside ISO 8601.
  var dateFormat: LocalTimeFormat?
  var decimalSign = DecimalSign.point
  /// The treatment of a text that would be added with a card number.
  var cardRule = CardRule.warn
  var attachments: AttachmentReader
  /// Indicates that the API writes menu values and references as objects, `{"id": 8}`.
  var hasNamedValues = true
}
