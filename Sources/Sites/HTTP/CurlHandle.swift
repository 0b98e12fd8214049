import CCurl

/// A libcurl easy handle: one connection kept alive, used by one thread at a time.
///
/// TLS is always verified, redirects are never followed, and every answer is a value, not an error.
@safe
struct CurlHandle: ~Copyable {
  private let handle: UnsafeMutableRawPointer
  private let reception = Reception()
  /// The buffer for libcurl's words about a failure; it must outlive the handle's use.
  private let errorText: UnsafeMutablePointer<CChar>
  /// The first option that libcurl refused: a handle that does not verify as told must not send.
  private var setupStatus: CURLcode
  private let proxy: TransportSettings.Proxy
  private let requestTimeout: Duration
  private let headers: RepeatedHeaders
  let transfer = Transfer()
  /// The address of the last request.
  private var address = ""
  private var target = RequestTarget()
  /// What must be hidden of the request on its way.
  private var traces = LoginTraces()
  /// The headers of the request on its way, of which libcurl has no copy.
  private var chain: RepeatedHeaders.Chain?
  /// Those of them that repeat, which must outlive it.
  private var repeated: RepeatedHeaders
  /// The method that libcurl knows, which it copies.
  private var method: HTTPRequest.Method?
  /// The body of a request that ends elsewhere, of which libcurl has no copy either.
  private let copy: UnsafeMutableRawBufferPointer

  init(_ settings: TransportSettings) {
    setupStatus = CurlLibrary.status
    proxy = settings.proxy
    // Bounded like libcurl's own times.
    requestTimeout = .milliseconds(settings.requestTimeout.curlMilliseconds)
    headers = RepeatedHeaders(settings.headers)
    repeated = headers
    unsafe copy = .allocate(byteCount: Self.longestCopied, alignment: 1)
    guard let handle = unsafe curl_easy_init() else {
      preconditionFailure("libcurl has no memory for a handle")
    }
    unsafe self.handle = handle
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    configureTransfers(settings)
    configureTrust(settings)
    configureProxy(settings.proxy)
    installCallbacks()
  }

  deinit {
    transfer.end()
    unsafe curl_easy_cleanup(handle)
    chain?.free()
    unsafe copy.deallocate()
    unsafe errorText.deallocate()
  }

  /// The longest body of a request that is begun here and ended elsewhere.
  static let longestCopied = 1 << 14

  /// Sends one request and waits for its answer, its failure, or the time-out.
  ///
  /// - Parameter traces: the parts of the request that must be hidden in what comes back.
  mutating func perform(_ request: HTTPRequest, hiding traces: LoginTraces) -> HTTPExchange {
    guard let body = request.body else {
      unsafe begin(request, nil, hiding: traces)
      return waitForEnd()
    }
    return unsafe body.withUnsafeBytes { bytes in
      unsafe begin(request, bytes, hiding: traces)
      return waitForEnd()
    }
  }

  /// Begins to send a request, of which `end` tells when the transfer is done.
  mutating func begin(_ request: HTTPRequest, hiding traces: LoginTraces) {
    let bytes = request.body ?? []
    precondition(bytes.count <= Self.longestCopied)
    unsafe bytes.withUnsafeBytes { bytes in unsafe copy.copyMemory(from: bytes) }
    unsafe begin(
      request, request.body == nil ? nil : UnsafeRawBufferPointer(rebasing: copy[..<bytes.count]),
      hiding: traces)
  }

  private mutating func waitForEnd() -> HTTPExchange {
    var poll = TransferPoll()
    while !transfer.isDone { poll.wait(for: [transfer]) }
    return end()
  }

  /// - Parameter body: is not copied, and must outlive the transfer; `nil` for a read.
  private mutating func begin(
    _ request: HTTPRequest, _ body: UnsafeRawBufferPointer?, hiding traces: LoginTraces
  ) {
    address = request.url
    self.traces = traces
    reception.begin(maySendAgain: request.method == .get, limits: request.answerLimits, hiding: traces)
    unsafe errorText.pointee = 0
    guard setupStatus == CURLE_OK else { return }
    let isProxied = proxy != .none && !address.hasPrefix("https:")
    unsafe target.set(address, asWhole: isProxied, on: handle)
    repeated = request.repeatedHeaders ?? headers
    let chain = RepeatedHeaders.Chain(request.headers, repeated)
    self.chain = chain
    unsafe ccurl_set_headers(handle, chain.list)
    if let body = unsafe body {
      // With POSTFIELDS, head and body of a short request leave in one packet.
      unsafe ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      unsafe ccurl_set_bytes(handle, CURLOPT_POSTFIELDS, body.baseAddress)
      setMethod(request.method)
      // libcurl allocates the buffer for each transfer. A small one comes from the thread's own cache, without the lock
      // that all lanes share; answers to writes are short.
      unsafe ccurl_set_long(handle, CURLOPT_BUFFERSIZE, 1 << 10)
    } else {
      setMethod(nil)
      unsafe ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
      unsafe ccurl_set_long(handle, CURLOPT_BUFFERSIZE, 16 << 10)
    }
    unsafe transfer.begin(handle, within: requestTimeout)
  }

  /// - Parameter method: `nil` for the one that libcurl chooses.
  private mutating func setMethod(_ method: HTTPRequest.Method?) {
    guard method != self.method else { return }
    unsafe ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, method?.rawValue)
    self.method = method
  }

  /// The status of the answer, if it is whole.
  var status: Int? { transfer.result == CURLE_OK && reception.isHeadWhole ? reception.status : nil }

  /// Ends a request whose transfer is done, and returns what came of it.
  mutating func end() -> HTTPExchange {
    defer { traces = LoginTraces() }
    guard setupStatus == CURLE_OK else {
      return HTTPExchange(
        result: .failed(failure(setupStatus, detail: "", traces), partial: nil), duration: .zero)
    }
    transfer.end()
    let exchange = HTTPExchange(result: result(transfer.result ?? CURLE_OK, traces), duration: duration)
    unsafe ccurl_set_bytes(handle, CURLOPT_POSTFIELDS, nil)
    unsafe ccurl_set_headers(handle, nil)
    chain?.free()
    chain = nil
    return exchange
  }

  private func result(_ code: CURLcode, _ traces: LoginTraces) -> HTTPExchange.Result {
    if code == CURLE_OK, reception.isHeadWhole, let answer = reception.answer { return .answered(answer) }
    let code = code == CURLE_OK ? CURLE_PARTIAL_FILE : code
    let detail = unsafe String(cString: errorText)
    return .failed(failure(code, detail: detail, traces), partial: reception.answer)
  }

  private func failure(_ code: CURLcode, detail: String, _ traces: LoginTraces) -> TransportFailure {
    var proxyStatus = 0
    var systemError = 0
    unsafe ccurl_get_long(handle, CURLINFO_HTTP_CONNECTCODE, &proxyStatus)
    unsafe ccurl_get_long(handle, CURLINFO_OS_ERRNO, &systemError)
    var failure = TransportFailure(
      code, wasSent: reception.sendings > 0, deniedSendingAgain: reception.deniedSendingAgain,
      isTooLarge: reception.isTooLarge, proxyStatus: proxyStatus, systemError: Int32(systemError),
      proxy: proxy.name(for: address, failedAt: detail), detail: detail)
    failure.message = traces.hidden(in: failure.message)
    return failure
  }

  /// The time from the request's first byte to the end, in libcurl's microseconds.
  private var duration: Duration {
    var total: curl_off_t = 0
    var beforeSending: curl_off_t = 0
    unsafe ccurl_get_offset(handle, CURLINFO_TOTAL_TIME_T, &total)
    unsafe ccurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &beforeSending)
    return .microseconds(max(0, total - beforeSending))
  }
}

// MARK: - The certificate

extension CurlHandle {
  /// Makes the next connection remember the site's certificate.
  mutating func keepCertificate() { set(CURLOPT_CERTINFO, 1) }

  /// The entries of the certificate that the site has shown, as `Name:value`; empty without TLS.
  var certificate: [String] {
    var entries: [String] = []
    var next = unsafe ccurl_get_certificate(handle)
    while let entry = unsafe next {
      if let text = unsafe entry.pointee.data { entries.append(unsafe String(cString: text)) }
      unsafe next = entry.pointee.next
    }
    return entries
  }
}

// MARK: - Options

extension CurlHandle {
  private mutating func configureTransfers(_ settings: TransportSettings) {
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_FOLLOWLOCATION, 0)
    // One request at a time per connection: HTTP/2 would only add refused streams to handle.
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    // An answer that a gateway compresses anyway is read; the request's own header replaces this one.
    set(CURLOPT_ACCEPT_ENCODING, "identity")
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // The smallest there is: patches are small, and each lane has one.
    set(CURLOPT_UPLOAD_BUFFERSIZE, 16 << 10)
    set(CURLOPT_CONNECTTIMEOUT_MS, min(settings.connectTimeout, requestTimeout).curlMilliseconds)
    // What asks a proxy for a tunnel has no other headers.
    if settings.proxy != .none { set(CURLOPT_USERAGENT, settings.userAgent) }
  }

  private mutating func configureTrust(_ settings: TransportSettings) {
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let caFile = settings.caFile {
      set(CURLOPT_CAINFO, caFile)
      // The distribution's folder of certificates would stay trusted beside the file.
      set(CURLOPT_CAPATH, nil)
    }
    if let certificate = settings.clientCertificate {
      set(CURLOPT_SSLCERT, certificate.certificateFile)
      set(CURLOPT_SSLKEY, certificate.keyFile)
      // Without one, OpenSSL prompts on the terminal.
      set(CURLOPT_KEYPASSWD, certificate.passphrase?.reveal() ?? "")
    }
  }

  private mutating func configureProxy(_ proxy: TransportSettings.Proxy) {
    switch proxy {
    case .environment: break
    // An empty text switches proxies off, including the environment's, in which libcurl then looks for no exceptions.
    case .none:
      set(CURLOPT_PROXY, "")
      set(CURLOPT_NOPROXY, "")
    case .url(let url):
      set(CURLOPT_PROXY, url)
      // The proxy of the site file applies to every host; `no_proxy` would override it.
      set(CURLOPT_NOPROXY, "")
    }
  }

  private mutating func installCallbacks() {
    unsafe note(ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
    // The handle owns the reception and outlives every transfer, so libcurl borrows it.
    let borrowed = unsafe Unmanaged.passUnretained(reception).toOpaque()
    unsafe note(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, borrowed))
    unsafe note(ccurl_set_pointer(handle, CURLOPT_HEADERDATA, borrowed))
    unsafe note(ccurl_set_pointer(handle, CURLOPT_PREREQDATA, borrowed))
    unsafe note(ccurl_set_receiver(handle, CURLOPT_WRITEFUNCTION, receiveBody))
    unsafe note(ccurl_set_receiver(handle, CURLOPT_HEADERFUNCTION, receiveHeader))
    unsafe note(ccurl_set_before_request(handle, beforeRequest))
  }

  private mutating func set(_ option: CURLoption, _ value: Int) {
    unsafe note(ccurl_set_long(handle, option, value))
  }

  private mutating func set(_ option: CURLoption, _ value: String?) {
    unsafe note(ccurl_set_text(handle, option, value))
  }

  private mutating func note(_ code: CURLcode) {
    if setupStatus == CURLE_OK { setupStatus = code }
  }
}

// MARK: - Callbacks

private let receiveBody: curl_write_callback = { bytes, size, count, context in
  guard let bytes = unsafe bytes, let reception = unsafe Reception.borrowed(context) else { return 0 }
  let length = size * count
  let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
  // Any number other than the length ends the transfer; an empty piece is not a failure.
  return unsafe reception.receive(body: piece) ? length : length &+ 1
}

private let receiveHeader: curl_write_callback = { bytes, size, count, context in
  guard let bytes = unsafe bytes, let reception = unsafe Reception.borrowed(context) else { return 0 }
  let length = size * count
  return unsafe reception.receive(headerLine: UnsafeRawBufferPointer(start: bytes, count: length))
    ? length : length &+ 1
}

private let beforeRequest: curl_prereq_callback = { context, _, _, _, _ in
  guard let reception = unsafe Reception.borrowed(context) else { return CURL_PREREQFUNC_ABORT }
  return reception.allowsSending() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

extension Reception {
  fileprivate static func borrowed(_ context: UnsafeMutableRawPointer?) -> Reception? {
    unsafe context.map { unsafe Unmanaged<Reception>.fromOpaque($0).takeUnretainedValue() }
  }
}
