import Foundation
import Records
import Sheets
import Staging
import TestSupport
import Testing

/// The state of a run that is being sent, as known outside its run file.
@Suite struct SendingTests {
  private let run: RunFixture
  private let state: TemporaryFolder

  init() throws {
    run = try RunFixture([.update(1), .append(2), .append(3)])
    state = try TemporaryFolder()
  }

  private func mark() throws -> String { try run.folder.read("sent") }

  @Test func isKnownBesideTheRunAndInTheStateFolder() throws {
    try run.file.beginSending(in: state.url.path)
    #expect(try mark() == state.read("locks/sent/20250101T000000000Z-nightly"))
    #expect(try mark().contains("\"rows\":3,\"additions\":2,\"done\":null"))
    // Every commit counts.
    let before = try mark()
    try run.announce(run.file.commit(Checkpoint(), now: Date()))
    #expect(try mark() != before)
    #expect(try mark().utf8.count == before.utf8.count)
    try run.file.requireNewest(in: state.url.path)
  }

  @Test func knowsAnOlderCopy() throws {
    let copy = run.folder.path("copy.sqlite")
    try FileManager.default.copyItem(atPath: run.directory.runFile, toPath: copy)
    try run.file.beginSending(in: state.url.path)
    run.file.end()
    try FileManager.default.removeItem(atPath: run.directory.runFile)
    try FileManager.default.moveItem(atPath: copy, toPath: run.directory.runFile)
    let older = try RunFile(opening: run.directory)
    let error = #expect(throws: StagingError.self) { try older.requireNewest(in: state.url.path) }
    #expect(error?.kind == .outdated)
    #expect(error?.message.hasPrefix("is older than what was sent from it: sending began at ") == true)
  }

  @Test func acceptsAnOlderCopyWhenTheUserSaysSo() throws {
    try run.file.beginSending(in: state.url.path)
    let text = try mark().replacing(/\{"commits": +/, with: "{\"commits\":1000")
    for path in [run.folder.path("sent"), state.path("locks/sent/20250101T000000000Z-nightly")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    #expect(throws: StagingError.self) { try run.file.requireNewest(in: state.url.path) }
    #expect(try run.file.restore(in: state.url.path) == 2)
    #expect(try run.states() == [.staged, .unknown, .unknown])
    try run.file.requireNewest(in: state.url.path)
    #expect(try run.file.restore(in: state.url.path) == nil)
  }

  @Test func findsTheSheetsThatWereSent() throws {
    func sent() -> [String] {
      SendingMark.sent(in: state.url.path) { mark in mark.sheet?.sha256 == "ab" && mark.mappingSHA256 == "5a"
      }.map(
        \.run)
    }
    #expect(sent().isEmpty)
    try run.file.beginSending(in: state.url.path)
    #expect(sent() == ["20250101T000000000Z-nightly"])
    #expect(SendingMark.sent(in: state.url.path) { _ in false }.isEmpty)
  }

  @Test func announcesNothingOnceItsFileIsLost() throws {
    #expect(run.file.loss == nil)
    try FileManager.default.removeItem(atPath: run.directory.runFile)
    var checkpoint = Checkpoint()
    checkpoint.announced = [1]
    let error = #expect(throws: StagingError.self) { _ = try run.file.commit(checkpoint) }
    #expect(error?.kind == .lost)
    #expect(try run.states() == [.staged, .staged, .staged])
  }

  @Test func isBoundToItsSiteOnceThatWasAsked() throws {
    #expect(try !run.file.isBoundToSite())
    try run.announce(Lease(rows: [], blocked: 0, last: 0, isExhausted: true))
    #expect(try !run.file.isBoundToSite())
    try run.announce(run.lease(1))
    #expect(try run.file.isBoundToSite())
    try run.file.move(to: "new", url: "https://new.example", isAssured: true)
    let record = try run.file.record()
    #expect(record.site == "new")
    #expect(record.siteMoves.map(\.fromURL) == ["http://127.0.0.1:8080"])
  }
}
