import CCurl

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One request on its way: the sockets and the time it waits for, and whether it has ended.
///
/// A connection has one, and uses it again for each request. Threads use it one at a time.
@safe public final class Transfer {
  /// libcurl's handle for transfers that are driven from outside; it keeps the connection between them.
  private let multi: UnsafeMutableRawPointer
  private var handle: UnsafeMutableRawPointer?
  /// The sockets with what they wait for: one, or several while a connection is made.
  fileprivate var sockets: [pollfd] = []
  /// The time at which libcurl wants to be called in any case.
  private var deadline: ContinuousClock.Instant?
  /// The time at which the request ends without an answer.
  var limit = ContinuousClock.now
  /// Indicates that it wants to be called at once.
  private var isDue = false
  /// libcurl's result, once there is one.
  private(set) var result: CURLcode?

  init() {
    // Otherwise libcurl would start itself here, with its own settings.
    _ = CurlLibrary.status
    guard let multi = unsafe curl_multi_init() else {
      preconditionFailure("libcurl has no memory for a handle")
    }
    unsafe self.multi = multi
    // The connection owns this and outlives every transfer, so libcurl borrows it.
    unsafe ccurl_multi_watch(multi, socketChanged, timeChanged, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    end()
    unsafe curl_multi_cleanup(multi)
  }

  /// Indicates that nothing is on its way: a request has ended, or none has begun.
  public var isDone: Bool { unsafe handle == nil || result != nil }

  /// Starts a handle's request; what can be done at once is done here.
  ///
  /// - Parameter time: the longest it may take. libcurl's own time-out would end a request whose answer has arrived, if
  ///   nobody had the time to read it.
  func begin(_ handle: UnsafeMutableRawPointer, within time: Duration) {
    result = nil
    limit = .now + time
    unsafe self.handle = handle
    guard unsafe curl_multi_add_handle(multi, handle) == CURLM_OK else {
      result = CURLE_OUT_OF_MEMORY
      return
    }
    continueWhileDue()
  }

  /// Ends the request, if one is on its way; the connection remains.
  func end() {
    guard let handle = unsafe handle else { return }
    unsafe curl_multi_remove_handle(multi, handle)
    unsafe self.handle = nil
    deadline = nil
    isDue = false
  }

  /// Goes on with what has arrived at a socket, all of it.
  fileprivate func advance(_ socket: CInt, polled events: CInt) {
    var mask: CInt = 0
    if events & CInt(POLLIN) != 0 { mask |= CURL_CSELECT_IN }
    if events & CInt(POLLOUT) != 0 { mask |= CURL_CSELECT_OUT }
    if events & CInt(POLLERR | POLLHUP | POLLNVAL) != 0 { mask |= CURL_CSELECT_ERR }
    advance(socket, mask)
    continueWhileDue()
  }

  /// The time at which to go on in any case.
  fileprivate var due: ContinuousClock.Instant { deadline.map { min($0, limit) } ?? limit }

  /// Goes on if the time has come, and ends the request if it has taken too long.
  fileprivate func continueIfDue(_ now: ContinuousClock.Instant) {
    guard !isDone else { return }
    if let deadline, deadline <= now {
      self.deadline = nil
      isDue = true
      continueWhileDue()
    }
    if !isDone, limit <= now { result = CURLE_OPERATION_TIMEDOUT }
  }

  private func continueWhileDue() {
    while isDue, !isDone {
      isDue = false
      advance(CURL_SOCKET_TIMEOUT, 0)
    }
  }

  private func advance(_ socket: CInt, _ mask: CInt) {
    var running: CInt = 0
    unsafe curl_multi_socket_action(multi, socket, mask, &running)
    var code = CURLE_OK
    if unsafe ccurl_multi_ended(multi, &code) { result = code }
  }

  /// - Parameter milliseconds: negative for no time.
  fileprivate func watchTime(_ milliseconds: Int) {
    isDue = milliseconds == 0
    deadline = milliseconds > 0 ? .now + .milliseconds(milliseconds) : nil
  }

  fileprivate func watch(_ socket: CInt, for wish: CInt) {
    sockets.removeAll { $0.fd == socket }
    guard wish != CURL_POLL_REMOVE else { return }
    let events = (wish & CURL_POLL_IN != 0 ? POLLIN : 0) | (wish & CURL_POLL_OUT != 0 ? POLLOUT : 0)
    sockets.append(pollfd(fd: socket, events: CShort(events), revents: 0))
  }
}

private let socketChanged: curl_socket_callback = { _, socket, wish, context, _ in
  unsafe Transfer.borrowed(context)?.watch(socket, for: wish)
  return 0
}

private let timeChanged: curl_multi_timer_callback = { _, milliseconds, context in
  unsafe Transfer.borrowed(context)?.watchTime(milliseconds)
  return 0
}

extension Transfer {
  fileprivate static func borrowed(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }
}

// MARK: - Waiting

/// Waits for several transfers at once, and goes on with those that can.
public struct TransferPoll {
  private var polled: [pollfd] = []
  private var owners: [Int] = []

  public init() {}

  /// Waits until something has arrived for one of the transfers, the bell rings, or the time has come.
  ///
  /// - Parameters:
  ///   - bell: a file descriptor that ends the wait when it can be read; `nil` for none.
  ///   - time: `nil` to wait as long as it takes.
  /// - Returns: whether the bell rings.
  @discardableResult
  public mutating func wait(
    for transfers: [Transfer], bell: CInt? = nil, until time: ContinuousClock.Instant? = nil
  ) -> Bool {
    polled.removeAll(keepingCapacity: true)
    owners.removeAll(keepingCapacity: true)
    var end = time
    for (index, transfer) in transfers.enumerated() {
      for socket in transfer.sockets {
        polled.append(socket)
        owners.append(index)
      }
      if !transfer.isDone { end = end.map { min($0, transfer.due) } ?? transfer.due }
    }
    if let bell { polled.append(pollfd(fd: bell, events: CShort(POLLIN), revents: 0)) }
    var ready = sleep(until: end)
    for index in owners.indices where ready > 0 && polled[index].revents != 0 {
      ready -= 1
      transfers[owners[index]].advance(polled[index].fd, polled: CInt(polled[index].revents))
    }
    let now = ContinuousClock.now
    if let end, end <= now {
      for transfer in transfers { transfer.continueIfDue(now) }
    }
    return bell != nil && polled.last?.revents != 0
  }

  /// Returns the number of sockets that are ready; none after a signal.
  private mutating func sleep(until end: ContinuousClock.Instant?) -> CInt {
    var nanoseconds: Int64 = -1
    if let end {
      let (seconds, attoseconds) = ContinuousClock.now.duration(to: end).components
      nanoseconds = max(min(seconds, 1_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000, 0)
    }
    #if canImport(Darwin)
      let milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999_999) / 1_000_000
      return unsafe poll(&polled, nfds_t(polled.count), CInt(min(milliseconds, 1_000_000)))
    #else
      return unsafe ccurl_poll(&polled, UInt(polled.count), nanoseconds)
    #endif
  }
}
