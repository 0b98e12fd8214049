import CCurl

/// Headers that many requests of a connection have, with the login, in libcurl's form.
///
/// They are made once for each login, and used by one thread at a time. Each request has some, because a header from
/// the list costs libcurl half of what one from an option does.
@safe final class RepeatedHeaders {
  private let fields: [(name: String, value: String)]
  private var list: UnsafeMutablePointer<curl_slist>?
  /// The reading of the secret that the list was made with.
  private var reading: Int?

  /// - Parameter fields: free of control characters.
  init(_ fields: [(name: String, value: String)]) {
    self.fields = fields
    unsafe list = headerList(of: fields)
  }

  deinit { unsafe curl_slist_free_all(list) }

  /// Puts a login into them.
  func take(_ ticket: SiteLogin.Ticket) {
    guard reading != ticket.reading else { return }
    unsafe curl_slist_free_all(list)
    unsafe list = headerList(of: fields + ticket.headers)
    reading = ticket.reading
  }

  /// A request's own headers, followed by those that repeat.
  @safe struct Chain {
    /// The whole list; `nil` for no headers.
    let list: UnsafeMutablePointer<curl_slist>?
    /// The end of the request's own, which are freed.
    private let last: UnsafeMutablePointer<curl_slist>?

    init(_ own: [(name: String, value: String)], _ repeated: RepeatedHeaders) {
      guard let head = unsafe headerList(of: own) else {
        unsafe (list, last) = (repeated.list, nil)
        return
      }
      var last = unsafe head
      while let next = unsafe last.pointee.next { unsafe last = next }
      unsafe last.pointee.next = unsafe repeated.list
      unsafe (list, self.last) = (head, last)
    }

    /// Takes it apart, when the request has ended.
    func free() {
      guard let last = unsafe last else { return }
      unsafe last.pointee.next = nil
      unsafe curl_slist_free_all(list)
    }
  }
}

/// Returns a list of headers, which the caller frees.
private func headerList(of fields: [(name: String, value: String)]) -> UnsafeMutablePointer<curl_slist>? {
  var list: UnsafeMutablePointer<curl_slist>?
  for field in fields {
    // A null pointer means out of memory; the list is then kept as it was.
    unsafe list = curl_slist_append(list, "\(field.name): \(field.value)") ?? list
  }
  return unsafe list
}
