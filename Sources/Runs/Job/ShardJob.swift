import Console
import Foundation
import Staging
import Yams

/// The job of a shard: the run's own, without what concerns the whole run, so that it can be resumed anywhere.
///
/// Everything is in the shard's folder: the job, the site's settings with absolute paths, and the flags.
struct ShardJob {
  /// The request, with paths relative to the shard's folder.
  let request: RunRequest
  /// The files of the folder, by name.
  let files: [(name: String, bytes: [UInt8])]

  /// The keys of a job that concern the whole run, or the making of its rows.
  private static let wholeRunKeys: Set = [
    "attachments", "canary", "keep", "max_records", "metrics", "on", "overlay",
  ]
  /// The flags that do, or that name files of the machine where the run was made.
  private static let wholeRunFlags: Set = [
    "attachments-folder", "attachments-limit", "canary", "keep-days", "keep-runs", "log", "log-format",
    "max-records",
    "metrics", "overlay", "on-failed", "on-finished", "sheet", "site-moved", "state-dir",
  ]

  /// Makes the job of each shard.
  ///
  /// - Throws: `UserError` with exit code 78 if the job or the site's file cannot be read any more.
  init(_ plan: RunPlan, _ division: Division) throws(UserError) {
    var files: [(name: String, bytes: [UInt8])] = []
    var source = Path.name(of: plan.request.source)
    let folder = RunRequest.absolute(
      plan.jobPath.map(Path.folder) ?? plan.request.folder, in: WorkingFolder.path)
    if let path = plan.jobPath {
      source = "job.yaml"
      let job = try SettingsFile(path: path, kind: "job file").root.entries
        .filter { !ShardJob.wholeRunKeys.contains($0.key) }
        .map { (Node($0.key), $0.key == "site" ? ShardJob.settled($0.value, in: folder) : $0.value) }
      files.append((source, try ShardJob.bytes(.mapping(Node.Mapping(job)))))
    }
    if case .named(let name)? = plan.settings.site {
      let sites = SitesFile(folder: folder, environment: ProcessInfo.processInfo.environment)
      if let (file, mapping) = try sites.mapping(named: name) {
        let settings = Node.mapping(Node.Mapping(mapping.entries.map { (Node($0.key), $0.value) }))
        let site = ShardJob.settled(settings, in: RunRequest.absolute(file.folder, in: WorkingFolder.path))
        files.append(("sites.yaml", try ShardJob.bytes(Node.mapping(Node.Mapping([(Node(name), site)])))))
      }
    }
    self.files = files
    request = RunRequest(
      source: source, folder: "",
      flags: plan.request.flags.filter { !ShardJob.wholeRunFlags.contains($0.name) }
        + ShardJob.shares(of: plan, division), isRepetitionMeant: plan.request.isRepetitionMeant)
  }

  /// Returns the flags with a shard's share of what the whole run may do.
  private static func shares(of plan: RunPlan, _ division: Division) -> [RunRequest.Flag] {
    var flags: [RunRequest.Flag] = []
    if let rate = plan.settings.execution.rate {
      flags.append(RunRequest.Flag("rate", [Form.text(ofRate: rate / Double(division.atOnce))]))
    }
    if let failures = plan.settings.execution.stopAfterFailures {
      flags.append(RunRequest.Flag("stop-after-failures", [String(max(1, failures / division.count))]))
    }
    return flags
  }

  private static func bytes(_ node: Node) throws(UserError) -> [UInt8] {
    do { return Array(try Yams.serialize(node: node, allowUnicode: true).utf8) } catch {
      throw UserError(.internalError, "a shard's job cannot be written: \(error)")
    }
  }

  /// Returns a site's settings with paths that mean the same in another folder.
  private static func settled(_ site: Node, in folder: String) -> Node {
    guard var mapping = site.mapping else { return site }
    // It is in the run's file.
    mapping["overlay"] = nil
    for (key, value) in mapping {
      guard let name = key.string, !["attribute_names", "extra_attributes"].contains(name) else { continue }
      let isPath = ["ca_file", "certificate", "key", "file"].contains(name)
      if isPath, case .scalar(var scalar) = value {
        scalar.string = RunRequest.absolute(scalar.string, in: folder)
        mapping[key] = .scalar(scalar)
      } else {
        mapping[key] = settled(value, in: folder)
      }
    }
    return .mapping(mapping)
  }
}
