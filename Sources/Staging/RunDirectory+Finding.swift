public import Foundation

extension RunDirectory {
  /// The word for the newest run; `latest:JOB` is the newest one of a job.
  private static let latest = "latest"

  /// Finds the run that a user means by an id or its beginning, a folder, `latest`, or `latest:JOB`.
  ///
  /// `latest/shards/3` is a shard of the newest run.
  ///
  /// - Throws: `StagingError` of kind `notFound`, also if several runs begin like that.
  public static func find(
    _ run: String, in stateFolder: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(StagingError) -> RunDirectory {
    let runs = all(in: stateFolder)
    if run == latest, let newest = runs.last { return newest }
    if run.hasPrefix(latest), let part = run.range(of: "/shards/"), let number = Int(run[part.upperBound...])
    {
      let parent = try find(String(run[..<part.lowerBound]), in: stateFolder, environment: environment)
      guard FileManager.default.fileExists(atPath: parent.shard(number).runFile) else {
        throw StagingError(
          .notFound, place: run, "run \(parent.id) has no such shard here",
          hint: "'bulkpatch show \(parent.id)' lists its shards")
      }
      return parent.shard(number)
    }
    if run.hasPrefix("\(latest):") {
      let job = String(run.dropFirst(latest.count + 1))
      if let newest = runs.last(where: { $0.isOf(job) }) { return newest }
      guard runs.isEmpty else {
        throw StagingError(
          .notFound, place: run, "there is no run of that job in \(stateFolder)",
          hint: "'bulkpatch runs' lists them")
      }
    }
    for path in [(stateFolder as NSString).appendingPathComponent(run), run] where !run.isEmpty {
      let directory = RunDirectory(path: absolute(path))
      if FileManager.default.fileExists(atPath: directory.runFile) { return directory }
    }
    let meant = run.isEmpty ? [] : runs.filter { $0.id.hasPrefix(run) }
    if meant.count == 1 { return meant[0] }
    guard meant.isEmpty else {
      let names = meant.suffix(3).map(\.id).joined(separator: ", ")
      throw StagingError(
        .notFound, place: run, "\(meant.count) runs begin like that, such as \(names)",
        hint: "type more of the id; 'bulkpatch runs' lists them")
    }
    let elsewhere = runs.isEmpty ? StateFolder.hint(otherThan: stateFolder, environment) : nil
    guard run == latest || run.hasPrefix("\(latest):") else {
      throw StagingError(
        .notFound, place: run, "there is no such run in \(stateFolder)",
        hint: elsewhere ?? "'bulkpatch runs' lists them")
    }
    throw StagingError(
      .notFound, place: stateFolder, "there is no run yet",
      hint: elsewhere ?? "start one with 'bulkpatch run JOB', or name the folder with --state-dir")
  }

  /// Returns whether it is a run of this job; an unreadable run is judged by its name.
  private func isOf(_ job: String) -> Bool {
    guard isNamed(after: job) else { return false }
    guard let file = try? RunFile(reading: self), let record = try? file.record() else { return true }
    return record.job == job
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/")
      ? path
      : (FileManager.default.currentDirectoryPath as NSString).appendingPathComponent(path)
  }
}

/// The folders in which runs are usually kept.
public enum StateFolder {
  /// Returns the state folders with runs that a user may have meant, with the numbers of runs.
  ///
  /// These are the ones of the environment and of other users, and that of the systemd units.
  static func others(
    than folder: String, _ environment: [String: String]
  ) -> [(path: String, runs: Int)] {
    var paths = environment["XDG_STATE_HOME"].map { ["\($0)/bulkpatch"] } ?? []
    for home in homes(environment) { paths.append("\(home)/.local/state/bulkpatch") }
    paths += ["/var/lib/bulkpatch/runs", "/var/lib/bulkpatch"]
    var seen: Set = [folder]
    return paths.filter { seen.insert($0).inserted }
      .map { (path: $0, runs: RunDirectory.all(in: $0).count) }.filter { $0.runs > 0 }
  }

  /// Returns the advice to look into another state folder; `nil` if there is none with runs.
  public static func hint(
    otherThan folder: String, _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let others = others(than: folder, environment)
    guard let first = others.first else { return nil }
    let list = others.map { "\($0.path) holds \($0.runs) \($0.runs == 1 ? "run" : "runs")" }
    return "\(list.joined(separator: ", ")): add --state-dir \(first.path)"
  }

  /// Returns the user's home folder, and those beside it.
  private static func homes(_ environment: [String: String]) -> [String] {
    guard let home = environment["HOME"], home.hasPrefix("/") else { return [] }
    let parent = (home as NSString).deletingLastPathComponent
    let parents = parent == "/" ? ["/home"] : [parent]
    let beside = parents.flatMap { parent in
      ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []).sorted().map {
        (parent as NSString).appendingPathComponent($0)
      }
    }
    return [home] + beside
  }
}
