import Staging

extension RunSummary {
  /// What is left to do after a rollback: nothing of it is a matter of the sheet.
  var commandsAfterRollback: [NextCommand] {
    guard let rollback else { return [] }
    var commands: [NextCommand] = []
    if rollback.overridable.changes > 0 {
      var words = "bulkpatch rollback \(ShellWord.quoted(sourceName(rollback.sourceRun))) --force"
      // Longer than that is nothing to type; the file has them all.
      if let rows = rollback.overridableSourceRows?.text, rows.utf8.count <= 200 {
        words += " --only \(rows)"
      }
      let count = rollback.overridable.changes
      let changes = count == 1 ? "change" : "\(Quantity.count(count)) changes"
      commands.append(
        NextCommand(
          purpose: "put back the \(changes) of kept.jsonl as well, over what somebody else has written",
          command: words))
    }
    if rollback.reversed.changes + rollback.retracted.changes > 0 {
      commands.append(
        NextCommand(
          purpose: "bring back what this rollback has taken back",
          command: "bulkpatch rollback \(ShellWord.quoted(run))"))
    }
    return commands
  }

  /// How a user names the run that was put back: as this one is named.
  private func sourceName(_ id: String) -> String {
    run == directory.path ? directory.sibling(id).path : id
  }
}
