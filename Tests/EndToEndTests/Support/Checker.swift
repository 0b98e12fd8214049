import TestSupport

/// A system program that checks a file better than a test can.
enum Checker {
  case crontab, systemd, logrotate, mandoc

  /// The program's complaints about a file.
  struct Complaint: Error { var text: String }

  /// Returns whether it is installed, in a version that only checks.
  func isThere() throws -> Bool {
    switch self {
    // Elsewhere `-n` names a host of a cluster.
    case .crontab: try run("crontab -h 2>&1 | grep -q 'dry run'").exitCode == 0
    case .systemd: try run("command -v systemd-analyze").exitCode == 0
    case .logrotate: try run("PATH=$PATH:/usr/sbin command -v logrotate").exitCode == 0
    case .mandoc: try run("command -v mandoc").exitCode == 0
    }
  }

  /// - Throws: `Complaint`.
  func check(_ path: String) throws {
    let command =
      switch self {
      case .crontab: "crontab -n '\(path)'"
      // Units beside the file are found there, those of the system in their own places, where they may be
      // wrong.
      case .systemd:
        "SYSTEMD_UNIT_PATH=\"$(dirname '\(path)'):\" systemd-analyze verify --recursive-errors=no --man=no '\(path)'"
      case .logrotate: "PATH=$PATH:/usr/sbin logrotate -d -s \"$HOME/state\" '\(path)'"
      case .mandoc: "mandoc -T lint -W warning '\(path)'"
      }
    let result = try run(command)
    // systemd ignores a setting that it cannot read, and only logs that.
    guard result.exitCode == 0, !result.standardError.contains(", ignoring") else {
      throw Complaint(text: result.standardError + result.standardOutput)
    }
  }

  private func run(_ command: String) throws -> BinaryRunner.Result {
    try BinaryRunner(in: TemporaryFolder()).shell(command)
  }
}
