import ArgumentParser
import Runs

/// The flag `--dry-run` with its options, of every command that can show its plan.
struct PlanArguments: ParsableArguments {
  @Flag(name: .customLong("dry-run"), help: "Read the records, show what would change, and send nothing.")
  var isDryRun = false

  @Flag(name: .customLong("full"), help: "With --dry-run: show every row.")
  var isFull = false

  @Flag(
    name: .customLong("detailed-exit-code"), help: "With --dry-run: exit with 2 when something would change.")
  var tellsPendingChanges = false

  func validate() throws {
    guard isDryRun || !isFull else { throw ValidationError("--full needs --dry-run") }
    guard isDryRun || !tellsPendingChanges else {
      throw ValidationError("--detailed-exit-code needs --dry-run")
    }
  }

  /// The options for showing the plan.
  var options: PlanOptions { PlanOptions(isFull: isFull, tellsPendingChanges: tellsPendingChanges) }
}
