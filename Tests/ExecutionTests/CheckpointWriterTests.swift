import Dispatch
import Records
import Staging
import Synchronization
import TestSupport
import Testing

@testable import Execution

@Suite struct CheckpointWriterTests {
  /// What a lane waits for does not wait for what may gather, and both are one commit.
  @Test func aPauseEndsWhenSomethingIsAwaited() throws {
    let staged = try StagedRun((1...3).map { (Int64($0), false) })
    let writer = CheckpointWriter(run: staged.run, holdsRecords: true, leaseEnd: nil)
    let commits = Mutex<[[Int]]>([])
    let committed = DispatchSemaphore(value: 0)
    writer.start(
      committed: { checkpoint, _ in
        commits.withLock { $0.append(checkpoint.announced) }
        committed.signal()
      }, failed: { error in Issue.record(error) })

    writer.add(announcing(1), within: .seconds(3_600))
    // An hour later than what is pending already.
    writer.add(announcing(2), within: .seconds(7_200))
    writer.add(Checkpoint(), within: .zero)
    try #require(committed.wait(timeout: .now() + 60) == .success)
    writer.add(announcing(3), within: .seconds(3_600))
    writer.add(Checkpoint(), within: .seconds(1))
    writer.finish { [3] }
    #expect(commits.withLock { $0 } == [[1, 2], []])
    #expect(try staged.states() == [.sending, .sending, .staged])
  }

  /// A lane that has nothing to do hastens nothing when nothing is pending.
  @Test func nothingIsCommittedForNothing() throws {
    let staged = try StagedRun([(1, false)])
    let writer = CheckpointWriter(run: staged.run, holdsRecords: true, leaseEnd: nil)
    let commits = Mutex(0)
    writer.start(committed: { _, _ in commits.withLock { $0 += 1 } }, failed: { Issue.record($0) })
    writer.add(Checkpoint(), within: .zero)
    writer.finish { [] }
    #expect(commits.withLock { $0 } == 0)
  }

  private func announcing(_ row: Int) -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.announced = [row]
    return checkpoint
  }
}
