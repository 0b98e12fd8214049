import Console
import Foundation
import TestSupport
import Testing
import Yams

@testable import Runs
@testable import bulkpatch

/// The CronJob that the project ships; `make test-scale` validates its shape against Kubernetes' own schema, and
/// these tests check what it means for a run.
@Suite(.blocking) struct ClusterTests {
  private let cluster: Cluster

  init() throws { cluster = try Cluster("jobs/schedule/kubernetes.yaml") }

  @Test func twoNeverRunAtATimeAndEachTryIsAPodOfItsOwn() throws {
    #expect(
      cluster.objects.map { $0["kind"]?.string } == ["ConfigMap", "PersistentVolumeClaim", "CronJob"])
    #expect(try cluster.object("CronJob")["apiVersion"] == "batch/v1")
    #expect(try cluster.cronJob["concurrencyPolicy"] == "Forbid")
    #expect(try cluster.cronJob["schedule"]?.string?.split(separator: " ").count == 5)
    // A podFailurePolicy accepts no other.
    #expect(try cluster.pod["restartPolicy"] == "Never")
    #expect(try cluster.job["backoffLimit"]?.int ?? 0 > 0)
    // In flight at the stop: a request may take as long as the site's time-out.
    #expect(try cluster.pod["terminationGracePeriodSeconds"]?.int ?? 0 > 60)
  }

  @Test func retriesOnlyWhatMayEndDifferently() throws {
    let rules = try #require(try cluster.job["podFailurePolicy"]?["rules"]?.sequence)
    #expect(rules.count == 2)
    #expect(rules[0]["action"] == "Ignore" && rules[0]["onPodConditions"]?[0]?["type"] == "DisruptionTarget")
    let codes = try #require(rules[1]["onExitCodes"])
    #expect(rules[1]["action"] == "FailJob" && codes["operator"] == "NotIn")
    #expect(codes["containerName"] == (try cluster.container["name"]))
    let again = try #require(codes["values"]?.sequence).compactMap(\.int)
    // 137 is a kill, which is no exit code of the tool.
    #expect(
      again.filter { $0 != 137 }.compactMap { ExitCode(rawValue: Int32($0)) } == [
        .unreachable, .tryLater, .terminated,
      ])
    #expect(again.count == 4)
  }

  @Test func everyMountIsThereAndOnlyWhatHasToBeCanBeWritten() throws {
    let volumes = try #require(try cluster.pod["volumes"]?.sequence).compactMap { $0["name"]?.string }
    let mounts = try #require(try cluster.container["volumeMounts"]?.sequence)
    #expect(mounts.compactMap { $0["name"]?.string }.sorted() == volumes.sorted())
    let writable = mounts.filter { $0["readOnly"]?.bool != true }.compactMap { $0["mountPath"]?.string }
    #expect(writable.sorted() == ["/state", "/tmp"])
    let security = try #require(try cluster.container["securityContext"])
    #expect(security["readOnlyRootFilesystem"]?.bool == true)
    #expect(security["allowPrivilegeEscalation"]?.bool == false)
    #expect(try cluster.pod["securityContext"]?["runAsNonRoot"]?.bool == true)
  }

  /// The job, the site and the call as they stand, with the mounts below a folder of the test.
  @Test func itsJobRunsAsItStands() throws {
    let desk = try Desk()
    let folder = desk.folder.url.path
    func local(_ text: String) -> String {
      ["/jobs/", "/sheets/", "/secrets/", "/state/"].reduce(text) { $0.replacing($1, with: folder + $1) }
    }
    for (name, content) in try #require(try cluster.object("ConfigMap")["data"]?.mapping) {
      let text = local(content.string ?? "").replacing("https://desk.example.com", with: desk.url)
        .replacing("user: bulk.updates", with: "user: admin")
      try desk.folder.write("jobs/\(name.string ?? "")", text)
    }
    try desk.writeSheet("sheets/nightly.csv", rows: 3, incidents: 3)
    let secret = try desk.folder.write("secrets/password", "sandbox\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: secret)
    try desk.folder.write("state/.keep", "")
    var runner = desk.bulkpatch
    runner.environment = [:]
    let result = try runner.run(cluster.arguments.map(local))
    #expect(result.exitCode == 0 && result.standardOutput == "", "\(result)")
    #expect(result.standardError.contains("\"states\":{\"applied\":3"))
    #expect(try desk.changes().count == 3)
  }
}
