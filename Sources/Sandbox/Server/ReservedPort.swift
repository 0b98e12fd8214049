import Foundation
import NIOCore

/// A reserved port without a listener: connections to it are refused, and the system gives it to no other socket.
final class ReservedPort: Sendable {
  private let descriptor: Int32

  /// - Returns: `nil` if the system does not give it.
  init?(_ address: SocketAddress) {
    let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
    #if canImport(Darwin)
      descriptor = socket(family, SOCK_STREAM, 0)
    #else
      descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0 else { return nil }
    var isReusable: Int32 = 1
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &isReusable, socklen_t(MemoryLayout<Int32>.size))
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let number = descriptor
    guard unsafe address.withSockAddr({ unsafe bind(number, $0, socklen_t($1)) }) == 0 else { return nil }
  }

  deinit { close(descriptor) }
}
