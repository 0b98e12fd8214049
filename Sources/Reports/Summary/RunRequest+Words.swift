import Foundation
import Staging

extension RunRequest {
  /// Indicates that it names a job file, not a sheet.
  var isJob: Bool { ["yaml", "yml"].contains((source as NSString).pathExtension.lowercased()) }

  /// The job or the sheet as an argument, relative to the folder of the request.
  var operand: String { RunRequest.operand(RunRequest.relative(source, to: folder)) }

  /// Returns a file as an argument that does not begin with `-`.
  static func operand(_ path: String) -> String { path.hasPrefix("-") && path != "-" ? "./\(path)" : path }

  /// Returns the flags as words of a command line.
  func words(leavingOut names: Set<String> = []) -> [String] {
    flags.filter { !names.contains($0.name) }.flatMap { flag -> [String] in
      guard !flag.values.isEmpty else { return ["--\(flag.name)"] }
      return flag.values.flatMap { value in
        value.hasPrefix("-") ? ["--\(flag.name)=\(value)"] : ["--\(flag.name)", value]
      }
    }
  }
}

extension RunRecord {
  /// The command with the same request, without its output options.
  var command: [String] {
    var words = ["bulkpatch"]
    if let scope = request.scope {
      words += ["rollback", sourceRun ?? ""]
      if let rows = scope.rows { words += ["--only", rows] }
      words += scope.records.flatMap { ["--record", $0] }
      if scope.isForced { words.append("--force") }
      if scope.retractsAppends { words.append("--retract-appends") }
    } else {
      words += ["run", request.operand]
    }
    return words + (isDryRun ? ["--dry-run"] : []) + request.words()
  }
}
