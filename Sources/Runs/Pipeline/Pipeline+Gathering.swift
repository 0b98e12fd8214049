import Console
import Execution
import Foundation
import JSON
import Reports
import Staging

extension Pipeline {
  /// Takes back what shards have done; concludes the run when nothing is out any more.
  ///
  /// - Throws: `UserError`: 64 for a shard that is not lent or not of this run, 11 for a named one that is under way,
  ///   66 for a named one that is not there, 74 for a copy that is not the one seen before, or if the disk fails.
  ///   The other shards are gathered before that.
  func gather(_ request: GatherRequest, _ work: WorkDone, since started: Date) throws(UserError) -> RunEnding
  {
    let all = try session.file { run throws(StagingError) in try run.shards() }
    guard !all.isEmpty else {
      throw UserError(
        .usage, place: session.directory.id, "is not split: there is nothing to gather",
        hint: "see how it stands with 'bulkpatch show \(session.name)'")
    }
    let record = try session.record()
    // Its end is recorded, and told to hooks and metrics, once.
    if record.shardsOut == 0, record.finished != nil {
      return try nothingIsOut(record.exitCode.flatMap { ExitCode(rawValue: Int32($0)) } ?? .success)
    }
    var failures: [UserError] = []
    for number in request.lost { try giveUp(number, among: all) }
    for (shard, place) in try places(request, among: all) {
      if let reason = control.reasonToEnd {
        if case .recordLost = reason { throw session.lossError }
        throw UserError(
          reason.exitCode, place: session.directory.id, "stopped while shards were gathered",
          hint: "run the same command again to gather the others")
      }
      do throws(UserError) { try visit(shard, in: place, request) } catch { failures.append(error) }
    }
    try session.sign("gather")
    if let failure = failures.first {
      for other in failures.dropFirst() { Output.toStandardError(other.text) }
      throw failure
    }
    guard try session.record().shardsOut == 0 else {
      let summary = try summary()
      try show(summary)
      return RunEnding(session.directory, .stoppedEarly, summary: summary, isFinished: false)
    }
    return try concludeGathering(all, work, since: started)
  }

  /// - Parameter code: the recorded exit code.
  private func nothingIsOut(_ code: ExitCode) throws(UserError) -> RunEnding {
    let summary = try summary()
    tell("no shard is out: the run has all of its rows")
    try show(summary)
    return RunEnding(session.directory, code, summary: summary, isFinished: false)
  }

  /// Returns the summary of the run as it stands.
  func summary() throws(UserError) -> RunSummary {
    try session.file { run throws(StagingError) in
      try RunSummary(reading: run, run: session.name, workingFolder: WorkingFolder.path)
    }
  }

  /// Records the end of a run that is whole again, as after sending its rows here.
  private func concludeGathering(_ shards: [ShardRecord], _ work: WorkDone, since started: Date)
    throws(UserError)
    -> RunEnding
  {
    chronicle.began(session, isResume: true, isRehearsal: false)
    var work = work
    work.figuresOfShards = shards.compactMap { RunFigures(summaryIn: session.directory.shard($0.number)) }
    let counts = try session.counts()
    if counts[.staged] + counts[.sending] > 0 { work.stopReason = .recalled }
    var ending = try conclude(work, .given, since: started)
    ending.isConcluded = true
    return ending
  }

  /// Returns the shards to visit, with the folders in which they lie.
  private func places(
    _ request: GatherRequest, among all: [ShardRecord]
  ) throws(UserError) -> [(ShardRecord, RunDirectory)] {
    let out = all.filter { $0.returned == nil && !request.lost.contains($0.number) }
    guard !request.shards.isEmpty else { return out.map { ($0, session.directory.shard($0.number)) } }
    var places: [(ShardRecord, RunDirectory)] = []
    for name in request.shards {
      if let number = Int(name) {
        places.append((try shard(number, among: all), session.directory.shard(number)))
        continue
      }
      let place = RunDirectory(path: RunRequest.absolute(name, in: WorkingFolder.path))
      guard FileManager.default.fileExists(atPath: place.runFile) else { throw absent(place) }
      guard let part = try place.readRecord().part else {
        throw UserError(
          .usage, place: name, "is not a shard", hint: "name its number, or the folder it lies in")
      }
      places.append((try shard(part.number, among: all), place))
    }
    return places
  }

  private func shard(_ number: Int, among all: [ShardRecord]) throws(UserError) -> ShardRecord {
    guard let shard = all.first(where: { $0.number == number }) else {
      throw UserError(
        .usage, place: session.directory.id, "has no shard \(number), only 0 to \(all.count - 1)",
        hint: "'bulkpatch show \(session.name)' lists them")
    }
    guard shard.returned == nil else {
      throw UserError(
        .usage, place: session.directory.id,
        "shard \(number) is not lent any more: it was gathered at \(shard.returned ?? "")",
        hint: "if rows were sent from it since, from a copy, look at their records on the site")
    }
    return shard
  }

  private func giveUp(_ number: Int, among all: [ShardRecord]) throws(UserError) {
    let shard = try shard(number, among: all)
    let rows = try session.file { run throws(StagingError) in try run.giveUp(shard) }
    tell(
      "shard \(number): lost, \(Quantity.rows(rows)) may have been sent and wait for a look at their records")
  }

  private func visit(_ shard: ShardRecord, in place: RunDirectory, _ request: GatherRequest) throws(UserError)
  {
    let visit = try session.file { run throws(StagingError) in
      try run.gather(shard, from: place, isRecalled: request.isRecall, holder: RunSession.holder)
    }
    let isNamed = !request.shards.isEmpty
    switch visit {
    case .gathered(let counts): tell("shard \(shard.number): \(counts.short), not done yet")
    case .returned(let counts): tell("shard \(shard.number): \(counts.short), returned")
    case .underWay(let holder):
      guard !isNamed else {
        throw UserError(
          .locked, place: place.path, "is under way: \(holder)",
          hint: "wait for its end, or stop it, and gather it then")
      }
      tell("shard \(shard.number): under way (\(holder))")
    case .absent:
      guard !isNamed else { throw absent(place) }
      tell(
        "shard \(shard.number): not here; name the folder it lies in, or give it up with --lost \(shard.number)"
      )
    }
  }

  private func absent(_ place: RunDirectory) -> UserError {
    UserError(
      .noSuchFile, place: place.path, "the shard is not there",
      hint: "name the folder it lies in; if that is lost for good, --lost takes its rows back in doubt")
  }

  private func tell(_ text: String) {
    if !options.isQuiet { Output.toStandardError("\(text.printable())\n") }
  }
}
