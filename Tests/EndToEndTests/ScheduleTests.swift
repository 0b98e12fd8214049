import ArgumentParser
import Console
import Foundation
import TestSupport
import Testing

@testable import Runs
@testable import bulkpatch

/// The schedules that the project ships: people copy them and then look away, so they have to be right.
@Suite(.blocking) struct ScheduleTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("jobs/schedule")

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// The window of the schedules, and one that is open whenever the tests run.
  private static let (night, always) = ("--window 22:00-06:00", "--window 00:00-24:00")

  /// The settings of a unit file, in order.
  private func settings(_ unit: String) throws -> [(name: String, value: String)] {
    try text("systemd/\(unit)").split(separator: "\n").compactMap { line in
      guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { return nil }
      return (String(line[..<equals]), String(line[line.index(after: equals)...]))
    }
  }

  private func setting(_ name: String, of unit: String) throws -> String {
    try #require(try settings(unit).first { $0.name == name }?.value, "\(name)")
  }

  /// The lines of the crontab that start something: when, and what.
  private func entries() throws -> [(times: [String], command: String)] {
    try text("crontab").split(separator: "\n").compactMap { line in
      guard !line.hasPrefix("#"), !line.contains(/^[A-Z_]+=/) else { return nil }
      let words = line.split(separator: " ", maxSplits: 5).map(String.init)
      return (Array(words.prefix(5)), words.count == 6 ? words[5].trimmingCharacters(in: .whitespaces) : "")
    }
  }

  /// The arguments of every call of the tool in these files.
  private func calls() throws -> [[String]] {
    var calls = try entries().compactMap { entry -> [String]? in
      guard let start = entry.command.range(of: "bulkpatch run ") else { return nil }
      return words(String(entry.command[start.lowerBound...]))
    }
    calls.append(words(try setting("ExecStart", of: "bulkpatch@.service")))
    calls.append(["bulkpatch"] + (try Cluster("jobs/schedule/kubernetes.yaml").arguments))
    return calls.map { Array($0.dropFirst()) }
  }

  /// Blanks within double quotes do not separate arguments.
  private func words(_ line: String) -> [String] {
    line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, piece in
      index.isMultiple(of: 2) ? piece.split(separator: " ").map(String.init) : [String(piece)]
    }
  }

  @Test func everyCallIsOneThatTheToolUnderstands() throws {
    let calls = try calls()
    #expect(calls.count == 4)
    for call in calls {
      let command = try #require(try Bulkpatch.parseAsRoot(call) as? RunCommand)
      #expect(command.global.isQuiet && call.contains("--continue"), "\(call)")
      // Without it nothing would be sent, as there is no terminal.
      #expect(command.confirmation.isKnown, "\(call)")
      #expect(call.contains("--log-format"), "\(call)")
      // Every option accepts its value.
      #expect(throws: Never.self, "\(call)") {
        _ = try command.flags.checked()
        _ = try command.lock.timeToWait()
        _ = try Form<LogFormat>.word.value(ofFlag: "log-format", command.logging.format)
      }
    }
  }

  // MARK: crontab

  @Test func theCrontabHasFiveTimesAndACommandInEachLine() throws {
    let entries = try entries()
    #expect(entries.count == 2)
    let ranges = [0...59, 0...23, 1...31, 1...12, 0...7]
    for entry in entries {
      #expect(entry.times.count == 5 && !entry.command.isEmpty)
      for (field, range) in zip(entry.times, ranges) {
        for part in field.split(separator: ",") {
          let step = part.split(separator: "/")
          #expect(step.count <= 2 && (step.count < 2 || Int(step[1]).map { $0 > 0 } == true), "\(field)")
          let ends = step[0].split(separator: "-").map { Int($0) }
          let isRange = (1...2).contains(ends.count) && ends.allSatisfy { $0.map(range.contains) == true }
          #expect(step[0] == "*" || isRange, "\(field)")
        }
      }
      // Unescaped, it would end the command and begin its standard input.
      #expect(!entry.command.replacing("\\%", with: "").contains("%"))
    }
  }

  @Test(
    .enabled("there is no crontab that checks a file without installing it") { try Checker.crontab.isThere() }
  )
  func cronItselfTakesTheCrontab() throws {
    try Checker.crontab.check(Self.folder.appendingPathComponent("crontab").path)
  }

  @Test func itsNightlyLineRunsAsItStands() throws {
    let desk = try Desk()
    try desk.writeSheet("srv/in/sheet.csv", rows: 3, incidents: 3)
    try desk.folder.write(
      "srv/jobs/nightly.yaml", "resource: incidents\nsheet: ../in/sheet.csv\nsite: \(desk.url)\n")
    for name in ["log", "metrics"] { try desk.folder.write("\(name)/.keep", "") }
    let command = try #require(try entries().first).command
      .replacing("/srv/bulkpatch", with: desk.folder.path("srv"))
      .replacing("/var/log/bulkpatch", with: desk.folder.path("log"))
      .replacing("/var/lib/node_exporter", with: desk.folder.path("metrics"))
      .replacing("\\%", with: "%").replacing(Self.night, with: Self.always)
    let result = try desk.bulkpatch.shell(command)
    #expect(result.exitCode == 0 && result.standardOutput == "" && result.standardError == "", "\(result)")
    #expect(try desk.counts() == ["applied": 3])
    #expect(try desk.folder.read("log/nightly.log").contains("\"event\":\"run.finished\""))
    let metrics = try MetricsText(parsing: desk.folder.read("metrics/nightly.prom"))
    #expect(metrics.value("bulkpatch_last_run_exit_code") == 0)
  }

  // MARK: systemd

  @Test func theServiceTakesEveryExitCodeForWhatItIs() throws {
    let good = try setting("SuccessExitStatus", of: "bulkpatch@.service").split(separator: " ").compactMap {
      Int32($0)
    }
    #expect(good.compactMap(ExitCode.init) == [.windowClosed, .terminated])
    let again = try setting("RestartForceExitStatus", of: "restart.conf").split(separator: " ").compactMap {
      Int32($0)
    }
    #expect(again.compactMap(ExitCode.init) == [.unreachable, .tryLater])
    // A oneshot service may not restart.
    #expect(try setting("Type", of: "bulkpatch@.service") == "exec")
    let name = try setting("OnFailure", of: "bulkpatch@.service").replacing("%i", with: "")
    #expect(
      FileManager.default.fileExists(atPath: Self.folder.appendingPathComponent("systemd/\(name)").path))
    // In flight at the stop: a request may take as long as the site's time-out.
    #expect(try Int(setting("TimeoutStopSec", of: "bulkpatch@.service")).map { $0 > 60 } == true)
  }

  @Test func theServicesCommandRunsAsItStands() throws {
    let desk = try Desk()
    try desk.writeSheet("jobs/sheet.csv", rows: 3, incidents: 3)
    try desk.folder.write("jobs/nightly.yaml", "resource: incidents\nsheet: sheet.csv\nsite: desk\n")
    let credential = try setting("LoadCredential", of: "bulkpatch@.service").prefix { $0 != ":" }
    try desk.folder.write(
      "jobs/sites.yaml",
      "desk:\n  kind: b2c-service\n  url: \(desk.url)\n  auth: {basic: {user: admin, password: {credential: \(credential)}}}\n"
    )
    try desk.folder.write("credentials/\(credential)", "sandbox\n")
    // The folder that StateDirectory= creates.
    for name in try setting("StateDirectory", of: "bulkpatch@.service").split(separator: " ") {
      try desk.folder.write("lib/\(name)/.keep", "")
    }
    var runner = desk.bulkpatch
    runner.environment = ["CREDENTIALS_DIRECTORY": desk.folder.path("credentials")]
    let command = try setting("ExecStart", of: "bulkpatch@.service")
      .replacing("/usr/local/bin/", with: "").replacing("/etc/bulkpatch", with: desk.folder.url.path)
      .replacing("%i", with: "nightly").replacing("%S", with: desk.folder.path("lib"))
      .replacing(Self.night, with: Self.always)
    let result = try runner.shell(command)
    #expect(result.exitCode == 0 && result.standardOutput == "", "\(result)")
    let metrics = try MetricsText(parsing: desk.folder.read("lib/bulkpatch/metrics/nightly.prom"))
    #expect(metrics.value("bulkpatch_rows", ["state": "applied"]) == 3)
  }

  @Test(.enabled("there is no systemd-analyze") { try Checker.systemd.isThere() })
  func systemdItselfTakesTheUnits() throws {
    let folder = try TemporaryFolder()
    for unit in ["bulkpatch@.service", "bulkpatch@.timer", "bulkpatch-failed@.service"] {
      // A command that is not installed here is not the unit's fault.
      try folder.write(unit, text("systemd/\(unit)").replacing("/usr/local/bin/bulkpatch", with: "/bin/sh"))
      try Checker.systemd.check(folder.path(unit))
    }
    // The drop-in applies to the instance that it is made for.
    try folder.write("bulkpatch@hourly.service", folder.read("bulkpatch@.service"))
    try folder.write("bulkpatch@hourly.service.d/restart.conf", text("systemd/restart.conf"))
    try Checker.systemd.check(folder.path("bulkpatch@hourly.service"))
    // The check itself can fail.
    try folder.write(
      "bulkpatch@wrong.service",
      folder.read("bulkpatch@.service").replacing("Type=exec", with: "Type=oneshot"))
    try folder.write("bulkpatch@wrong.service.d/restart.conf", text("systemd/restart.conf"))
    #expect(throws: Checker.Complaint.self) {
      try Checker.systemd.check(folder.path("bulkpatch@wrong.service"))
    }
    try folder.write(
      "bulkpatch-slip@.service", folder.read("bulkpatch@.service").replacing("=strict", with: "=strickt"))
    #expect(throws: Checker.Complaint.self) {
      try Checker.systemd.check(folder.path("bulkpatch-slip@.service"))
    }
  }

  // MARK: logrotate

  @Test func theLogsThatCronWritesAreRotated() throws {
    let logs = try entries().map { entry in
      try #require(entry.command.firstMatch(of: /--log (\S+)/)).1
    }
    #expect(logs.allSatisfy { $0.hasPrefix("/var/log/bulkpatch/") && $0.hasSuffix(".log") })
    #expect(try text("logrotate").contains("\n/var/log/bulkpatch/*.log {\n"))
  }

  @Test(.enabled("there is no logrotate") { try Checker.logrotate.isThere() })
  func logrotateItselfTakesItsFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "logrotate", text("logrotate").replacing("    su bulkpatch bulkpatch\n", with: ""))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try Checker.logrotate.check(path)
  }
}
