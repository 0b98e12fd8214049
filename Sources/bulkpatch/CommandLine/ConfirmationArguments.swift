import ArgumentParser
import Runs

/// The flag `--yes`, of every command that asks before it sends.
struct ConfirmationArguments: ParsableArguments {
  @Flag(
    name: [.customShort("y"), .customLong("yes")],
    help: "Skip the confirmation; without a terminal, nothing is asked.")
  var isKnown = false

  var confirmation: Confirmation { Confirmation(isKnown: isKnown) }
}
