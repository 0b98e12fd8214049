extension FaultRule {
  /// The grammar of a rule, for the help of `--fault`.
  public static let grammar = """
    METHOD RESOURCE [rate=0.3] [after=N] [times=N] ACTION
      METHOD is PATCH, GET,POST or *; RESOURCE is a name such as incidents, or *. A query counts as a GET of what it selects
      from, a batch as a POST of the resources of its parts, a POST that stands for a PATCH as a PATCH.
      rate is the share of matching requests to hit, after the first one that may be hit, times the most hits.
      ACTION is one of:
    status=503 [retry-after=2|date:2] [body=none|html] [next-request-after=500ms]
      refuse with the service's own error, a bare status or a gateway's page
    limit=50/s [burst=50] [status=429 and its options]
      refuse requests above a rate; burst is the most at once, by default one second's worth
    token=reject
      refuse the login: 401
    reset=before-commit|after-commit|mid-answer [tcp=rst|fin]
      cut the connection before anything is done, after it is done, or in the middle of the answer
    restart=5s
      be down for this long, as during a restart: every connection breaks, and new ones are refused
    stall=60s [at=before-commit|after-commit|late]
      hold the answer; if the client hangs up meanwhile, before-commit does nothing, late still does the work
    latency=50ms|50ms..200ms|exp:50ms
      delay the request by a fixed time, a random time in a range, or a random time around a mean
    next-request-after=500ms
      answer, and ask for a pause in osvc-crest-next-request-after
    """
}
