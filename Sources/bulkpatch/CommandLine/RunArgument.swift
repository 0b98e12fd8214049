import ArgumentParser
import Console
import Runs
import Staging

/// The argument `RUN` of the commands that show or resume a run.
struct RunArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("A run's id or its beginning, its folder, latest, or latest:JOB.", valueName: "run"),
    completion: .runs)
  var run: String

  /// Returns the run's folder.
  ///
  /// - Throws: `UserError` with exit code 66 if there is no such run.
  func directory(_ global: GlobalOptions) throws(UserError) -> RunDirectory {
    let stateFolder = try global.home()
    do throws(StagingError) { return try RunDirectory.find(run, in: stateFolder) } catch {
      throw global.options.userError(error)
    }
  }

  /// Returns the folder of a run to work on; files that another user may have put there are not used.
  ///
  /// - Throws: as `directory`, and `UserError` with exit code 77.
  func ownDirectory(_ global: GlobalOptions) throws(UserError) -> RunDirectory {
    let directory = try directory(global)
    let stateFolder = try global.home()
    do throws(StagingError) {
      if directory.stateFolder == stateFolder { try Custody.require(folder: stateFolder) }
      try directory.requireCustody()
    } catch { throw UserError(error) }
    return directory
  }
}
