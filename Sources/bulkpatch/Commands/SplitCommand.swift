import ArgumentParser
import Console
import Reports
import Runs
import Staging

/// The command `bulkpatch split RUN`: lends a run's rows to shards that other machines can send.
struct SplitCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Split a run into shards that several machines send.")

  static let manual = Manual(
    examples: [
      "bulkpatch run nightly.yaml --stage-only": "stage the run first",
      "bulkpatch split latest --into 16 --at-once 8 --rate 200/s":
        "16 shards; with 8 at a time, each sends 25 requests a second",
      "bulkpatch resume RUN/shards/3 --yes": "send one of them, on any machine that sees its folder",
      "bulkpatch gather latest": "take back what they have done",
    ],
    notes: """
      One process saturates most sites: split a run only if one machine is not enough. The keys are looked up, the
      limits checked and the question asked here, before the rows are lent. All rows of a record are in one shard.
      Each shard is a run folder, RUN/shards/0 and so on, on a file system whose flock works across the machines.
      Canary, hooks, keep and metrics stay with the run. Until the shards are gathered, the run itself is not resumed,
      rolled back or removed. A complete dry run is approved by splitting it.
      """,
    exitCodes: [(.success, "every shard is made"), (.stoppedEarly, "nothing was lent: not confirmed")]
      + [
        .locked, .usage, .unreadableSheet, .noSuchFile, .unreachable, .internalError, .inputOutput, .tryLater,
        .refused, .configuration, .interrupted, .terminated,
      ].map { ($0, $0.meaning) })

  @OptionGroup var target: RunArgument

  @Option(help: ArgumentHelp("The number of shards.", valueName: "n"))
  var into: Int

  @Option(
    name: .customLong("at-once"),
    help: ArgumentHelp(
      "How many shards are sent at the same time; each gets that part of the rate (default: all).",
      valueName: "k"))
  var atOnce: Int?

  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var reason: SettingArguments<ReasonSettings>
  @OptionGroup var continuation: ContinuationArguments
  @OptionGroup(title: "Safety") var snapshot: SettingArguments<SnapshotSettings>
  @OptionGroup(title: "Log and metrics") var logging: LogArguments
  @OptionGroup(title: "General") var global: GlobalOptions

  func validate() throws {
    guard (1...10_000).contains(into) else {
      throw ValidationError("--into must be a number from 1 to 10000")
    }
    guard atOnce.map({ $0 > 0 }) ?? true else { throw ValidationError("--at-once must be a number above 0") }
  }

  func run() throws {
    let directory = try target.ownDirectory(global)
    let record = try directory.readRecord()
    try checkKind(of: record, in: directory)
    let flags = try (continuation.flags + snapshot.given + reason.given + logging.flags).checked()
    let lockWait = try continuation.lock.timeToWait()
    var intent = RunIntent(
      confirmation: confirmation.confirmation, approvesPlan: record.isDryRun,
      isRepetitionMeant: continuation.repetition.isMeant)
    intent.errand = .split(Division(into: into, atOnce: atOnce))
    try RunContinuation(
      of: directory, record, overriding: flags, claims: RunClaims(isSiteMoved: continuation.site.isSiteMoved),
      options: global.options
    ).goOn(intent, lockWait: lockWait, logging: logging.request)
  }

  private func checkKind(of record: RunRecord, in directory: RunDirectory) throws(UserError) {
    let run = global.options.word(for: directory)
    if let part = record.part {
      throw UserError(
        .usage, place: target.run, "is \(part.name), and no run of its own", hint: "split the run itself")
    }
    guard record.kind == .update else {
      throw UserError(
        .usage, place: target.run, "is a rollback, and a rollback cannot be split",
        hint: "resume it on one machine: 'bulkpatch resume \(run)'")
    }
    guard !record.isDryRun || record.planned != nil else {
      throw UserError(
        .usage, place: target.run, "its plan is not complete",
        hint: "complete it with 'bulkpatch resume \(run)', which sends nothing, and review it")
    }
  }
}
