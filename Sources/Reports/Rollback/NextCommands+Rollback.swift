import Staging

extension RunSummary {
  /// The commands that may follow a rollback; none concerns the sheet.
  var commandsAfterRollback: [NextCommand] {
    guard let rollback else { return [] }
    var commands: [NextCommand] = []
    if rollback.overridable.changes > 0 {
      var words = "bulkpatch rollback \(ShellWord.quoted(sourceName(rollback.sourceRun))) --force"
      // A longer list is too much to type; the file has all rows.
      if let rows = rollback.overridableSourceRows?.text, rows.utf8.count <= 200 {
        words += " --only \(rows)"
      }
      let count = rollback.overridable.changes
      let changes = count == 1 ? "change" : "\(Quantity.count(count)) changes"
      commands.append(
        NextCommand(
          purpose: "roll back the \(changes) in kept.jsonl too, overwriting what others have written",
          command: words))
    }
    if rollback.reversed.changes + rollback.retracted.changes > 0 {
      commands.append(
        NextCommand(
          purpose: "undo this rollback",
          command: "bulkpatch rollback \(ShellWord.quoted(run))"))
    }
    return commands
  }

  /// Returns the name of the source run, in the same form as this run's name.
  private func sourceName(_ id: String) -> String {
    run == directory.path ? directory.sibling(id).path : id
  }
}
