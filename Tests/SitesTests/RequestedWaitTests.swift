import Catalog
import Testing

@testable import Sites

/// The wait that a site asked for, in its two forms.
@Suite struct RequestedWaitTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples.
  private static let now = 784_111_777

  @Test(
    arguments: [
      (nil, nil), ("", nil), ("0", .zero), ("120", .seconds(120)), (" 5 ", .seconds(5)), ("-5", nil),
      ("1.5", nil),
      ("soon", nil), ("99999999999999999999999", .seconds(366 * 86_400)),
      ("Sun, 06 Nov 1994 08:50:07 GMT", .seconds(30)),
      ("Sunday, 06-Nov-94 08:50:07 GMT", .seconds(30)),
      ("Sun Nov  6 08:50:07 1994", .seconds(30)),
      ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
      ("Sun, 99 Nov 1994 08:00:00 GMT", nil),
    ] as [(String?, Duration?)])
  func readsRetryAfterAsSecondsOrDate(value: String?, wait: Duration?) {
    #expect(RequestedWait.retryAfter(value, now: Self.now) == wait)
  }

  /// Our clock may be minutes off; the site's own date says what its other date means.
  @Test(arguments: [(date: "Sun, 06 Nov 1994 08:50:00 GMT", wait: 7), ("nonsense", 30), (nil, 30)])
  func countsADateByTheAnswersOwn(date: String?, wait: Int) {
    let headers = HTTPHeaders(
      [("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")] + (date.map { [("Date", $0)] } ?? []))
    let answer = HTTPAnswer(status: 429, headers: headers, body: [])
    guard case .retryLater(let after, _) = Outcome(answer, of: .b2cService, now: Self.now) else {
      Issue.record("429 is not retried")
      return
    }
    #expect(after == .seconds(wait))
  }

  @Test(
    arguments: [
      (nil, nil), ("0", .zero), ("250", .milliseconds(250)), (" 1500 ", .milliseconds(1500)), ("-1", nil),
      ("1.5", nil), ("", nil), ("soon", nil), ("99999999999999999999999", .seconds(366 * 86_400)),
    ] as [(String?, Duration?)])
  func readsNextRequestAfterAsMilliseconds(value: String?, wait: Duration?) {
    #expect(RequestedWait.nextRequestAfter(value) == wait)
  }
}
