/// Decides when the requests of a connection leave.
///
/// A site counts every one of them, even if one look or one write needs several.
public protocol RequestPacing: AnyObject {
  /// Waits until the next request may leave.
  ///
  /// - Returns: `false` if no request may leave any more, because the run is about to stop.
  func admit() -> Bool

  /// Takes in that the request admitted last has ended, well or not.
  func ended()

  /// Takes in that the site was too busy for one of several reads.
  ///
  /// - Parameters:
  ///   - after: the wait that the site asked for, if any.
  ///   - tries: the number of attempts at this read.
  /// - Returns: whether to ask again, so that earlier reads are not lost; `admit` is called as for any other request.
  func refused(after: Duration?, tries: Int) -> Bool

  /// Waits as long as the site has asked this connection alone to, or less if the run is about to stop.
  func rest(_ time: Duration)
}

extension RequestPacing {
  public func ended() {}
}
