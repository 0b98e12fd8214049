import Catalog
import JSON
import Records
import Staging
import Synchronization

/// Finds the steps in the run file of a rollback, on demand only: most records are as expected.
final class RollbackSteps: Sendable {
  /// The answer to a question about one attribute, which later rows of the record ask again.
  private struct Answer {
    var now: JSONValue?
    /// The row that asked.
    var asker: Int
    /// The row of the first step that knows the value; `nil` if none does.
    var step: Int?
  }

  private struct Memory {
    var answers: [RecordID: [AttributePlace: Answer]] = [:]
    var failure: StagingError?
  }

  /// The number of records whose answers are remembered; forgetting them costs only time.
  private static let recordsKept = 1_000

  private let run: RunFile
  private let resource: ResourceType
  private let memory = Mutex(Memory())

  init(of run: RunFile, _ resource: ResourceType) {
    self.run = run
    self.resource = resource
  }

  /// The reason the run file could not be read, if any: then no answer since is reliable.
  var failure: StagingError? { memory.withLock { $0.failure } }

  /// Returns the steps after a row, at its record.
  func after(_ row: StagedRow) -> StepsToCome {
    guard row.ordinal < row.recordRows else { return .none }
    return StepsToCome(
      know: { place, now, kind in self.step(after: row, knowing: now, at: place, kind) != nil },
      setRight: { companion in
        self.first(after: row) { $0.expected.companions[companion] != nil } != nil
      })
  }

  private func step(
    after row: StagedRow, knowing now: JSONValue?, at place: AttributePlace, _ kind: Field.Kind?
  ) -> Int? {
    let known = memory.withLock { $0.answers[row.recordID]?[place] }
    // Each row leaves fewer steps, so a foreign value stays foreign.
    if let known, known.now == now, known.asker <= row.number,
      known.step.map({ $0 > row.number }) ?? true
    {
      return known.step
    }
    let step = first(after: row) { $0.knows(now, at: place, kind, in: resource) }
    memory.withLock { memory in
      if memory.answers.count >= RollbackSteps.recordsKept, memory.answers[row.recordID] == nil {
        memory.answers = [:]
      }
      memory.answers[row.recordID, default: [:]][place] = Answer(now: now, asker: row.number, step: step)
    }
    return step
  }

  private func first(after row: StagedRow, where condition: (RollbackStep) -> Bool) -> Int? {
    var found: Int?
    do throws(StagingError) {
      try run.forEachStep(at: row.recordID, after: row.number) { step in
        if condition(step) { found = step.number }
        return found == nil
      }
    } catch {
      memory.withLock { $0.failure = error }
    }
    return found
  }
}

extension RollbackStep {
  /// Returns whether a value is what this step expects or leads to, as far as it survives a site.
  func knows(
    _ now: JSONValue?, at place: AttributePlace, _ kind: Field.Kind?, in resource: ResourceType
  ) -> Bool {
    values(at: place, in: resource).contains { value in
      Agreement(wanted: value, actual: now, kind: kind) == .same || value.isTidied(now, kind)
    }
  }

  private func values(at place: AttributePlace, in resource: ResourceType) -> [JSONValue] {
    let changes = resource.changes(in: patch, element: element)
    return [expected.value(at: place), changes.placed.first { $0.place == place }?.change.value]
      .compactMap(\.self)
  }
}
