import CCurl

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The reason no complete answer came, and whether the request may still have arrived.
struct TransportFailure: Equatable {
  /// A stable name for reports, such as `timeout`.
  var code: String
  var message: String
  var hint: String?
  /// Is `false` only if no byte of the request left: name look-up, connection, proxy and TLS all come before it.
  var wasSent: Bool
  /// Indicates that the login was at fault (a client certificate, a proxy's password), so that a retry is useless.
  var isLogin = false
}

extension TransportFailure {
  /// Puts libcurl's verdict into our words.
  ///
  /// - Parameters:
  ///   - proxyStatus: the status of a proxy's answer to `CONNECT`, else 0.
  ///   - systemError: `errno` of the last failed connection, else 0.
  ///   - proxy: the host and port of the proxy that the connection goes to, if any.
  ///   - detail: libcurl's own words, which may be empty.
  init(
    _ code: CURLcode, wasSent: Bool, deniedSendingAgain: Bool = false, isTooLarge: Bool = false,
    proxyStatus: Int = 0, systemError: Int32 = 0, proxy: String? = nil, detail: String = ""
  ) {
    self.init(code: "transport", message: "", hint: nil, wasSent: wasSent)
    if deniedSendingAgain {
      (self.code, message) = ("closed", "the connection was closed before an answer came")
    } else if isTooLarge {
      (self.code, message) = ("answer-too-large", "the answer is larger than any the API gives")
    } else if wasSent {
      describeLostAnswer(code, detail: detail)
    } else {
      describeUnsent(code, proxyStatus: proxyStatus, systemError: systemError, detail: detail)
      if let proxy { describe(proxy, code, systemError: systemError) }
    }
    message = message.asOneLine(limit: 1000)
  }

  private mutating func describeLostAnswer(_ curlCode: CURLcode, detail: String) {
    switch curlCode {
    case CURLE_OPERATION_TIMEDOUT:
      (code, message) = ("timeout", "no answer within the request time-out")
      hint = "raise the request time-out if the site is slow"
    case CURLE_GOT_NOTHING: (code, message) = ("closed", "the connection was closed before an answer came")
    case CURLE_PARTIAL_FILE: (code, message) = ("cut-answer", "the answer was cut off")
    case CURLE_RECV_ERROR: (code, message) = ("reset", "the connection broke before the answer was whole")
    case CURLE_SEND_ERROR: (code, message) = ("reset", "the connection broke while the request was sent")
    case CURLE_OUT_OF_MEMORY:
      // What libcurl says of a status or header line beyond its own limit (100 KB), too.
      (code, message) = (
        "answer-too-large",
        "the answer has a header longer than any the API gives, or this machine is out of memory"
      )
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
      (code, message) = ("bad-answer", "the answer is not HTTP")
      hint = "check that url names the site and its port"
    default: (code, message) = ("transport", "the answer was lost: \(curlCode.words(detail))")
    }
  }

  private mutating func describeUnsent(
    _ curlCode: CURLcode, proxyStatus: Int, systemError: Int32, detail: String
  ) {
    if proxyStatus >= 300 {
      (code, message) = ("proxy", "the proxy refused the connection with HTTP \(proxyStatus)")
      isLogin = proxyStatus == 407
      hint =
        isLogin
        ? "give the proxy's login in the variable https_proxy or http_proxy" : "check the proxy setting"
      return
    }
    switch curlCode {
    case CURLE_COULDNT_RESOLVE_HOST:
      (code, message) = ("resolve", "the host name cannot be resolved")
      hint = "check url, and the network of this machine"
    case CURLE_COULDNT_RESOLVE_PROXY:
      (code, message) = ("proxy", "the proxy's host name cannot be resolved")
      hint = "check the proxy setting and the variables http_proxy and https_proxy"
    case CURLE_COULDNT_CONNECT:
      (code, message) = ("connect", "cannot connect: \(systemError.words ?? curlCode.words(detail))")
      hint = "check url and its port, and that the site is up"
    case CURLE_OPERATION_TIMEDOUT:
      (code, message) = ("connect-timeout", "no connection within the connect time-out")
      hint = "check url, a firewall on the way, or raise the connect time-out"
    case CURLE_PEER_FAILED_VERIFICATION:
      (code, message) = ("certificate", "the site's certificate is not trusted: \(curlCode.words(detail))")
      hint = "set ca_file to the certificate of your certificate authority"
    case CURLE_SSL_CACERT_BADFILE:
      (code, message) = ("certificate", "ca_file cannot be used: \(curlCode.words(detail))")
      hint = "ca_file must be a PEM file of certificates"
    case CURLE_SSL_CERTPROBLEM:
      (code, message) = (
        "client-certificate", "the client certificate cannot be used: \(curlCode.words(detail))"
      )
      hint = "check the client certificate's files (PEM) and its passphrase"
      isLogin = true
    case CURLE_SSL_CONNECT_ERROR:
      (code, message) = ("tls", "no TLS connection: \(curlCode.words(detail))")
      hint = "check that the port speaks https"
    default: (code, message) = ("connect", "no connection: \(curlCode.words(detail))")
    }
  }
}

extension TransportFailure {
  /// Says that the proxy cannot be reached, and names it: the user would find nothing wrong with the site.
  private mutating func describe(_ proxy: String, _ curlCode: CURLcode, systemError: Int32) {
    switch curlCode {
    case CURLE_COULDNT_RESOLVE_PROXY:
      message = "the host name of the proxy \(proxy) cannot be resolved"
    case CURLE_COULDNT_CONNECT:
      message = "cannot connect to the proxy \(proxy): \(systemError.words ?? "nothing answers there")"
    case CURLE_OPERATION_TIMEDOUT:
      message = "no connection through the proxy \(proxy) within the connect time-out"
    default: return
    }
    code = "proxy"
    hint = "check the site's proxy, or the variables https_proxy, http_proxy and no_proxy"
  }
}

extension CURLcode {
  /// Returns libcurl's words for this transfer, or else those for the code.
  ///
  /// Its words about a proxy may quote the address, with a password in it, cut to libcurl's length.
  fileprivate func words(_ detail: String) -> String {
    detail.isEmpty || detail.lowercased().firstRange(of: "proxy") != nil
      ? unsafe String(cString: curl_easy_strerror(self)) : detail
  }
}

extension Int32 {
  /// The system's words for an error number, lower case; `nil` for 0.
  fileprivate var words: String? {
    self == 0 ? nil : unsafe String(cString: strerror(self)).lowercased()
  }
}
