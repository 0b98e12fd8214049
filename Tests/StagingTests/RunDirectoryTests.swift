import Foundation
import Staging
import TestSupport
import Testing

@Suite struct RunDirectoryTests {
  private let noon = Date(timeIntervalSince1970: 1_735_732_800)

  private func mode(_ path: String) throws -> Int? {
    (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
  }

  @Test func namesRunsByTimeAndJobAndNeverTwice() throws {
    let folder = try TemporaryFolder()
    let state = folder.path("state/runs")
    let made = try (0..<20).map { _ in try RunDirectory.make(in: state, job: "night shift", now: noon) }
    #expect(made[0].id == "20250101T120000000Z-night-shift")
    #expect(Set(made.map(\.id)).count == 20)
    // A run made later sorts after those made before, whatever its job is called.
    #expect(made.map(\.id) == made.map(\.id).sorted())
    let later = try RunDirectory.make(in: state, job: "a", now: noon + 60)
    #expect(made.allSatisfy { $0.id < later.id })
  }

  @Test func sortsANewRunAfterEveryOneThereIsWhateverTheClockSays() throws {
    let folder = try TemporaryFolder()
    let state = folder.path("state")
    func begin(_ directory: RunDirectory) throws {
      try Data().write(to: URL(fileURLWithPath: directory.runFile))
    }
    let first = try RunDirectory.make(in: state, job: "z", now: noon)
    try begin(first)
    for earlier in [0, 0.001, 3600, 86_400 * 400] as [Double] {
      let newest = try RunDirectory.find("latest", in: state)
      let next = try RunDirectory.make(in: state, job: "a", now: noon - earlier)
      try begin(next)
      #expect(newest.id < next.id)
      #expect(try RunDirectory.find("latest", in: state) == next)
    }
    // A folder with another form of name is not the newest because of that.
    try folder.write("state/zzz-copy/run.sqlite", "")
    #expect(try RunDirectory.find("latest", in: state).id.hasPrefix("20250101"))
  }

  @Test(arguments: [
    ("reassign-tier2", "reassign-tier2"), ("../../etc/passwd", "------etc-passwd"), ("", "run"),
    ("añb c", "a-b-c"), (String(repeating: "x", count: 300), String(repeating: "x", count: 60)),
  ])
  func makesAFileNameOfAnyJob(_ job: String, _ name: String) throws {
    let folder = try TemporaryFolder()
    let directory = try RunDirectory.make(in: folder.url.path, job: job, now: noon)
    #expect(directory.id == "20250101T120000000Z-\(name)")
  }

  @Test func keepsItsFoldersToTheOwner() throws {
    let folder = try TemporaryFolder()
    let directory = try RunDirectory.make(in: folder.path("state"), job: "j", now: noon)
    #expect(try mode(directory.path) == 0o700)
    #expect(try mode(folder.path("state")) == 0o700)
    let lock = try RunDirectory.lockJob("j", in: folder.path("state"), holder: "pid 1")
    #expect(try mode(folder.path("state/locks/j.lock")) == 0o600)
    withExtendedLifetime(lock) {}
  }

  @Test func findsARunByTheBeginningOfItsIdAndAsTheNewestOfAJob() throws {
    let folder = try TemporaryFolder()
    let state = folder.path("state")
    let runs = try ["a", "b", "a", "a-rollback"].enumerated().map { index, job in
      let run = try RunDirectory.make(in: state, job: job, now: noon + Double(index) * 3_600)
      try Data().write(to: URL(fileURLWithPath: run.runFile))
      return run
    }
    #expect(try RunDirectory.find("20250101T13", in: state) == runs[1])
    #expect(try RunDirectory.find("latest:a", in: state) == runs[2])
    #expect(try RunDirectory.find("latest:b", in: state) == runs[1])
    #expect(try RunDirectory.find("latest:a-rollback", in: state) == runs[3])
    for (name, message) in [
      ("2025", "4 runs begin like that, such as \(runs[1].id), \(runs[2].id), \(runs[3].id)"),
      ("latest:c", "there is no run of that job in \(state)"),
      ("20250102", "there is no such run in \(state)"), ("", "there is no such run in \(state)"),
    ] {
      let error = #expect(throws: StagingError.self) { try RunDirectory.find(name, in: state) }
      #expect(error?.message == message)
      #expect(error?.kind == .notFound)
    }
  }

  /// Who is on call may have another user's runs to look after, or those of a service.
  @Test(arguments: ["latest", "latest:nightly", "2025"]) func namesOtherFoldersThatHoldRuns(name: String)
    throws
  {
    let folder = try TemporaryFolder()
    let other = folder.path("homes/bea/.local/state/bulkpatch")
    let run = try RunDirectory.make(in: other, job: "nightly", now: noon)
    try Data().write(to: URL(fileURLWithPath: run.runFile))
    try FileManager.default.createDirectory(
      atPath: folder.path("homes/ana"), withIntermediateDirectories: true)
    let error = #expect(throws: StagingError.self) {
      try RunDirectory.find(name, in: folder.path("empty"), environment: ["HOME": folder.path("homes/ana")])
    }
    #expect(error?.hint?.hasPrefix("\(other) holds 1 run") == true)
    #expect(error?.hint?.hasSuffix("add --state-dir \(other)") == true)
  }

  @Test func findsARunByIdByFolderAndAsTheLatest() throws {
    let folder = try TemporaryFolder()
    let state = folder.url.path
    let old = try RunDirectory.make(in: state, job: "old", now: noon)
    let new = try RunDirectory.make(in: state, job: "new", now: noon + 1)
    for directory in [old, new] { try Data().write(to: URL(fileURLWithPath: directory.runFile)) }
    // A folder whose run never began, and the locks, are no runs.
    _ = try RunDirectory.make(in: state, job: "empty", now: noon + 2)
    _ = try RunDirectory.lockJob("j", in: state, holder: "")

    #expect(RunDirectory.all(in: state) == [old, new])
    #expect(try RunDirectory.find("latest", in: state) == new)
    #expect(try RunDirectory.find(old.id, in: state) == old)
    #expect(try RunDirectory.find(old.path, in: "/nowhere") == old)
  }

  @Test func saysWhichRunIsMissing() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: StagingError.self) {
      _ = try RunDirectory.find("20250101", in: folder.url.path, environment: [:])
    }
    #expect(error?.kind == .notFound)
    #expect(error?.description == "20250101: there is no such run in \(folder.url.path)")
    #expect(error?.hint == "'bulkpatch runs' lists them")

    let none = #expect(throws: StagingError.self) {
      _ = try RunDirectory.find("latest", in: folder.path("never-used"))
    }
    #expect(none?.message == "there is no run yet")
  }

  @Test func saysThatTheStateFolderIsNoFolder() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("state", "a file, not a folder")
    let error = #expect(throws: StagingError.self) {
      _ = try RunDirectory.make(in: file, job: "j", now: noon)
    }
    #expect(error?.kind == .io)
    #expect(error?.description == "\(file): the state folder cannot be written to")
    #expect(error?.hint == "check its owner and the space left, or choose another with --state-dir")
  }

  @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
  func saysThatTheStateFolderIsReadOnly() throws {
    let folder = try TemporaryFolder()
    let state = folder.path("state")
    try FileManager.default.createDirectory(
      atPath: state, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o500])
    let error = #expect(throws: StagingError.self) {
      _ = try RunDirectory.make(in: state, job: "j", now: noon)
    }
    #expect(error?.description == "\(state): the state folder cannot be written to")
  }

  @Test func readsTheTimesItWrites() throws {
    let text = Timestamp.text(Date(timeIntervalSince1970: 1_735_732_800.25))
    #expect(text == "2025-01-01T12:00:00.250Z")
    #expect(Timestamp.date(text) == Date(timeIntervalSince1970: 1_735_732_800.25))
    #expect(Timestamp.date("yesterday") == nil)
  }

  @Test func removesARunUnlessAProcessHoldsIt() throws {
    let folder = try TemporaryFolder()
    let state = folder.path("state")
    let directory = try RunDirectory.make(in: state, job: "j", now: noon)
    try Data().write(to: URL(fileURLWithPath: directory.runFile))
    let lock = try FileLock(path: directory.lockFile, holder: "somebody")
    #expect(try directory.remove(holder: "me") == false)
    #expect(RunDirectory.all(in: state) == [directory])
    lock.release()
    #expect(try directory.remove(holder: "me"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: state).isEmpty)
  }

  @Test func ignoresAHalfRemovedRun() throws {
    let folder = try TemporaryFolder()
    try folder.write("state/.removed-20250101T120000000Z-j/run.sqlite", "")
    #expect(RunDirectory.all(in: folder.path("state")).isEmpty)
    RunDirectory.finishRemoving(in: folder.path("state"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("state")).isEmpty)
  }
}
