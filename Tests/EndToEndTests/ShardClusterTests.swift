import Console
import Foundation
import TestSupport
import Testing
import Yams

/// The Indexed Job that sends the shards of a split run: what it means for them.
@Suite(.blocking) struct ShardClusterTests {
  private let cluster: Cluster

  init() throws { cluster = try Cluster("jobs/scale/kubernetes/shards.yaml") }

  private func codes(_ rule: Node) throws -> Set<Int> {
    #expect(rule["onExitCodes"]?["operator"] == "In")
    #expect(try rule["onExitCodes"]?["containerName"] == cluster.container["name"])
    return Set(try #require(rule["onExitCodes"]?["values"]?.sequence).compactMap(\.int))
  }

  @Test func eachShardIsOnePodAtATime() throws {
    #expect(cluster.objects.map { $0["kind"]?.string } == ["Job", "PersistentVolumeClaim"])
    #expect(try cluster.job["completionMode"] == "Indexed")
    // Never beside one that may still be sending.
    #expect(try cluster.job["podReplacementPolicy"] == "Failed")
    #expect(try cluster.pod["restartPolicy"] == "Never")
    #expect(try cluster.job["backoffLimitPerIndex"]?.int ?? 0 > 0)
    #expect(try cluster.job["maxFailedIndexes"] == cluster.job["completions"])
    // In flight at the stop: a request may take as long as the site's time-out.
    #expect(try cluster.pod["terminationGracePeriodSeconds"]?.int ?? 0 > 60)
    let claim = try cluster.object("PersistentVolumeClaim")["spec"]
    #expect(claim?["accessModes"]?[0] == "ReadWriteMany")
  }

  @Test func everyExitCodeHasItsConsequence() throws {
    let rules = try #require(try cluster.job["podFailurePolicy"]?["rules"]?.sequence)
    #expect(rules.map { $0["action"]?.string } == ["Ignore", "FailJob", "FailIndex"])
    #expect(rules[0]["onPodConditions"]?[0]?["type"] == "DisruptionTarget")
    #expect(try codes(rules[1]) == [3, 77])
    let tried = Set(ExitCode.allCases.map { Int($0.rawValue) }).subtracting(try codes(rules[1]))
      .subtracting(try codes(rules[2]))
    // The first four are the end of a shard, and no shard is a dry run.
    #expect(tried == [0, 1, 4, 5, 2, 11, 69, 74, 75, 130, 143])
    #expect(try codes(rules[2]).allSatisfy { ExitCode(rawValue: Int32($0)) != nil })
  }

  /// The pods' script as it stands, with the mounts below a folder of the test, for one index after the other.
  @Test func itsScriptSendsTheShards() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 30, incidents: 10)
    try desk.call(desk.run("sheet.csv", "--stage-only", "--quiet"), exits: 0)
    try desk.call(["split", "latest", "--into", "2", "--quiet"], exits: 0)
    let run = try #require(try desk.runFolders().last)
    let script = try #require(try cluster.arguments.first).replacing("/runs/", with: desk.stateFolder + "/")
      .replacing("--state-dir /tmp", with: "--state-dir \(desk.folder.path("tmp"))")
    var runner = desk.bulkpatch
    runner.environment["RUN"] = URL(fileURLWithPath: run).lastPathComponent
    for index in ["0", "1", "1"] {
      runner.environment["JOB_COMPLETION_INDEX"] = index
      let result = try runner.shell(script)
      #expect(result.exitCode == 0, "\(result)")
    }
    runner.environment["JOB_COMPLETION_INDEX"] = "7"
    #expect(try runner.shell(script).exitCode == 66)
    try desk.call(["gather", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 30])
    #expect(try desk.changes().count == 30)
  }
}
