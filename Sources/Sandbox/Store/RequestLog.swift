import GRDB

/// One row of `request_log`: the request and its outcome.
struct RequestLogEntry {
  var exchange: Exchange
  var answer: Answer
  /// The record that the path names.
  var resource: String?
  var recordID: Int64?
  /// Its key, if that is a text.
  var recordKey: String?
  var child: String?
  var childID: Int64?
  /// The part of a batch; none for the request itself.
  var part: String?

  /// Appends the row to the log.
  func insert(into database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO request_log (time, method, method_override, path, query, resource, record_id, child, child_id,
          application_context, suppress, body, status, error_code, committed, part, if_match, fault,
          record_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    let headers = exchange.headers
    let suppress = headers.keys.filter { $0.hasPrefix("osvc-crest-suppress") }.sorted()
    try statement.execute(arguments: [
      exchange.time.text, exchange.method, headers["x-http-method-override"], exchange.path, exchange.query,
      resource, recordID, child, childID, headers["osvc-crest-application-context"],
      suppress.isEmpty ? nil : suppress.joined(separator: ","),
      exchange.body.isEmpty ? nil : String(decoding: exchange.body, as: UTF8.self),
      answer.status, answer.errorCode, answer.isChange, part,
      headers["if-match"], exchange.fault, recordKey,
    ])
  }
}
