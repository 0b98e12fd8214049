import Catalog
package import Console
import Execution
import Records
package import Sites
package import Staging

/// The rows of a rollback, made from its source run.
///
/// The last row comes first, so that several rows of one record unwind step by step.
package final class RollbackSource {
  private let file: RunFile
  private let resource: ResourceType
  private let scope: RollbackScope
  private let builder: RollbackBuilder
  /// The search for appended threads, if they are retracted.
  private var appended: AppendedElements?
  private let connection: (any SiteConnection)?

  private var before = Int.max
  private var page: [(row: CarriedOutRow, changes: PatchChanges, isReadBack: Bool)] = []
  private var found: [Int: [AppendedElement]] = [:]
  private var number = 0
  private var ahead: RollbackRow?

  /// The number of rows read together, along with their records.
  private static let pageSize = 500

  /// The site could not be asked about the threads to retract.
  struct LookFailed: Error {
    var outcome: Outcome

    /// Returns the failure in words, with a hint for when its cause is fixed.
    package func userError(hint: String) -> UserError {
      let (code, fact): (ExitCode, String) =
        switch outcome {
        case .loginRefused: (.refused, "the login was refused")
        case .retryLater(_, let refusal) where refusal.status != nil:
          (.tryLater, "the site does not serve requests now")
        case .retryLater, .unknown: (.unreachable, "the site cannot be reached")
        case .refused, .conflict, .foreign, .applied, .unchanged:
          (.configuration, "the threads cannot be read")
        }
      guard let refusal = outcome.refusal else { return UserError(code, "\(fact): no answer", hint: hint) }
      return UserError(code, fact, of: refusal, hint: hint)
    }
  }

  /// Opens the source run.
  ///
  /// - Parameters:
  ///   - site: asked only about threads to retract.
  ///   - stateFolder: the call's state folder; the run may be elsewhere.
  /// - Throws: `UserError` with exit code 74 if the run's file cannot be read, or is an older copy.
  package init(_ plan: RunPlan, _ scope: RollbackScope, site: any Site, in stateFolder: String)
    throws(UserError)
  {
    do throws(StagingError) {
      try scope.source.requireCustody()
      file = try RunFile(reading: scope.source)
      try file.requireOwnRows()
      try file.requireNewest(in: scope.source.home(else: stateFolder))
    } catch { throw UserError(error) }
    self.scope = scope
    resource = plan.resource
    builder = RollbackBuilder(resource: plan.resource, retractText: scope.retractText)
    appended = scope.retractText.map { AppendedElements(resource: plan.resource, retractText: $0) }
    connection = scope.retractText == nil ? nil : site.makeConnection()
    connection?.keep(to: QuestionTurnstile(plan.execution.questionThrottle) { nil })
  }

  /// Returns the next row; `nil` at the end.
  ///
  /// - Throws: `StagingError`, `LookFailed`.
  package func next() throws -> RollbackRow? {
    if let row = ahead {
      ahead = nil
      return row
    }
    while true {
      if page.isEmpty { guard try turn() else { return nil } }
      let source = page.removeFirst()
      guard scope.contains(source.row),
        let row = builder.build(
          source.row, source.changes, number: number + 1, appended: found[source.row.number] ?? [],
          isReadBack: source.isReadBack)
      else { continue }
      number += 1
      return row
    }
  }

  /// Returns whether there is nothing to roll back.
  ///
  /// - Throws: `UserError` if the run cannot be read, or the site cannot be asked.
  package func isEmpty() throws(UserError) -> Bool {
    do { if ahead == nil { ahead = try next() } } catch let error as StagingError {
      throw UserError(error)
    } catch let failure as LookFailed {
      throw failure.userError(hint: "then roll the run back again: nothing was sent")
    } catch {
      throw UserError(.internalError, "\(error)")
    }
    return ahead == nil
  }

  /// Reads the next page; returns `false` at the end.
  private func turn() throws -> Bool {
    let rows = try file.carriedOutRows(before: before, limit: RollbackSource.pageSize)
    let readBack = resource.isUnlisted ? try file.rowsReadBack(among: rows.map(\.number)) : []
    page = rows.map { row in
      (
        row, resource.changes(inText: row.patch, element: row.element),
        !resource.isUnlisted || readBack.contains(row.number)
      )
    }
    guard let last = page.last else { return false }
    before = last.row.number
    found = [:]
    if let connection {
      // Rows outside the scope too, because they bound the elements that the others can have made.
      let (exchange, found) =
        appended?.find(page.map { ($0.row, $0.changes) }, through: connection) ?? (
          Exchange(outcome: .applied), [:]
        )
      guard case .applied = exchange.outcome else { throw LookFailed(outcome: exchange.outcome) }
      self.found = found
    }
    return true
  }
}
