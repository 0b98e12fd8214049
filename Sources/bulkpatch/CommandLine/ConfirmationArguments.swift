import ArgumentParser
import Runs

/// The flag `--yes`, of every command that asks before it sends.
struct ConfirmationArguments: ParsableArguments {
  @Flag(
    name: [.customShort("y"), .customLong("yes")],
    help: "Answer every question with yes; needed without a terminal, unless the answer is piped.")
  var isKnown = false

  var confirmation: Confirmation { Confirmation(isKnown: isKnown) }
}
