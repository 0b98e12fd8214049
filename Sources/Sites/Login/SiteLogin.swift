import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The login of a site's connections: the secret is read once for all of them.
final class SiteLogin: Sendable {
  /// One reading of the secret, as the value of `Authorization`.
  struct Ticket: Sendable {
    /// The header's value; `nil` if the site needs no login.
    var header: Secret?
    /// The parts of it that must be hidden in everything that is kept or shown.
    var traces = LoginTraces()
    /// Changes with each reading.
    fileprivate(set) var reading = 0

    /// A copy that shares no memory with this one.
    ///
    /// Processors would pass the counts of references to shared memory back and forth for every request.
    fileprivate var unshared: Ticket {
      var copy = self
      copy.header = header.map { Secret(String(decoding: Array($0.reveal().utf8), as: UTF8.self)) }
      copy.traces = traces.unshared
      return copy
    }

    /// The header, if there is one.
    var headers: [(name: String, value: String)] { header.map { [("Authorization", $0.reveal())] } ?? [] }
  }

  private let authentication: Authentication?
  private let waiting: WaitTeller
  private let state: Mutex<Ticket>
  /// The reading of the ticket, to be asked for without the lock.
  private let reading = Atomic(0)
  /// No ticket's reading.
  private static let underWay = -1

  /// - Parameter waiting: called when the secret takes a while, also later.
  /// - Throws: `SecretError` if the secret cannot be read or cannot be sent.
  init(_ authentication: Authentication?, waiting: @escaping WaitTeller) throws(SecretError) {
    self.authentication = authentication
    self.waiting = waiting
    state = Mutex(try authentication?.ticket(waiting) ?? Ticket())
  }

  /// Returns the ticket that a connection has, or a copy of a newer one.
  func newest(_ own: Ticket?) -> Ticket {
    if let own, own.reading == reading.load(ordering: .relaxed) { return own }
    return state.withLock { $0 }.unshared
  }

  /// Returns the same without waiting; `nil` while a connection is reading the secret again.
  func newestAtOnce(_ own: Ticket?) -> Ticket? {
    if let own, own.reading == reading.load(ordering: .relaxed) { return own }
    return state.withLockIfAvailable { $0 }?.unshared
  }

  /// Returns another ticket to resend a request with, if there is one and this does no harm.
  ///
  /// A request with a 401 in the API's form certainly was not carried out. Any other 401 may come from a gateway that
  /// asks for a login after the site has done its part. A request that must not run twice is then looked for first,
  /// with the new ticket.
  func ticket(
    after refused: Ticket, for request: HTTPRequest, _ exchange: inout HTTPExchange
  ) -> Ticket? {
    guard case .answered(let answer) = exchange.result, answer.status == 401,
      let next = ticket(after: refused)
    else { return nil }
    if request.method == .get || request.isRepeatable || ErrorBody(answer).isOfAPI { return next }
    exchange.isLoginRenewed = true
    return nil
  }

  /// Returns a ticket other than the refused one, if there is one.
  ///
  /// Tokens expire, and their command or file has the next one. A password is never tried twice, because retries lock
  /// accounts.
  private func ticket(after refused: Ticket) -> Ticket? {
    guard let authentication, authentication.expires else { return nil }
    // The lock is held while a command runs, on purpose: the other lanes wait for its token instead of fetching one
    // each.
    return state.withLock { ticket in
      if ticket.reading != refused.reading { return ticket }
      reading.store(Self.underWay, ordering: .relaxed)
      defer { reading.store(ticket.reading, ordering: .relaxed) }
      guard var next = try? authentication.ticket(waiting), next.header != ticket.header else { return nil }
      next.reading = ticket.reading + 1
      ticket = next
      return ticket
    }
  }
}

extension Authentication {
  /// Indicates that reading the secret again may give another one.
  fileprivate var expires: Bool {
    switch self {
    case .basic, .bearer(.environment), .session(.environment): false
    case .bearer, .session: true
    }
  }

  /// Returns the value of `Authorization` (reference, section 3).
  fileprivate func ticket(_ waiting: WaitTeller) throws(SecretError) -> SiteLogin.Ticket {
    switch self {
    case .basic(let user, let password):
      let secret = try password.read(waiting: waiting)
      let login = Data("\(user):\(secret.reveal())".utf8).base64EncodedString()
      return SiteLogin.Ticket(
        header: Secret("Basic \(login)"), traces: LoginTraces(of: [secret, Secret(login)]))
    case .bearer(let token): return try Self.ticket("Bearer", token, waiting)
    case .session(let token): return try Self.ticket("Session", token, waiting)
    }
  }

  private static func ticket(
    _ scheme: String, _ source: SecretSource, _ waiting: WaitTeller
  ) throws(SecretError) -> SiteLogin.Ticket {
    let secret = try source.read(waiting: waiting)
    let token = secret.reveal()
    // Visible ASCII only: anything else could end the header or split the value.
    guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw SecretError(
        message: "the token holds a character that a header cannot carry",
        hint: "give the bare token, without the word \(scheme), blanks or quotes")
    }
    return SiteLogin.Ticket(header: Secret("\(scheme) \(token)"), traces: LoginTraces(of: [secret]))
  }
}
