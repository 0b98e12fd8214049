public import Catalog
public import JSON
public import Records

/// What rows take from their records when these are looked at (job keys `rewrite`, and `templates` with `live`).
public struct RowCompletion: Sendable, Hashable {
  /// An attribute that a template takes from the record.
  public struct Attribute: Sendable, Hashable {
    public var path: String
    /// The type of its values; `nil` if unknown.
    public var kind: Field.Kind?
  }

  /// The attributes that templates take.
  public var attributes: [Attribute] = []
  public var rewriting: TextRewriting?

  /// The reason why a row cannot be completed.
  public struct Obstacle: Error {
    public var code: String
    public var message: String
  }

  public init() {}

  /// Creates what rows take by a job's options, which `PatchBuilder.make` has checked.
  public init(resource: ResourceType, options: PatchOptions) {
    rewriting = options.rewriting
    let templates = options.templates.sorted { $0.key < $1.key }.compactMap { try? CellTemplate($0.value) }
    for path in templates.flatMap(\.livePaths) where !attributes.contains(where: { $0.path == path }) {
      let kind = resource.field(at: path)?.kind ?? resource.customKinds[path]
      attributes.append(Attribute(path: path, kind: kind))
    }
  }

  public var isEmpty: Bool { attributes.isEmpty && rewriting == nil }

  /// Returns the body of a row for its record as that is now.
  ///
  /// - Parameter body: the staged body, or what an earlier look has made of it.
  /// - Throws: `Obstacle` if the record does not show enough, or a text cannot be made.
  public func completed(_ body: JSONObject, on image: RecordImage) throws(Obstacle) -> JSONObject {
    let body = attributes.isEmpty ? body : try LiveText.filled(body, on: image)
    return try rewriting?.added(to: body, on: image) ?? body
  }
}
