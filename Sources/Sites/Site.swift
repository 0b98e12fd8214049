public import Records

/// A place that holds records of one resource and takes patches for them.
///
/// A site is shared by all lanes; what belongs to one lane (handle, connection, token chain) is a
/// `SiteConnection`. A mode such as the dry run is a site that wraps another.
public protocol Site: Sendable {
  /// The host and base path, for people, never with a secret in it.
  var location: String { get }

  /// How many writes one request can carry at most; 1 where the API has no batches.
  var batchLimit: Int { get }

  /// How long an answer is waited for. A request may still be carried out for as long when its answer was lost sooner.
  var requestTimeout: Duration { get }

  /// Opens nothing yet; the first request connects. Each connection belongs to one lane.
  func makeConnection() -> any SiteConnection
}

/// One lane's way to a site: one handle, one connection, one token chain.
///
/// Not shared between threads.
public protocol SiteConnection: AnyObject {
  /// Asks the site for something harmless, to learn whether address, login and headers are right.
  ///
  /// `applied` means that all is well; `loginRefused`, that login or permission is missing (a 403 too, because no
  /// row would fare better); `refused`, that the address is not this API; the others, that the site cannot be
  /// reached now.
  func check() -> Exchange

  /// Sends one patch and waits for what comes of it.
  func send(_ write: Write) -> Exchange

  /// Looks up the ids of the records whose `attribute` is one of `values`.
  ///
  /// The exchange is `applied` when the site answered; a value without a record is absent from the answer,
  /// an ambiguous one has several ids. `values` is as long as the caller likes: the connection chunks it.
  func resolve(attribute: String, values: [String]) -> (Exchange, [String: [Int64]])

  /// Reads some of the attributes of some records, in as few requests as the API allows.
  ///
  /// The exchange is `applied` when the site answered; a record that does not exist is absent from the answer.
  func read(_ request: ReadRequest) -> (Exchange, [Int64: RecordImage])

  /// Sends writes of different records in one request, and says of each what came of it, in their order.
  ///
  /// Only what may be repeated is ever sent like this. A batch that is refused as a whole is taken apart until
  /// the guilty part is alone; a part that the answer does not list is `unknown`.
  func send(batch: [Write]) -> [Exchange]

  /// From now on asks before each request whether it may leave; a connection that is not told sends at once.
  func keep(to pacing: any RequestPacing)

  /// The requests made since this was last asked, in their order.
  func takeRequests() -> [RequestRecord]
}

/// One patch as it goes out: whose it is, and the body's bytes.
public struct Write: Sendable, Equatable {
  public var recordID: Int64
  /// The list element the body is for; `nil` when it is for the record itself.
  public var element: ElementAddress?
  /// JSON, or base64 for an enclosure.
  public var body: String
  /// Whether sending it twice does the same as once; decides what a lost answer means.
  public var isIdempotent: Bool
  /// The record's token when it was looked at: the write is refused with `conflict` if it has changed since.
  ///
  /// `nil` writes whatever the record is; APIs without conditional writes ignore it.
  public var token: String?
  /// The attribute whose bytes the body is, in base64, when it goes to an enclosure's own address.
  public var enclosure: String?

  public init(
    recordID: Int64, element: ElementAddress? = nil, body: String, isIdempotent: Bool, token: String? = nil,
    enclosure: String? = nil
  ) {
    self.recordID = recordID
    self.element = element
    self.body = body
    self.isIdempotent = isIdempotent
    self.token = token
    self.enclosure = enclosure
  }
}

extension Site {
  public var batchLimit: Int { 1 }
}

extension SiteConnection {
  /// One after the other, for APIs without batches.
  public func send(batch: [Write]) -> [Exchange] { batch.map(send) }
}
