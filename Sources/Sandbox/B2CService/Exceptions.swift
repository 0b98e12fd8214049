import JSON

extension B2CService {
  /// `/services/rest/connect/exceptions` and one code of it (API reference 1 and 10).
  func exceptions(_ steps: [String], _ request: Exchange) throws(Refusal) -> Answer {
    guard request.method == "GET" else { throw Self.unsupported(request.method) }
    let base = "\(request.origin)/services/rest/connect/exceptions"
    if steps.isEmpty {
      return .json([
        "items": .array(
          ErrorCode.allCases.map { code in
            [
              "name": .string(code.rawValue),
              "links": [["rel": "canonical", "href": .string("\(base)/\(code.rawValue)")]],
            ]
          }),
        "links": [
          ["rel": "self", "href": .string(base)], ["rel": "canonical", "href": .string(base)],
        ],
      ])
    }
    guard steps.count == 1, let code = ErrorCode(rawValue: steps[0]) else {
      throw Refusal(404, .unknownCode, "No such exception: \(steps.joined(separator: "/"))")
    }
    return .json([
      "type": .string("\(base)/\(code.rawValue)"), "title": .string(code.title), "status": 200,
      "detail": .string(code.title), "instance": .string(request.origin + request.path),
      "o:errorCode": .string(code.rawValue),
    ])
  }
}
