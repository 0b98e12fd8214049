import JSON

/// Creates the links of an answer, with the scheme, host and version that the client used.
struct Links: Sendable, Hashable {
  /// The host and port as the client wrote them.
  let host: String
  let version: String

  func url(_ path: String) -> String { "http://\(host)\(B2CService.rootPath)\(version)/\(path)" }

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

  /// The links of a record or a list to itself.
  ///
  /// - Parameter place: the requested path, if it is not its own.
  func own(_ path: String, of resource: String, query: String? = nil, at place: String? = nil) -> JSONValue {
    let asked = place ?? path
    let selfPath = query.map { $0.isEmpty ? asked : "\(asked)?\($0)" } ?? asked
    return [link("self", selfPath), link("canonical", path), describedBy(resource)]
  }

  /// A reference to another object: links only (API reference 4.1, rule 1).
  func reference(to resource: String, _ id: Int64) -> JSONValue {
    ["links": own("\(resource)/\(id)", of: resource)]
  }

  /// A list that was not expanded: a link to it and a template for its elements (rule 3).
  ///
  /// - Parameter owner: the path of the record that it belongs to.
  func list(_ name: String, of owner: String) -> JSONValue {
    let path = "\(owner)/\(name)"
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
