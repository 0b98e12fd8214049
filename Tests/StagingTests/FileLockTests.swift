import Foundation
import Staging
import TestSupport
import Testing

/// `flock` belongs to an open descriptor, so that a second one in the same process meets it as another
/// process would.
@Suite struct FileLockTests {
  @Test func turnsAwayTheSecondAndNamesTheFirst() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run.lock")
    let first = try FileLock(path: path, holder: "pid 4711 since 09:00")
    let error = #expect(throws: StagingError.self) { _ = try FileLock(path: path, holder: "pid 2") }
    #expect(error?.kind == .locked)
    #expect(error?.description == "\(path): another run holds the lock: pid 4711 since 09:00")
    #expect(error?.hint != nil)
    #expect(FileLock.holder(of: path) == "pid 4711 since 09:00")
    withExtendedLifetime(first) {}
  }

  @Test func isFreeAsSoonAsItsHolderIsGone() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run.lock")
    do { _ = try FileLock(path: path, holder: "a holder with a long description") }
    #expect(FileLock.holder(of: path) == nil)
    let second = try FileLock(path: path, holder: "short")
    // Nothing of the former holder's text is left.
    #expect(FileLock.holder(of: path) == "short")
    withExtendedLifetime(second) {}
  }

  @Test func hasNoHolderWithoutAFile() throws {
    let folder = try TemporaryFolder()
    #expect(FileLock.holder(of: folder.path("run.lock")) == nil)
  }

  @Test func saysWhereItCannotBeMade() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("missing/run.lock")
    let error = #expect(throws: StagingError.self) { _ = try FileLock(path: path, holder: "") }
    #expect(error?.kind == .io)
    #expect(error?.description == "\(path): cannot be written: No such file or directory")
  }

  @Test func noticesWhenTheLockIsLost() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run.lock")
    let lock = try FileLock(path: path, holder: "me")
    #expect(lock.loss == nil)
    // Another process that the file system let in.
    try folder.write("run.lock.new", "somebody")
    #expect(unsafe rename(folder.path("run.lock.new"), path) == 0)
    #expect(lock.loss == "has been replaced by another file")
    try FileManager.default.removeItem(atPath: path)
    #expect(lock.loss == "is gone")

    let second = try FileLock(path: path, holder: "me again")
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.write(contentsOf: Data("somebody".utf8))
    #expect(second.loss == "has been taken by somebody")
  }

  @Test(arguments: ["link", "pipe", "open to all"])
  func takesNoFileThatAnotherUserMayHavePlaced(_ what: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run.lock")
    let target = try folder.write("target", "precious")
    switch what {
    case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    case "pipe": #expect(unsafe mkfifo(path, 0o600) == 0)
    default:
      try folder.write("run.lock", "")
      #expect(unsafe chmod(path, 0o666) == 0)
    }
    let error = #expect(throws: StagingError.self) { _ = try FileLock(path: path, holder: "me") }
    #expect(error?.kind == .foreign)
    #expect(FileLock.holder(of: path) == nil)
    #expect(try folder.read("target") == "precious")
  }

  @Test func keepsTwoRunsOfOneJobApartAndIgnoresOtherJobs() throws {
    let folder = try TemporaryFolder()
    let state = folder.url.path
    let nightly = try RunDirectory.lockJob("nightly", in: state, holder: "pid 1")
    let weekly = try RunDirectory.lockJob("weekly", in: state, holder: "pid 2")
    #expect(throws: StagingError.self) {
      _ = try RunDirectory.lockJob("nightly", in: state, holder: "pid 3")
    }
    withExtendedLifetime((nightly, weekly)) {}
  }

  @Test func isFreedWhenTheHoldingProcessIsKilled() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.lock", "the killed one")
    // A child that inherits the locked descriptor holds the lock as long as it lives.
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    #expect(flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/cat")
    child.standardInput = Pipe()
    child.standardOutput = file
    try child.run()
    try file.close()
    #expect(FileLock.holder(of: path) == "the killed one")

    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    #expect(FileLock.holder(of: path) == nil)
    _ = try FileLock(path: path, holder: "the next one")
  }
}
