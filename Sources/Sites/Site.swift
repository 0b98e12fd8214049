public import Catalog
public import Records

/// A place that holds records of one resource and takes patches for them.
///
/// A site is shared by all lanes; what belongs to one lane (handle, connection, token chain) is a
/// `SiteConnection`. A mode such as the dry run is a site that wraps another.
public protocol Site: Sendable {
  /// The host and base path for messages, without any secret.
  var location: String { get }

  /// The largest number of writes in one request; 1 if the API has no batches.
  var batchLimit: Int { get }

  /// The longest wait for an answer.
  ///
  /// A request may still take effect for as long if its answer was lost sooner.
  var requestTimeout: Duration { get }

  /// Creates a connection for one lane, which opens with its first request.
  func makeConnection() -> any SiteConnection
}

/// One lane's connection to a site: one handle, one connection, one token chain.
///
/// It is not shared between threads.
public protocol SiteConnection: AnyObject {
  /// Asks the site something harmless, to learn whether address, login and headers are right.
  ///
  /// `applied` means that all is well. `loginRefused` means that login or permission is missing (a 403 too, because
  /// no row would fare better). `refused` means that the address is not this API. The other outcomes mean that the
  /// site cannot be reached now.
  func check() -> Exchange

  /// Asks the site some harmless questions, for a person who wants to know what it answers.
  func facts() -> SiteFacts

  /// Sends one patch and waits for its outcome.
  func send(_ write: Write) -> Exchange

  /// Begins to send a patch that takes one short request, and returns its transfer.
  ///
  /// Several connections can be waited for at once like this (`TransferPoll`). When the transfer is done, `end` returns
  /// the outcome.
  ///
  /// - Returns: `nil` if the patch takes more, or something must be waited for first: `send` does that.
  func begin(_ write: Write) -> Transfer?

  /// Indicates that `end` returns at once, because the answer calls for no further request.
  var endsPlainly: Bool { get }

  /// Returns the outcome of the patch whose transfer is done, after further requests if the answer calls for them.
  func end() -> Exchange

  /// Looks up the ids of the records whose `attribute` is one of `values`.
  ///
  /// The exchange is `applied` if the site answered. A value without a record is absent from the answer; an ambiguous
  /// one has several ids. `values` may be any number: the connection splits them into chunks.
  func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]])

  /// Reads some of the attributes of some records, in as few requests as the API allows.
  ///
  /// The exchange is `applied` if the site answered. A record that does not exist is absent from the answer.
  func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage])

  /// Returns values of a source in the order of their ids: a page of a collection's, all of a menu or lookup.
  ///
  /// The exchange is `applied` if the site answered.
  ///
  /// - Parameters:
  ///   - part: only values whose names contain it, in any case; the site may return more.
  ///   - id: only those after this id.
  ///   - limit: the largest number of records of a collection.
  func values(
    of source: NameSource, containing part: String?, after id: Int64?, limit: Int
  ) -> (Exchange, [NamedRecord])

  /// Returns the records of a collection that go by one of these names, without details.
  ///
  /// The exchange is `applied` if the site answered. `names` may be any number.
  func records(named names: [String], in collection: String) -> (Exchange, [NamedRecord])

  /// Returns records with what tells them from others of their name; as they are if the site does not say.
  func detailed(_ records: [NamedRecord], in source: NameSource) -> (Exchange, [NamedRecord])

  /// Returns the resource's attributes as the site's metadata describes them.
  ///
  /// The exchange is `applied` if the site answered. A place that it does not describe is in `refused`.
  ///
  /// - Parameter places: the sub-objects and lists that are asked about, the empty path for the record itself; `nil` for
  ///   everything.
  func description(of places: [String]?) -> (Exchange, SiteDescription)

  /// Returns records of a selection in the order of their ids, from the first after an id.
  ///
  /// The exchange is `applied` if the site answered.
  func select(_ selection: Selection, after id: RecordID?) -> (Exchange, SelectedPage)

  /// Sends writes of different records in one request, and returns their outcomes in the same order.
  ///
  /// Only repeatable writes are sent like this. A batch that is refused as a whole is split until the bad part is
  /// alone. A part that the answer does not list is `unknown`.
  func send(batch: [Write]) -> [Exchange]

  /// Makes the connection ask this pacing before each request; without one, it sends at once.
  func keep(to pacing: any RequestPacing)

  /// Returns the requests made since the last call, in their order.
  func takeRequests() -> [RequestRecord]
}

/// One patch to send: its record, and the body's bytes.
public struct Write: Sendable, Equatable {
  public var recordID: RecordID
  /// The list element that the body is for; `nil` for the record itself.
  public var element: ElementAddress?
  /// JSON, or base64 for an enclosure.
  public var body: String
  /// Indicates that sending it twice has the same effect as once; decides the meaning of a lost answer.
  public var isIdempotent: Bool
  /// The record's token when it was looked at: the write is refused with `conflict` if it has changed since.
  ///
  /// `nil` writes in any case; APIs without conditional writes ignore it.
  public var token: String?
  /// The attribute whose bytes the body is, in base64, if it goes to an enclosure's own address.
  public var enclosure: String?

  public init(
    recordID: RecordID, element: ElementAddress? = nil, body: String, isIdempotent: Bool,
    token: String? = nil,
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
  /// Returns what the first question tells, for connections that know no more.
  public func facts() -> SiteFacts { SiteFacts(check()) }

  /// Begins nothing, for connections that wait for each request.
  public func begin(_ write: Write) -> Transfer? { nil }

  public var endsPlainly: Bool { true }

  public func end() -> Exchange { preconditionFailure("no request was begun") }

  /// Sends the writes one by one, for APIs without batches.
  public func send(batch: [Write]) -> [Exchange] { batch.map(send) }
}
