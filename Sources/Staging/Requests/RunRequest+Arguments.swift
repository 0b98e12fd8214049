extension RunRequest {
  /// Creates the request of an older version's run, which stored its accepted command line.
  ///
  /// This is how those versions read it, independent of what commands accept today.
  ///
  /// - Parameters:
  ///   - arguments: the process's arguments, without its own name.
  ///   - folder: the folder where it was typed.
  public init(arguments: [String], in folder: String) {
    self.init(source: "", folder: folder, flags: [])
    var words = arguments.dropFirst()[...]
    var rows: String?
    var records: [String] = []
    var isForced = false
    var retracts = false
    while let word = words.popFirst() {
      guard word.hasPrefix("--"), word.count > 2 else {
        // The word after `--` is the job or the sheet, whatever it looks like.
        let operand = word == "--" ? words.popFirst() : word.hasPrefix("-") && word != "-" ? nil : word
        if let operand { source = operand }
        continue
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if RunRequest.onceOnly.contains(name) { continue }
      let isWord = RunRequest.words.contains(name)
      let value = isWord ? nil : parts.count > 1 ? String(parts[1]) : words.popFirst()
      switch name {
      case "again": isRepetitionMeant = true
      case "only": rows = value
      case "record": records += value.map { [$0] } ?? []
      case "force": isForced = true
      case "retract-appends": retracts = true
      default: add(name, value)
      }
    }
    if arguments.first == "rollback" {
      source = ""
      scope = Scope(rows: rows, records: records, isForced: isForced, retractsAppends: retracts)
    } else if !source.isEmpty {
      source = RunRequest.absolute(source, in: folder)
    }
  }

  /// Adds a value to those of a flag.
  private mutating func add(_ name: String, _ value: String?) {
    guard let value else { return flags.append(Flag(name)) }
    let isPath = ["attachments-folder", "metrics", "sheet", "state-dir", "log"].contains(name)
    let text = isPath ? RunRequest.absolute(value, in: folder) : value
    guard let index = flags.firstIndex(where: { $0.name == name }) else {
      return flags.append(Flag(name, [text]))
    }
    flags[index].values.append(text)
  }

  /// Flags without a value.
  private static let words: Set = [
    "strict", "no-strict", "allow-empty", "no-allow-empty", "snapshot", "no-snapshot", "verify", "no-verify",
    "again", "force", "retract-appends", "site-moved",
  ]

  /// The flags that were meant for that one start only.
  private static let onceOnly: Set = [
    "stage-only", "dry-run", "detailed-exit-code", "full", "yes", "json", "quiet", "verbose", "continue",
    "log-bodies",
  ]
}
