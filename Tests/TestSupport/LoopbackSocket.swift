#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A socket call that failed, by its `errno`.
public struct SocketError: Error, Sendable {
  public var number: Int32
}

/// A TCP socket that listens on 127.0.0.1, on a port of the system's choice.
final class Listener: Sendable {
  let port: UInt16
  private let descriptor: Int32

  /// - Parameter isOpen: whether to listen; a port that is only taken refuses connections.
  init(isOpen: Bool = true) throws(SocketError) {
    descriptor = try Self.makeSocket()
    var address = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = unsafe withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        guard unsafe bind(descriptor, general, length) == 0, !isOpen || listen(descriptor, 64) == 0 else {
          return Int32(-1)
        }
        return unsafe getsockname(descriptor, general, &length)
      }
    }
    guard status == 0 else { throw SocketError(number: errno) }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { _ = close(descriptor) }

  /// The next connection; none once stopped.
  func accept() -> Peer? {
    while true {
      let peer = systemAccept(descriptor)
      if peer >= 0 { return Peer(descriptor: peer) }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
  }

  /// Wakes `accept` for good.
  func stop() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  fileprivate static func makeSocket() throws(SocketError) -> Int32 {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw SocketError(number: errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  fileprivate static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}

/// The other end of a connection.
struct Peer: Sendable {
  fileprivate let descriptor: Int32

  fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

  /// Connects to a port of 127.0.0.1.
  init(port: UInt16) throws(SocketError) {
    descriptor = try Listener.makeSocket()
    var address = Listener.loopback(port: port)
    let status = unsafe withUnsafePointer(to: &address) { [descriptor] pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        unsafe connect(descriptor, general, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let number = errno
      systemClose(descriptor)
      throw SocketError(number: number)
    }
  }

  /// The bytes that arrived; none when the other side has closed.
  func read() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count, noSignal) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Makes the close a break (RST) in place of an orderly end.
  func breakOffWhenClosed() {
    var setting = linger(l_onoff: 1, l_linger: 0)
    let size = socklen_t(MemoryLayout<linger>.size)
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &setting, size)
  }

  func close() { systemClose(descriptor) }
}

/// A port of 127.0.0.1 that refuses connections for as long as this lives, because it is taken and has no
/// listener.
public final class ClosedPort: Sendable {
  private let listener: Listener

  /// - Throws: `SocketError` when the machine has no socket left.
  public init() throws(SocketError) { listener = try Listener(isOpen: false) }

  public var port: UInt16 { listener.port }
  /// The base URL, without a slash at the end.
  public var url: String { "http://127.0.0.1:\(port)" }
}

#if canImport(Darwin)
  // SIGPIPE is ignored by libcurl's start in every process that talks to this server.
  private let noSignal: Int32 = 0
#else
  private let noSignal = Int32(MSG_NOSIGNAL)
#endif

// Inside a type with a method of the same name the C function cannot be seen.
private func systemAccept(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }

private func systemClose(_ descriptor: Int32) { _ = close(descriptor) }
