import GRDB

/// One row of `request_log`: the request and its outcome.
struct RequestLogEntry {
  let exchange: Exchange
  private let status: Int
  private let errorCode: String?
  private let isChange: Bool
  /// The record that the path names.
  var resource: String?
  var recordID: Int64?
  /// Its key, if that is a text.
  var recordKey: String?
  var child: String?
  var childID: Int64?
  /// The part of a batch; none for the request itself.
  var part: String?

  init(exchange: Exchange, answer: Answer) {
    self.exchange = exchange
    status = answer.status
    errorCode = answer.errorCode
    isChange = answer.isChange
  }

  /// Appends the row to the log.
  func insert(into database: Database) throws {
    var statement = try BareStatement(Self.insertion, in: database)
    let headers = exchange.headers
    let suppressing = exchange.suppressing
    statement.bind(exchange.timeText)
    statement.bind(exchange.method)
    statement.bind(headers["x-http-method-override"])
    statement.bind(exchange.path)
    statement.bind(exchange.query)
    statement.bind(resource)
    statement.bind(recordID)
    statement.bind(child)
    statement.bind(childID)
    statement.bind(headers["osvc-crest-application-context"])
    statement.bind(suppressing.isEmpty ? nil : suppressing.map(\.name).sorted().joined(separator: ","))
    statement.bind(exchange.body.isEmpty ? nil : String(decoding: exchange.body, as: UTF8.self))
    statement.bind(Int64(status))
    statement.bind(errorCode)
    statement.bind(isChange ? 1 : 0)
    statement.bind(part)
    statement.bind(headers["if-match"])
    statement.bind(exchange.fault.text)
    statement.bind(recordKey)
    try statement.run()
  }

  /// The values are bound in the order of the columns after the number of the row.
  private static let insertion =
    "INSERT INTO request_log VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
}
