import ArgumentParser
import Console
import Reports
import Runs
import Staging

/// The command `bulkpatch gather RUN`: takes back what the shards of a split run have done.
struct GatherCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "gather", abstract: "Take back what the shards of a split run have done.")

  static let manual = Manual(
    examples: [
      "bulkpatch gather latest": "everything that is done so far; call it as often as you like",
      "bulkpatch gather latest --recall": "and the rows that are not sent, to send them here",
      "bulkpatch gather latest 3 7": "only these shards",
      "bulkpatch gather latest /mnt/node-2/3": "a shard that lies elsewhere now",
      "bulkpatch gather latest --lost 3": "a shard whose disk is gone: its rows come back in doubt",
    ],
    notes: """
      Shards that are under way are left alone. A shard with nothing left to send is closed, and its rows are the run's
      again. When that holds for all, the run has ended like any other: with summary, result files, hooks and metrics;
      'bulkpatch verify', 'rollback' and 'report' work on it. The site is asked nothing.
      """,
    exitCodes: ExitCode.ofRuns.compactMap { code, meaning in
      switch code {
      case .stoppedEarly: (code, "gathered; some shards are still out, or rows came back unsent")
      case .locked: (code, "a process works on the run, or on the named shard")
      case .changesPending, .windowClosed, .unreadableSheet, .unreachable, .tryLater: nil
      default: (code, meaning)
      }
    })

  @OptionGroup var target: RunArgument

  @Argument(
    help: ArgumentHelp(
      "Numbers of shards, or folders they lie in (default: all that are out).", valueName: "shard"))
  var shards: [String] = []

  @Flag(help: "Also take back rows that are not sent.")
  var recall = false

  @Option(
    help: ArgumentHelp(
      "This shard is lost with its folder: its rows come back in doubt; repeatable.", valueName: "n"))
  var lost: [Int] = []

  @OptionGroup var lock: LockArguments
  @OptionGroup(title: "Unattended") var unattended: SettingArguments<UnattendedSettings>
  @OptionGroup(title: "Log and metrics") var logging: LogArguments
  @OptionGroup(title: "Log and metrics") var metrics: SettingArguments<MetricsSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let directory = try target.ownDirectory(global)
    let record = try directory.readRecord()
    let flags = try (metrics.given + unattended.given + logging.flags).checked()
    let lockWait = try lock.timeToWait()
    var intent = RunIntent(confirmation: Confirmation(isKnown: true))
    intent.errand = .gather(GatherRequest(shards: shards, isRecall: recall, lost: lost))
    let ending = try RunChronicle.keep(
      logging.request.makeLog(isVerbose: global.isVerbose), sends: false,
      plan: { try RunPlan(of: record, in: directory, overriding: flags, isMapped: false) },
      work: { plan, chronicle in
        let call = try RunCall(
          for: plan, in: directory.locksHome, lockWait: lockWait, chronicle: chronicle,
          options: global.options)
        let ending = try call.goOn(with: directory, plan, on: nil, intent, isSheetNeeded: false)
        call.prune(plan, after: [ending])
        return ending
      })
    try RunEnding.conclude([ending])
  }
}
