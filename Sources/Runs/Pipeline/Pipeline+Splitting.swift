import Console
import Execution
import Reports
import Staging
import Synchronization

extension Pipeline {
  /// Lends the rows to shards and makes their folders; a call that was cut short is completed by another.
  ///
  /// - Throws: `UserError`: 64 if the run cannot be split like that, 74 if the disk fails, 130 or 143 for a signal.
  func split(_ division: Division, _ work: WorkDone) throws(UserError) -> RunEnding {
    var shards = try shardsOut()
    if shards.isEmpty {
      try beginSending(since: work.asked)
      shards = try session.file { run throws(StagingError) in
        try run.lend(into: division.count)
      }.filter { $0.returned == nil }
    } else if shards.count != division.count, shards.allSatisfy({ $0.made != nil }) {
      throw UserError(
        .usage, place: session.directory.id, "is split into \(shards.count) shards already",
        hint:
          "to split it in another way, take the rows back first: 'bulkpatch gather \(session.name) --recall'")
    }
    try make(shards, ShardJob(plan, division))
    let summary = try summary()
    try show(summary)
    return RunEnding(session.directory, .success, summary: summary, isFinished: false)
  }

  /// The shards whose rows are not the run's again.
  private func shardsOut() throws(UserError) -> [ShardRecord] {
    try session.file { run throws(StagingError) in try run.shards() }.filter { $0.returned == nil }
  }

  private func make(_ shards: [ShardRecord], _ job: ShardJob) throws(UserError) {
    let made = Atomic(0)
    let end = show { .preparing("making shard \(made.load(ordering: .relaxed) + 1) of \(shards.count)") }
    defer { end() }
    for shard in shards {
      if let reason = control.reasonToEnd {
        if case .recordLost = reason { throw session.lossError }
        throw UserError(
          reason.exitCode, place: session.directory.id,
          "stopped while its shards were made; nothing was sent",
          hint: "run the same command again to make the others")
      }
      try session.file { run throws(StagingError) in
        try run.make(shard, of: shards.count, job.request, files: job.files)
      }
      made.wrappingAdd(1, ordering: .relaxed)
    }
  }

  /// Prints the summary after rows were lent or partly taken back.
  func show(_ summary: RunSummary) throws(UserError) {
    guard !options.isQuiet || options.wantsJSON else { return }
    let output = Output.standardOutput()
    try output.write(summary, from: run, isFull: false, wantsJSON: options.wantsJSON)
    try output.finish()
  }
}
