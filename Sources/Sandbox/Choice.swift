/// A point that the real service leaves open, as offered on the command line.
public struct Choice: Sendable {
  /// The name before the sign, such as `framework-version`.
  public var name: String
  /// The possible values, the default first.
  public var values: String
  /// The meaning of the choice.
  public var meaning: String

  init(_ name: String, _ values: String, _ meaning: String) {
    self.name = name
    self.values = values
    self.meaning = meaning
  }
}

extension Choices {
  /// Every choice, those of B2C Service first.
  public static let all = b2cService + FusionChoices.all

  private static let b2cService = [
    Choice("api-version", "v1.4|v1.3|both", "the API versions served"),
    Choice("roql-threads", "live|report", "whether ROQL knows threads without USE REPORT"),
    Choice("other-contacts", "add|replace", "what a list of contacts in a patch does to the existing ones"),
    Choice("billed-minutes", "add|replace", "the same for billed minutes"),
    Choice("content-type", "any|json", "which content types count as JSON; others get 415"),
    Choice("token-reuse", "allowed|refused", "whether an access token may be used more than once"),
    Choice("unknown-id-code", "OSC-CREST-00013", "the error code of an unknown id (404)"),
    Choice("context-code", "OSC-CREST-00016", "the error code of a missing application context"),
    Choice("token-code", "OSC-CREST-00016", "the error code of an altered access token"),
    Choice("next-request-after", "0", "osvc-crest-next-request-after, in milliseconds"),
  ]
}

extension FusionChoices {
  static let all = [
    Choice("framework-version", "1|…|9", "the REST-Framework-Version of a request without one"),
    Choice("item", "sample|schema", "the attributes of an item: those of the reference's example, or all"),
    Choice("tag-format", "serialized|version", "the form of changeIndicator and ETag"),
    Choice("top-level-flag", "text|boolean", "whether TopLevelFlag is \"true\" or true"),
    Choice("child-keys", "hash|id", "the keys of children in paths"),
    Choice("time-zone", "-08:00", "the offset of the times in answers"),
    Choice("offsetless-times", "refused|accepted", "times without an offset; if accepted, in time-zone"),
    Choice("inline-lob", "accepted|refused", "LOBs in a body, in base64"),
    Choice("nested-rows", "update|insert", "what a nested row with a known key does"),
    Choice("plain-errors", "text|payload|html|empty", "the body of errors below version 4"),
    Choice("login-page", "html|payload|text|empty", "the body of 401"),
    Choice("not-found", "payload|html|text|empty", "the body of 404"),
    Choice("stale-item", "payload|empty", "whether 412 shows the current item"),
    Choice("anti-csrf", "off|on", "whether writes must carry X-Requested-By"),
    Choice("batch-stale", "400|412", "the status of a batch with a stale part"),
    Choice("batch-error-path", "index|id|none", "how o:errorPath names the part of a batch"),
    Choice("batch-reports", "all|first", "how many of the failing parts are reported"),
    Choice("missing-attribute", "NAME", "an attribute of interactions that the site lacks; default: none"),
    Choice("extra-attribute", "NAME", "an additional attribute of interactions, a code; default: none"),
    Choice("locked-row", "ID", "an interaction that another session keeps locked; default: none"),
    Choice("parse-code", "27521", "unknown or read-only attribute, malformed body, bad query"),
    Choice("create-only-code", "27008", "a create-only attribute in a patch"),
    Choice("length-code", "27010", "a text that is too long"),
    Choice("value-code", "27024", "a value, code or reference that isn't valid"),
    Choice("required-code", "27014", "a required attribute that is missing"),
    Choice("changed-code", "25014", "a row that another client changed"),
    Choice("locked-code", "26030", "a row that is locked"),
  ]
}
