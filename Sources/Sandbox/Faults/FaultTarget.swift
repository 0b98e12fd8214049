import JSON

/// The properties of a request that a fault rule looks at.
struct FaultTarget: Sendable, Equatable {
  /// The effective method: a POST that stands for a PATCH is a PATCH.
  var method: String
  /// The resources of the request; several for a query or a batch, none if it concerns no resource.
  var resources: Set<String>
}

extension B2CService {
  /// The first step of the path, and for a query also the tables it selects from.
  func faultTarget(_ request: Exchange) -> FaultTarget {
    let rest = Self.resourceSteps(request)
    var resources = Set(rest.prefix(1))
    if rest.first == "queryResults" {
      let tables = (request.parameter("query") ?? "").matches(of: /\bfrom\s+([A-Za-z_][\w.]*)/.ignoresCase())
      resources.formUnion(tables.map { String($0.1) })
    }
    return FaultTarget(method: (try? method(of: request)) ?? request.method, resources: resources)
  }
}

extension FusionCX {
  /// The first step after the version, and for a batch also that of each part.
  func faultTarget(_ request: Exchange) -> FaultTarget {
    let steps = request.segments.dropFirst(Self.root.count + 1)
    var resources = Set(steps.prefix(1))
    if steps.isEmpty, case .success(let body) = request.json {
      let paths = (body["parts"]?.array ?? []).compactMap { $0["path"]?.string }
      resources.formUnion(paths.compactMap { $0.split { $0 == "/" || $0 == "?" }.first.map { String($0) } })
    }
    return FaultTarget(method: (try? method(of: request)) ?? request.method, resources: resources)
  }
}
