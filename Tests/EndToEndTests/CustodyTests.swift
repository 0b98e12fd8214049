import Foundation
import TestSupport
import Testing

/// A run that another user may have planted is not applied.
@Suite(.blocking) struct CustodyTests {
  private let desk: Desk

  init() throws {
    desk = try Desk(incidents: 10)
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\n3,c\n")
    try desk.call(
      desk.run("sheet.csv", "--canary", "1", "--quiet", "--on-failed", "echo >> hooked"), exits: 3)
    try FileManager.default.removeItem(atPath: desk.folder.path("hooked"))
  }

  private func refuse(_ arguments: [String], _ reason: String) throws {
    let refused = try desk.call(arguments, exits: 77)
    #expect(refused.standardError.contains(reason), "\(refused.standardError)")
    #expect(try desk.changes().count == 1)
    // Its command must not run either.
    #expect(!FileManager.default.fileExists(atPath: desk.folder.path("hooked")))
  }

  @Test(arguments: ["resume", "apply", "verify", "rollback"])
  func refusesARunThatOthersMayWriteTo(command: String) throws {
    for name in ["", "run.sqlite", "run.lock", "sent"] {
      let path = try desk.runPath(name)
      let mode: mode_t = name.isEmpty ? 0o700 : 0o600
      #expect(unsafe chmod(path, mode | 0o022) == 0)
      try refuse([command, "latest"], "users other than its owner may write to it")
      #expect(unsafe chmod(path, mode) == 0)
    }
  }

  @Test func refusesAStateFolderThatOthersMayWriteTo() throws {
    #expect(unsafe chmod(desk.stateFolder, 0o777) == 0)
    try refuse(["resume", "latest"], "users other than its owner may write to it (mode 777)")
    try refuse(desk.run("sheet.csv"), "users other than its owner may write to it (mode 777)")
    #expect(unsafe chmod(desk.stateFolder, 0o700) == 0)
    #expect(unsafe chmod(desk.stateFolder + "/locks", 0o775) == 0)
    // The run itself belongs to this user, so its command is shown.
    let refused = try desk.call(["resume", "latest"], exits: 77)
    #expect(refused.standardError.contains("users other than its owner may write to it (mode 775)"))
    #expect(try desk.changes().count == 1)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func refusesARunOfAnotherUser() throws {
    for name in ["", "run.sqlite"] {
      #expect(try unsafe chown(desk.runPath(name), 65534, 65534) == 0)
      try refuse(["resume", "latest"], "belongs to user 65534, not to this user (0)")
      #expect(try unsafe chown(desk.runPath(name), 0, 0) == 0)
    }
  }

  @Test func followsNoLinkToALock() throws {
    let target = try desk.folder.write("precious", "text")
    try FileManager.default.removeItem(atPath: desk.runPath("run.lock"))
    try FileManager.default.createSymbolicLink(atPath: desk.runPath("run.lock"), withDestinationPath: target)
    try refuse(["resume", "latest"], "run.lock: is a link")
    #expect(try desk.folder.read("precious") == "text")
  }

  @Test func leavesMetricsOutOfAFolderThatOthersMayWriteTo() throws {
    let folder = desk.folder.path("shared")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    #expect(unsafe chmod(folder, 0o777) == 0)
    let result = try desk.call(["resume", "latest", "--metrics", "\(folder)/m.prom", "--quiet"], exits: 0)
    #expect(result.standardError.contains("metrics: users other than its owner may write to it"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/m.prom"))
  }
}
