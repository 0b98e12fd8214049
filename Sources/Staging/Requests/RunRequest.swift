/// What a run was asked to do, as data: everything from which a later process makes the same plan again.
///
/// Paths are absolute, so that it does not matter where that process works.
public struct RunRequest: Sendable, Equatable {
  /// A flag as it was given: its name without dashes, and its values; none for one that is a word by itself.
  public struct Flag: Sendable, Equatable {
    public var name: String
    public var values: [String]

    public init(_ name: String, _ values: [String] = []) {
      self.name = name
      self.values = values
    }
  }

  /// What a rollback puts back of its run, as it was asked for.
  public struct Scope: Sendable, Equatable {
    /// Row numbers, such as `3,7-12`; `nil` for all.
    public var rows: String?
    /// Ids or keys of records; empty for all.
    public var records: [String]
    public var isForced: Bool
    public var retractsAppends: Bool

    public init(rows: String?, records: [String], isForced: Bool, retractsAppends: Bool) {
      self.rows = rows
      self.records = records
      self.isForced = isForced
      self.retractsAppends = retractsAppends
    }
  }

  /// The job file or the sheet; `-` for standard input, empty for a rollback, which has those of its run.
  public var source: String
  /// Where it was typed: the `sites.yaml` of a sheet without a job lies there, and commands start there.
  public var folder: String
  /// What flags said, in order; a later one goes before an earlier one.
  public var flags: [Flag]
  /// Whether the sheet was meant to be sent although it was sent before.
  public var isRepetitionMeant: Bool
  public var scope: Scope?

  public init(
    source: String, folder: String, flags: [Flag] = [], isRepetitionMeant: Bool = false, scope: Scope? = nil
  ) {
    self.source = source
    self.folder = folder
    self.flags = flags
    self.isRepetitionMeant = isRepetitionMeant
    self.scope = scope
  }
}

extension RunRequest {
  /// A path as it was meant where it was typed; `-` is standard input.
  public static func absolute(_ path: String, in folder: String) -> String {
    path == "-" || path.hasPrefix("/")
      ? path : folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// A path as it is named from a folder: without that folder where it lies below it.
  public static func relative(_ path: String, to folder: String) -> String {
    let start = folder.hasSuffix("/") ? folder : "\(folder)/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : path
  }
}
