import CCurl

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// libcurl as a whole, started once for the process.
enum CurlLibrary {
  /// What starting libcurl came to; the first use starts it.
  ///
  /// `curl_global_init` must not run twice at once, which a lazy constant sees to. With `CURLOPT_NOSIGNAL` (needed
  /// with threads) libcurl leaves SIGPIPE alone, and a TLS library that writes to a closed socket would end the
  /// process; so it is ignored, unless the program has a handler of its own.
  ///
  /// A file named in `SSLKEYLOGFILE` would get the keys of every connection, and with them the login.
  static let status: CURLcode = {
    unsafe unsetenv("SSLKEYLOGFILE")
    // The default action is a null pointer, so only another handler comes back as a value.
    if let own = signal(SIGPIPE, SIG_IGN) {
      _ = signal(SIGPIPE, own)
    }
    return ccurl_start()
  }()
}
