public import Staging

/// The result files of a run that sends nothing, written while its rows are staged.
///
/// Reading the rows again afterwards would take half as long as staging them.
public final class StagedResults: StagedRowsTaker {
  private let encoder: ResultEncoder
  private var files: RowFiles?
  private var bytes: [UInt8] = []

  /// Begins the files.
  ///
  /// - Throws: `StagingError` if the run cannot be read or a file cannot be made.
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
    // Staging continues without them: at the end they are written from the run file, which then reports the problem.
    do throws(StagingError) { try files?.append(bytes, state) } catch { files = nil }
  }

  /// Returns the files; `nil` if they are not those of the run.
  func take(for run: RunFile) -> RowFiles? {
    defer { files = nil }
    return run.isFresh ? files : nil
  }
}
