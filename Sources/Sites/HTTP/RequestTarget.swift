import CCurl

/// The address of a request in the form that libcurl gets it: the host as its URL, the rest as what to ask it for.
///
/// libcurl takes a URL apart and puts it together again for each request, letter by letter. The rest is spared that, and
/// sent as it is (RFC 9112, section 3.2.1).
struct RequestTarget {
  /// The part of the last address that libcurl has as its URL.
  private var origin: [UInt8] = []

  /// Tells libcurl the address.
  ///
  /// - Parameter asWhole: an http proxy may be on the way, to which libcurl sends a whole URL that it has made.
  mutating func set(_ url: String, asWhole: Bool, on handle: UnsafeMutableRawPointer) {
    unsafe url.withCString { text in
      let bytes = unsafe UnsafeRawBufferPointer(start: text, count: url.utf8.count)
      let start = unsafe (asWhole ? nil : pathStart(of: bytes)) ?? bytes.count
      if unsafe !bytes[..<start].elementsEqual(origin) {
        unsafe origin = Array(bytes[..<start])
        unsafe ccurl_set_text(handle, CURLOPT_URL, String(decoding: origin, as: UTF8.self))
      }
      unsafe ccurl_set_text(handle, CURLOPT_REQUEST_TARGET, start == bytes.count ? nil : text + start)
    }
  }
}

/// Returns where the path of a URL begins; `nil` if it has none, or libcurl would have to change it first.
private func pathStart(of url: UnsafeRawBufferPointer) -> Int? {
  var slashes = 0
  var start: Int?
  for index in url.indices {
    let byte = unsafe url[index]
    guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") else { return nil }
    if byte == UInt8(ascii: "/") {
      slashes += 1
      if slashes == 3 { start = index }
    }
    if byte == UInt8(ascii: "?"), start == nil { return nil }
  }
  return start
}
