/// The request that a run carries out, as data: everything from which a later process makes the same plan again.
///
/// Paths are absolute, so that the process's working folder does not matter.
public struct RunRequest: Sendable, Equatable {
  /// A flag as given: its name without dashes, and its values; none for a flag without a value.
  public struct Flag: Sendable, Equatable {
    public var name: String
    public var values: [String]

    public init(_ name: String, _ values: [String] = []) {
      self.name = name
      self.values = values
    }
  }

  /// The requested scope of a rollback.
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

  /// The job file or the sheet; `-` for standard input, empty for a rollback, which has those of its source.
  public var source: String
  /// The folder where it was typed: the `sites.yaml` of a sheet without a job, and the commands, belong there.
  public var folder: String
  /// The flags in order; a later one overrides an earlier one.
  public var flags: [Flag]
  /// Indicates that the sheet may be sent a second time.
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
  /// Returns a path as it was meant where it was typed; `-` is standard input.
  public static func absolute(_ path: String, in folder: String) -> String {
    path == "-" || path.hasPrefix("/")
      ? path : folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// Returns a path relative to a folder if it lies below it; otherwise unchanged.
  public static func relative(_ path: String, to folder: String) -> String {
    let start = folder.hasSuffix("/") ? folder : "\(folder)/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : path
  }
}
