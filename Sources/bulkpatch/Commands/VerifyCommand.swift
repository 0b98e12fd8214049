import ArgumentParser
import Console
import Execution
import Foundation
import Reports
import Runs
import Sites
import Staging

/// The command `bulkpatch verify RUN`: reads the records of a run back and compares them with what was asked.
struct VerifyCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read a run's records back and compare them with what was asked.")

  static let manual = Manual(
    examples: [
      "bulkpatch verify latest": "were the changes applied, and do they still stand",
      "bulkpatch verify latest --full": "every difference, and every row that cannot be compared",
      "bulkpatch verify latest --json | jq '.verified'": "the counts for a program",
    ],
    notes: """
      Nothing is written to the site. Where several rows set an attribute, the last one counts; a note that two rows
      add must be there twice. What leaves nothing to read, such as ending an interaction, is undecided, not a failure.
      """,
    exitCodes: [
      (.success, "no differences were found"),
      (.conflicts, "differences were found, or something is missing"),
      (.locked, "another process works on the run"),
    ]
      + [
        .usage, .noSuchFile, .unreachable, .internalError, .inputOutput, .tryLater, .refused, .configuration,
        .interrupted, .terminated,
      ].map { ($0, $0.meaning) })

  @OptionGroup var target: RunArgument
  @OptionGroup(title: "General") var global: GlobalOptions

  @Flag(help: "List every row that differs or cannot be compared, not only the first ones.")
  var full = false

  @OptionGroup var site: SiteArguments

  func run() throws {
    let directory = try target.ownDirectory(global)
    let record = try directory.readRecord()
    let plan = try RunPlan(of: record, in: directory, overriding: site.flags.checked(), isMapped: false)
    let site = try plan.makeSite()
    // A user who verifies now wants the result now, whatever the job's window is.
    let call = try RunCall(
      for: plan, in: directory.locksHome, window: RunWindow(until: nil, maximum: nil),
      options: global.options)
    let session = try RunSession(
      takingUp: directory, plan: plan, in: call.stateFolder,
      claims: RunClaims(isSiteMoved: self.site.isSiteMoved), options: global.options)
    defer { session.end() }
    try call.verify(session, on: site)
    try session.noteVerification()
    let code = try session.showVerification(isFull: full, global)
    guard code == .success else { throw code }
  }
}

extension RunSession {
  /// Rewrites `summary.json`, if the run has one, with the result of the verification.
  fileprivate func noteVerification() throws(UserError) {
    guard FileManager.default.fileExists(atPath: directory.file("summary.json")) else { return }
    do throws(StagingError) {
      try RunSummary(
        reading: run, run: name, workingFolder: WorkingFolder.path
      ).write()
    } catch { throw userError(error) }
  }

  /// Prints the result and returns the exit code.
  fileprivate func showVerification(isFull: Bool, _ global: GlobalOptions) throws(UserError) -> ExitCode {
    let output = Output.standardOutput()
    let code: ExitCode
    do throws(StagingError) {
      let report = try VerificationReport(run, run: name, isFull: isFull)
      code = ExitCode(report.counts)
      if global.wantsJSON {
        try report.writeJSON(exitCode: Int(code.rawValue)) { output.write($0) }
      } else if !global.isQuiet || code != .success {
        try report.write { output.write($0) }
      }
    } catch { throw userError(error) }
    try output.finish()
    return code
  }
}
