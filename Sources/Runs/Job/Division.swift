import Reports

/// The wish to split a run.
package struct Division: Equatable {
  /// The number of shards.
  package var count: Int
  /// The number of shards that are worked on at the same time, which share the run's rate.
  package var atOnce: Int

  package init(into count: Int, atOnce: Int? = nil) {
    self.count = count
    self.atOnce = min(atOnce ?? count, count)
  }

  /// Returns the command that asks for it.
  func command(for run: String) -> String {
    let pace = atOnce == count ? "" : " --at-once \(atOnce)"
    return "bulkpatch split \(ShellWord.quoted(run)) --into \(count)\(pace)"
  }
}
