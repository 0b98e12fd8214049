import Records

/// How a record's key stands in addresses and queries: always as one value, never as a part of the language.
extension RecordID {
  /// The key as one step of a path, without a `/` of its own.
  var pathSegment: String {
    switch self {
    case .integer(let number): String(number)
    case .text(let text): text.percentEncoded
    }
  }

  /// The key as a literal of ROQL; of a text that no literal can hold, one that no record has.
  var roqlLiteral: String {
    switch self {
    case .integer(let number): String(number)
    case .text(let text): QueryText.literal(QueryText.isPlain(text) ? text : "")
    }
  }
}

extension FusionQuery {
  /// Returns a record's key in the form of a query: integers stand there without quotes.
  func literal(of id: RecordID) -> String {
    switch id {
    case .integer(let number): String(number)
    case .text(let text): literal(text) ?? "''"
    }
  }
}
