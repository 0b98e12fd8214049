import ArgumentParser

/// `--yes`, of every command that asks before it sends.
struct ConfirmationArguments: ParsableArguments {
  @Flag(
    name: [.customShort("y"), .customLong("yes")],
    help: "Ask nothing; without a terminal nothing is asked anyway.")
  var isKnown = false

  func confirmation(_ interruption: Interruption) -> Confirmation {
    Confirmation(isKnown: isKnown, interruption: interruption)
  }
}
