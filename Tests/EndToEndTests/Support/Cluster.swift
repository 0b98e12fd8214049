import Foundation
import Testing
import Yams

/// The settings that a manifest of the project asks of a cluster.
struct Cluster {
  let objects: [Node]

  /// - Parameter path: the manifest, from the project's folder.
  init(_ path: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent(path)
    objects = try compose_all(yaml: String(contentsOf: file, encoding: .utf8)).compactMap { $0 }
  }

  func object(_ kind: String) throws -> Node {
    try #require(objects.first { $0["kind"]?.string == kind }, "\(kind)")
  }

  var cronJob: Node { get throws { try #require(try object("CronJob")["spec"]) } }
  var job: Node {
    get throws {
      let job = objects.first { $0["kind"]?.string == "Job" }
      return try #require(try job?["spec"] ?? cronJob["jobTemplate"]?["spec"])
    }
  }
  var pod: Node { get throws { try #require(try job["template"]?["spec"]) } }
  var container: Node { get throws { try #require(try pod["containers"]?[0]) } }

  /// The arguments of the tool.
  var arguments: [String] { get throws { try list(container["args"]) } }

  /// The texts of a sequence.
  func list(_ node: Node?) throws -> [String] { try #require(node?.sequence).compactMap(\.string) }
}
