/// Decides when the requests of a connection leave: a site counts every one of them, also where several are needed for
/// one look or one write.
public protocol RequestPacing: AnyObject {
  /// Returns when the next request may leave.
  ///
  /// - Returns: `false` when none may any more, because the run is about to stop.
  func admit() -> Bool

  /// Told that the request which was admitted last has ended, however it did.
  func ended()

  /// Told that the site had no time for a read that is one of several.
  ///
  /// - Parameters:
  ///   - after: when the site wants to be asked again, if it said.
  ///   - tries: how often it has been asked for this.
  /// - Returns: whether to ask again, so that what has been read before is not lost; `admit` is asked as for any other.
  func refused(after: Duration?, tries: Int) -> Bool

  /// Waits as long as the site has asked this connection alone to, less when the run is about to stop.
  func rest(_ time: Duration)
}

extension RequestPacing {
  public func ended() {}
}
