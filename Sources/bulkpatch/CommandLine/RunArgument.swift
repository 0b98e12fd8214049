import ArgumentParser
import Console
import Runs
import Staging

/// The argument `RUN` of the commands that look at a run or go on with it.
struct RunArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("A run's id, its folder, or 'latest'.", valueName: "run"))
  var run: String

  /// The run's folder.
  ///
  /// - Throws: `UserError` with exit code 66 when there is no such run.
  func directory(_ global: GlobalOptions) throws(UserError) -> RunDirectory {
    let stateFolder = try global.home()
    do throws(StagingError) { return try RunDirectory.find(run, in: stateFolder) } catch {
      throw global.options.userError(error)
    }
  }

  /// The folder of a run that is worked on: what somebody else may have put there is not carried out.
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
