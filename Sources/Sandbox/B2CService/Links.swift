import JSON

/// Makes the links of an answer, with the scheme, host and version the client used.
struct Links: Sendable {
  /// Everything before the name of a resource, such as `http://localhost:8080/services/rest/connect/v1.4`.
  let base: String

  func url(_ path: String) -> String { "\(base)/\(path)" }

  /// One link to a path below the version.
  func link(_ relation: String, _ path: String) -> JSONValue {
    ["rel": .string(relation), "href": .string(url(path))]
  }

  func describedBy(_ resource: String) -> JSONValue {
    [
      "rel": "describedby", "href": .string(url("metadata-catalog/\(resource)")),
      "mediaType": "application/schema+json",
    ]
  }

  /// What a record or a list says of itself.
  func own(_ path: String, of resource: String, query: String? = nil) -> JSONValue {
    let selfPath = query.map { $0.isEmpty ? path : "\(path)?\($0)" } ?? path
    return [link("self", selfPath), link("canonical", path), describedBy(resource)]
  }

  /// A reference to another object: links and nothing else (API reference 4.1, rule 1).
  func reference(to resource: String, _ id: Int64) -> JSONValue {
    ["links": own("\(resource)/\(id)", of: resource)]
  }

  /// A list that was not expanded: a link to it and a template for its elements (rule 3).
  func list(_ name: String, of incident: Int64) -> JSONValue {
    let path = "incidents/\(incident)/\(name)"
    let singular = name.hasSuffix("s") ? String(name.dropLast()) : name
    return [
      "links": [
        link("self", path),
        [
          "rel": "full", "href": .string(url("\(path)/{\(singular)_id}")), "templated": true,
        ],
      ]
    ]
  }
}
