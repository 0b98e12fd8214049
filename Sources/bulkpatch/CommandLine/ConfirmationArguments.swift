import ArgumentParser
import Runs

/// The flag `--yes`, of every command that asks before it sends.
struct ConfirmationArguments: ParsableArguments {
  @Flag(
    name: [.customShort("y"), .customLong("yes")],
    help: "Ask nothing; without a terminal nothing is asked anyway.")
  var isKnown = false

  var confirmation: Confirmation { Confirmation(isKnown: isKnown) }
}
