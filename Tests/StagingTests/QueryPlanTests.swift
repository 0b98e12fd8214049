import GRDB
import Records
import Testing

@testable import Staging

/// A missing index shows only with a million rows; the plan shows it with none.
@Suite struct QueryPlanTests {
  @Test(arguments: [
    (RunFile.leaseQuery, "SEARCH row USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
    (RunFile.intents, "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
    (RunFile.outcomes, "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
    (RunFile.releases, "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
    (RunFile.canaryQuery, "USING INTEGER PRIMARY KEY (rowid>?)"),
    (RunFile.holdingQuery, "USING INDEX row_holding (record_id=? AND number<?)"),
    (RunFile.verifiableRows, "USING INDEX row_record (record_id>? AND record_id<?)"),
    (RunFile.unknownAgainInDoubt, "USING INDEX row_past_staged (state=?)"),
    (RunFile.inDoubtForGood, "USING INDEX row_past_staged (state=?)"),
    (RunFile.anotherChance(for: .blocked), "USING INDEX row_past_staged (state=?)"),
    (RunFile.anotherChanceForFailed, "SEARCH row USING INDEX row_past_staged (state=?)"),
    (RunFile.anotherChanceForFailed, "SEARCH gone USING AUTOMATIC COVERING INDEX (record_id=?)"),
    (RunFile.anotherChanceInRollback, "SEARCH row USING INDEX row_past_staged (state=?)"),
    (RunFile.failedOutOfTurnCount, "SEARCH row USING INDEX row_past_staged (state=?)"),
    (RunFile.doubtQuery, "USING INDEX row_holding (record_id=? AND number<?)"),
    (RunFile.carriedOutQuery, "USING INTEGER PRIMARY KEY (rowid<?)"),
    (RunFile.stepQuery, "USING INDEX row_record (record_id=? AND number>?)"),
    (RunFile.resolution, "USING INDEX row_unresolved (state=? AND key_attribute=? AND record_key=?)"),
    (RunFile.resolutionFailure, "USING INDEX row_unresolved (state=? AND key_attribute=? AND record_key=?)"),
    (RunFile.unresolvedAttribute, "USING INDEX row_unresolved (state=? AND key_attribute>?)"),
    (RunFile.unresolvedValues, "USING INDEX row_unresolved (state=? AND key_attribute=?)"),
  ])
  func usesTheIndexThatWasMadeForIt(_ query: String, _ step: String) throws {
    let run = try RunFixture([.update(1), .update(1), .keyed("a")])
    let plan = try run.file.read { database in
      let marks = query.count { $0 == "?" }
      let arguments = StatementArguments(Array(repeating: 1, count: marks))
      return try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(query)", arguments: arguments)
        .map { $0["detail"] as String }
    }
    #expect(plan.contains { $0.contains(step) }, "\(plan)")
    // Failed rows are few, and retried in one walk through all rows.
    let isScanned = plan.contains { $0.hasPrefix("SCAN") && $0 != "SCAN later" }
    #expect(!isScanned && !plan.contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(plan)")
  }

  /// Gathering finds the rows of a shard by their numbers, in both files.
  @Test(arguments: [RunFile.mergedRows, RunFile.mergedSnapshots, RunFile.droppedSnapshots])
  func gathersByNumber(_ statement: String) throws {
    let (run, shard) = (try RunFixture([.update(1)]), try RunFixture([.update(1)]))
    let plan = try run.file.database.inDatabase { database in
      try database.execute(sql: "ATTACH ? AS given", arguments: [shard.directory.runFile])
      return try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(statement)", arguments: [0]).map {
        $0["detail"] as String
      }
    }
    #expect(plan.contains("SEARCH lent USING PRIMARY KEY (shard=?)"), "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  /// Counting a million rows must not read what became of them.
  @Test func countsWithTheIndexAlone() throws {
    let run = try RunFixture([.update(1)])
    let plan = try run.file.read { database in
      try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(RunFile.countQuery)").map {
        $0["detail"] as String
      }
    }
    #expect(plan == ["SCAN row USING COVERING INDEX row_past_staged"])
  }
}
