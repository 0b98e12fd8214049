extension FaultRule {
  /// How a rule is written, for the help of `--fault`.
  public static let grammar = """
    METHOD RESOURCE [rate=0.3] [after=N] [times=N] ACTION
      METHOD is PATCH, GET,POST or *, RESOURCE is incidents, interactions or *. A query counts as GET of what it
      selects from, a batch as POST of what its parts are about, a POST that stands for a PATCH as PATCH. rate is
      how many of them are struck, after the first that may be, times how many are at most. ACTION is one of:
    status=503 [retry-after=2|date:2] [body=none|html] [next-request-after=500ms]
      refuse with the service's own error, with a bare status or with a gateway's page
    limit=50/s [burst=50] [status=429 and its options]
      refuse what is above a rate; burst is how many may come at once, a second's worth if not given
    token=reject
      refuse the login: 401
    reset=before-commit|after-commit|mid-answer [tcp=rst|fin]
      cut the connection: before anything is done, when it is done, or when half of the answer is sent
    restart=5s
      be gone for so long, as when the process is restarted: every connection breaks, and nobody listens
    stall=60s [at=before-commit|after-commit|late]
      hold the answer; before-commit does nothing if the client hangs up meanwhile, late does it nevertheless
    latency=50ms|50ms..200ms|exp:50ms
      hold the request for a time, for one between two, or for one drawn around a mean
    next-request-after=500ms
      answer, and ask for a pause in osvc-crest-next-request-after
    """
}
