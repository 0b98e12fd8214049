/// The results of libcurl's callbacks during one transfer.
///
/// It belongs to one handle and is touched only by the thread that performs the transfer.
final class Reception {
  private(set) var status: Int?
  private(set) var headers = HTTPHeaders()
  /// Indicates that the blank line after the headers came; libcurl accepts a truncated head.
  private(set) var isHeadWhole = false
  private(set) var body: [UInt8] = []
  /// Indicates that the answer was not read to its end, because it exceeded the limit.
  private(set) var isTooLarge = false
  private(set) var limits = AnswerLimits.read
  private var traces = LoginTraces()
  private var headerBytes = 0
  /// The number of times a request began to leave: 0 means that the site cannot have seen it.
  private(set) var sendings = 0
  /// Indicates that a second sending was requested and denied.
  private(set) var deniedSendingAgain = false
  private var maySendAgain = false

  func begin(maySendAgain: Bool, limits: AnswerLimits, hiding traces: LoginTraces) {
    (self.limits, self.traces) = (limits, traces)
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

  /// Returns whether the request may leave now: the connection is open, and no byte of the request is sent yet.
  ///
  /// If a reused connection dies before the answer's first byte, libcurl assumes that the server closed it while
  /// idle. It then sends the request again on a new one (`Curl_retry_request`). The server may have carried out the
  /// first request, or may do so later, when the record has moved on. A write therefore ends there, as unknown: the
  /// site's rules must not run twice for it, and it must not overtake later writes.
  func allowsSending() -> Bool {
    if sendings > 0 && !maySendAgain {
      deniedSendingAgain = true
      return false
    }
    sendings += 1
    return true
  }

  /// Takes in one header line with its line end; a status line starts over, as after `100 Continue`.
  ///
  /// Trailers contain nothing of interest.
  ///
  /// - Returns: `false` if there have been too many.
  func receive(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
    headerBytes += bytes.count
    guard headerBytes <= AnswerLimits.headerBytes else {
      isTooLarge = true
      return false
    }
    takeHeader(unsafe Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
    return true
  }

  private func takeHeader(_ line: Span<UInt8>) {
    let isInterim = status.map { (100..<200).contains($0) } ?? true
    if line.begins(with: "HTTP/"), isInterim || !isHeadWhole {
      status = line.status
      headers = HTTPHeaders()
      isHeadWhole = false
      return
    }
    guard !isHeadWhole else { return }
    if line.begins(with: "\n") || line.begins(with: "\r\n") {
      isHeadWhole = true
    } else {
      headers.append(line: line)
    }
  }

  /// Takes in a piece of the body; returns `false` if the answer has become too large.
  func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= limits.bytes else {
      isTooLarge = true
      return false
    }
    unsafe body.append(contentsOf: bytes)
    return true
  }

  /// The answer as far as it arrived, if its status line did, without the byte order mark that some gateways add.
  var answer: HTTPAnswer? {
    let hasMark = body.span.begins(with: "\u{FEFF}")
    return status.map {
      HTTPAnswer(
        status: $0, headers: headers, body: hasMark ? Array(body.dropFirst(3)) : body, traces: traces,
        limits: limits)
    }
  }
}

extension Span<UInt8> {
  fileprivate func begins(with text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where unsafe self[index] != text.utf8Start[index] { return false }
    return true
  }

  /// The status of a status line, after its first blanks.
  fileprivate var status: Int? {
    var index = 0
    while index < count, self[index] != UInt8(ascii: " ") { index += 1 }
    while index < count, self[index] == UInt8(ascii: " ") { index += 1 }
    let start = index
    var status = 0
    while index < count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self[index]), index < start + 9 {
      status = status * 10 + Int(self[index] - UInt8(ascii: "0"))
      index += 1
    }
    return index > start ? status : nil
  }
}

extension String {
  /// Returns the text without white space and line ends at both ends.
  func trimmingBlanks() -> String {
    let isBlank = { (character: Character) in character.isWhitespace }
    guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[first...last])
  }
}
