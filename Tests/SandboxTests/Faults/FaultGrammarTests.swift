import Testing

@testable import Sandbox

/// The words of `--fault`.
@Suite struct FaultGrammarTests {
  @Test(arguments: [
    ("PATCH incidents status=503", FaultAction.strike(.refuse(FaultRefusal(status: 503)))),
    (
      "PATCH incidents rate=0.1 status=503 retry-after=2 body=none",
      .strike(.refuse(FaultRefusal(status: 503, retryAfter: .seconds(2), body: .none)))
    ),
    (
      "* * status=429 retry-after=date:3 next-request-after=1.5s",
      .strike(.refuse(FaultRefusal(status: 429, retryAfter: .date(3), nextRequestAfter: 1500)))
    ),
    ("* * body=html status=502", .strike(.refuse(FaultRefusal(status: 502, body: .html)))),
    ("* interactions token=reject", .strike(.rejectLogin)),
    ("PATCH incidents reset=before-commit", .strike(.reset(.beforeCommit, .reset))),
    ("PATCH incidents reset=after-commit tcp=fin", .strike(.reset(.afterCommit, .close))),
    ("PATCH incidents reset=mid-answer", .strike(.reset(.midAnswer, .close))),
    ("PATCH incidents reset=mid-answer tcp=rst", .strike(.reset(.midAnswer, .reset))),
    ("PATCH incidents restart=5s", .strike(.restart(.seconds(5)))),
    ("GET incidents stall=60s", .strike(.stall(.seconds(60), .beforeCommit))),
    ("GET incidents stall=1.5s at=after-commit", .strike(.stall(.milliseconds(1500), .afterCommit))),
    ("GET incidents at=late stall=50ms", .strike(.stall(.milliseconds(50), .late))),
    ("GET * latency=50ms", .latency(.between(.milliseconds(50), .milliseconds(50)))),
    ("GET * latency=50ms..0.2s", .latency(.between(.milliseconds(50), .milliseconds(200)))),
    ("GET * latency=exp:50ms", .latency(.exponential(.milliseconds(50)))),
    ("* * next-request-after=500ms", .pacing(500)),
    ("* * limit=50/s", .limit(RateLimit(perSecond: 50, burst: 50), FaultRefusal(status: 429))),
    (
      "* * limit=90/min burst=7 status=503 retry-after=1",
      .limit(RateLimit(perSecond: 1.5, burst: 7), FaultRefusal(status: 503, retryAfter: .seconds(1)))
    ),
    ("* * limit=36/h", .limit(RateLimit(perSecond: 0.01, burst: 1), FaultRefusal(status: 429))),
  ])
  func readsEveryAction(_ text: String, _ action: FaultAction) throws {
    #expect(try FaultRule(text).action == action)
  }

  @Test func readsWhichRequestsAreMeant() throws {
    let rule = try FaultRule(
      "get,PATCH incidents,queryResults times=3 rate=0.25 after=7 status=500 body=none")
    #expect(rule.methods == ["GET", "PATCH"])
    #expect(rule.resources == ["incidents", "queryResults"])
    #expect(rule.rate == 0.25)
    #expect(rule.first == 7)
    #expect(rule.times == 3)
    #expect(rule.actionText == "status=500 body=none")
  }

  @Test(arguments: [
    ("", "does not begin with a method and a resource"),
    ("PATCH", "does not begin with a method and a resource"),
    ("PATCH rate=0.3 status=503", "does not begin with a method and a resource"),
    ("PACTH incidents status=503", "'PACTH' is not a method"),
    ("GET,, incidents status=503", "'' is not a method"),
    ("PATCH incident status=503", "'incident' is not a resource"),
    ("PATCH incidents", "has no action"), ("PATCH incidents rate=0.3 at=late", "has no action"),
    ("PATCH incidents status=503 reset=mid-answer", "'reset=' is a second action"),
    ("PATCH incidents latency=5ms next-request-after=5ms", "'next-request-after=' is a second action"),
    ("PATCH incidents status=503 status=500", "'status=' is given twice"),
    ("PATCH incidents stauts=503", "unknown word 'stauts=503'"),
    ("PATCH incidents status", "'status' is not of the form name=value"),
    ("PATCH incidents status=", "'status=' is not of the form name=value"),
    ("PATCH incidents status=200", "'status=200' must be from 400 to 599"),
    ("PATCH incidents status=5O3", "'status=5O3' must be from 400 to 599"),
    ("PATCH incidents rate=0 status=503", "'rate=0' must be a number above 0"),
    ("PATCH incidents rate=1.1 status=503", "'rate=1.1' must be a number above 0"),
    ("PATCH incidents rate=nan status=503", "'rate=nan' must be a number above 0"),
    ("PATCH incidents after=0 status=503", "'after=0' must be a number from 1"),
    ("PATCH incidents times=-1 status=503", "'times=-1' must be a number from 1"),
    ("PATCH incidents status=503 body=xml", "'body=xml' must be api or none or html"),
    ("PATCH incidents status=503 retry-after=soon", "'retry-after=soon' must be whole seconds"),
    ("PATCH incidents status=503 retry-after=date:", "'retry-after=date:' must be whole seconds"),
    ("PATCH incidents reset=later", "'reset=later' must be before-commit or after-commit or mid-answer"),
    ("PATCH incidents reset=mid-answer tcp=udp", "'tcp=udp' must be rst or fin"),
    ("PATCH incidents reset=mid-answer retry-after=2", "'retry-after=2' cannot be used with this action"),
    ("PATCH incidents status=503 at=late", "'at=late' cannot be used with this action"),
    ("PATCH incidents stall=60", "'stall=60' must be a time such as 50ms or 1.5s"),
    ("PATCH incidents stall=1s at=noon", "'at=noon' must be before-commit or after-commit or late"),
    ("PATCH incidents latency=9..5ms", "'latency=9..5ms' must be like"),
    ("PATCH incidents latency=9ms..5ms", "'latency=9ms..5ms' must be like"),
    ("PATCH incidents latency=nans", "'latency=nans' must be like"),
    ("PATCH incidents token=accept", "'token=accept' must be token=reject"),
    ("PATCH incidents limit=50", "'limit=50' must be like 50/s"),
    ("PATCH incidents limit=0/s", "'limit=0/s' must be like 50/s"),
    ("PATCH incidents limit=5/s rate=0.5", "'rate=' cannot be combined with limit="),
    ("PATCH incidents burst=5 status=503", "'burst=5' cannot be used with this action"),
  ])
  func namesTheWrongWord(_ text: String, _ message: String) {
    do throws(SandboxError) {
      _ = try FaultRule(text)
      Issue.record("the rule was accepted")
    } catch {
      #expect("\(error)".hasPrefix("fault '\(text)': "))
      #expect("\(error)".contains(message), "\(error)")
      #expect(!error.hint.isEmpty)
    }
  }
}
