/// What libcurl's callbacks leave behind during one transfer.
///
/// It belongs to one handle and is touched only by the thread that performs the transfer.
final class Reception {
  private(set) var status: Int?
  private(set) var headers = HTTPHeaders()
  /// Whether the blank line after the headers came; libcurl finds nothing wrong with a head that is cut.
  private(set) var isHeadWhole = false
  private(set) var body: [UInt8] = []
  /// Whether the answer was not read to its end, because it is larger than what is taken of one.
  private(set) var isTooLarge = false
  private(set) var limits = AnswerLimits.read
  private var headerBytes = 0
  /// How many times a request began to leave: none means that the site cannot have seen it.
  private(set) var sendings = 0
  /// Whether a second sending was asked for and denied.
  private(set) var deniedSendingAgain = false
  private var maySendAgain = false

  func begin(maySendAgain: Bool, limits: AnswerLimits) {
    self.limits = limits
    headerBytes = 0
    status = nil
    headers = HTTPHeaders()
    isHeadWhole = false
    body.removeAll(keepingCapacity: body.capacity <= 1 << 16)
    isTooLarge = false
    sendings = 0
    deniedSendingAgain = false
    self.maySendAgain = maySendAgain
  }

  /// Whether the request may leave now: the connection is there, no byte of the request is sent yet.
  ///
  /// When a reused connection dies before the answer's first byte, libcurl takes it for a connection that the
  /// server closed while idle and sends the request again on a new one (`Curl_retry_request`). The server may
  /// well have carried out the first, or do so later, when the record has moved on, so a write ends there, as
  /// unknown: the site's rules must not run twice for it, and it must not overtake what follows.
  func allowsSending() -> Bool {
    if sendings > 0 && !maySendAgain {
      deniedSendingAgain = true
      return false
    }
    sendings += 1
    return true
  }

  /// Takes one header line with its line end; a status line starts over, as after `100 Continue`.
  ///
  /// Trailers say nothing that anybody asks for.
  ///
  /// - Returns: `false` when there have been too many.
  func receive(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
    headerBytes += bytes.count
    guard headerBytes <= AnswerLimits.headerBytes else {
      isTooLarge = true
      return false
    }
    takeHeader(unsafe String(decoding: bytes, as: UTF8.self))
    return true
  }

  private func takeHeader(_ line: String) {
    let isInterim = status.map { (100..<200).contains($0) } ?? true
    if line.hasPrefix("HTTP/"), isInterim || !isHeadWhole {
      status = line.split(separator: " ", maxSplits: 2).dropFirst().first
        .flatMap { Int($0.prefix { $0.isNumber }) }
      headers = HTTPHeaders()
      isHeadWhole = false
      return
    }
    guard !isHeadWhole else { return }
    if line == "\r\n" || line == "\n" { isHeadWhole = true }
    guard let colon = line.firstIndex(of: ":") else { return }
    headers.append(
      line[..<colon], String(line[line.index(after: colon)...]).trimmingBlanks())
  }

  /// Takes a piece of the body; `false` when the answer has become too large.
  func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= limits.bytes else {
      isTooLarge = true
      return false
    }
    unsafe body.append(contentsOf: bytes)
    return true
  }

  /// The answer as far as it arrived, once its status line did; without the byte order mark that some gateways put before it.
  var answer: HTTPAnswer? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return status.map {
      HTTPAnswer(
        status: $0, headers: headers, body: body.starts(with: mark) ? Array(body.dropFirst(3)) : body,
        limits: limits)
    }
  }
}

extension String {
  /// Without white space and line ends at both ends.
  func trimmingBlanks() -> String {
    let isBlank = { (character: Character) in character.isWhitespace }
    guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[first...last])
  }
}
