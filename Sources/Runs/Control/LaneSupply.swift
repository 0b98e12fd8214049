package import Console
import Execution

/// The lanes that the system has threads and open files for.
package enum LaneSupply {
  /// Returns how many of the wanted lanes there are threads for, and reports it if there are fewer.
  ///
  /// - Throws: `UserError` with exit code 74 if there is not even one.
  static func lanes(of wanted: Int) throws(UserError) -> Int {
    let connected = DescriptorSupply.lanes(of: wanted)
    let lanes = ThreadSupply.lanes(of: connected)
    guard lanes > 0 else { throw UserError.tooFewThreads }
    if lanes < wanted {
      let (scarce, hint) =
        lanes < connected
        ? ("threads", UserError.moreThreadsHint) : ("open files", UserError.moreDescriptorsHint)
      Output.toStandardError(
        "warning: the system gives this process too few \(scarce) for \(wanted) lanes; using \(lanes)\n"
          + "hint: \(hint)\n")
    }
    return lanes
  }
}

extension UserError {
  fileprivate static let moreThreadsHint =
    "raise the limits of processes and of address space (ulimit -u, ulimit -v, a container's pids)"

  fileprivate static let moreDescriptorsHint = "raise the limit of open files (ulimit -n)"

  /// Nothing starts with so few: a file that cannot be opened looks like a missing sheet or a site that is down.
  package static let tooFewDescriptors = UserError(
    .inputOutput, "the system lets this process open too few files: nothing was sent",
    hint: moreDescriptorsHint)

  /// Nothing starts without enough threads: Dispatch, which SQLite's queues need, would wait for them forever.
  package static let tooFewThreads = UserError(
    .inputOutput, "the system gives this process too few threads: nothing was sent",
    hint: moreThreadsHint)
}
