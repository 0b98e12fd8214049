public import Catalog
import Sheets

extension PatchBuilder {
  /// Returns the line of a sheet that looks like its header, if the first record cannot be it.
  ///
  /// There may be title lines above it, or a line that a program left for itself.
  ///
  /// - Parameter readings: the first records under each delimiter; the first of each is ignored.
  public static func headerLine(
    in readings: [[(line: Int, cells: [String])]], resource: ResourceType, options: PatchOptions
  ) -> Int? {
    let keys = Set([resource.key] + resource.alternateKeys)
    let keyHeaders = keys.union(options.columns.filter { keys.contains($0.value) }.keys)
    var best: (line: Int, unknown: Int)?
    for (line, cells) in readings.flatMap({ $0.dropFirst() }) where !keyHeaders.isDisjoint(with: cells) {
      var compiler = HeaderCompiler(resource: resource, options: options)
      _ = compiler.compile(cells.filter { !$0.isEmpty })
      let rules = compiler.report.findings.filter { $0.severity == .error }.map(\.rule)
      guard !rules.contains("missing-key-column"), !rules.contains("nothing-to-change") else { continue }
      let unknown = rules.count { $0 == "unknown-column" }
      guard unknown * 2 <= cells.count, unknown < best?.unknown ?? .max else { continue }
      best = (line, unknown)
    }
    return best?.line
  }
}
