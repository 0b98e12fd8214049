public import Staging

/// The result files of a run of which nothing is sent, written while its rows are staged: to read them again afterwards
/// takes half as long as to stage them.
public final class StagedResults: StagedRowsTaker {
  private let encoder: ResultEncoder
  private var files: RowFiles?
  private var bytes: [UInt8] = []

  /// Begins the files.
  ///
  /// - Throws: `StagingError` when the run cannot be read or a file cannot be made.
  public init(_ file: RunFile) throws(StagingError) {
    encoder = ResultEncoder(try file.record())
    files = try RowFiles(encoder, in: file.directory)
  }

  public func take(_ row: ResultBytes) {
    bytes.removeAll(keepingCapacity: true)
    encoder.append(row, to: &bytes)
    append(row.state)
  }

  public func take(_ row: ResultRow) {
    bytes = encoder.encode(row)
    append(row.state)
  }

  private func append(_ state: RowState) {
    // Staging goes on without them: at the end they are written from the run file, and what is wrong is said then.
    do throws(StagingError) { try files?.append(bytes, state) } catch { files = nil }
  }

  /// Hands over the files; `nil` when they are not those of the run.
  func take(for run: RunFile) -> RowFiles? {
    defer { files = nil }
    return run.isFresh ? files : nil
  }
}
