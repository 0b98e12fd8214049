import NIOHTTP1

/// The rules of HTTP/1 that SwiftNIO leaves to others, as one request has them: keeping its connection, expectations,
/// and the host (RFC 9112, sections 3.2 and 9.3; RFC 9110, section 10.1.1).
struct HTTP1Rules {
  /// The reason a request is refused before it is handled; its connection is closed.
  enum Refusal {
    case host
    case expectation

    var status: Int { self == .host ? 400 : 417 }

    var detail: String {
      switch self {
      case .host: "The request has no header Host, or more than one"
      case .expectation: "The only expectation that can be met is 100-continue"
      }
    }
  }

  let refusal: Refusal?
  /// Indicates that the connection ends with the answer.
  let isLast: Bool
  /// Indicates that the client keeps its connection only if it is told to, as with HTTP/1.0.
  let isToldToKeep: Bool
  /// Indicates that the client holds the body back until it is asked for it.
  let waits: Bool

  init(_ head: HTTPRequestHead, _ headers: HeaderFields) {
    let isOld = head.version == .http1_0
    // An HTTP/1.0 client knows no expectations, and need not name a host.
    let expected =
      isOld || headers["expect"] == nil
      ? [] : head.headers[canonicalForm: "expect"].map { $0.lowercased() }
    refusal =
      if headers.repeated.contains("host") || headers["host"] == nil && !isOld {
        .host
      } else if expected.contains(where: { $0 != "100-continue" }) {
        .expectation
      } else {
        nil
      }
    isLast = !head.isKeepAlive || refusal != nil
    isToldToKeep = isOld && !isLast
    waits = refusal == nil && !expected.isEmpty
  }

  /// What an answer says of its connection, if the client cannot know whether it is kept.
  var connection: String? { isLast ? "close" : isToldToKeep ? "keep-alive" : nil }
}
