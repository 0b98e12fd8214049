import CCurl

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The libcurl library, initialised once per process.
enum CurlLibrary {
  /// The result of initialising libcurl, which the first use does.
  ///
  /// `curl_global_init` must not run twice at once, which a lazy constant ensures. With `CURLOPT_NOSIGNAL` (needed
  /// with threads) libcurl leaves SIGPIPE alone. A TLS library that writes to a closed socket would then end the
  /// process, so the signal is ignored unless the program has its own handler.
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
