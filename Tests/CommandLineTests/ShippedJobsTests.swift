import Catalog
import Foundation
import Patches
import Sheets
import Sites
import Testing

@testable import Runs
@testable import bulkpatch

/// The jobs and samples that the project ships: people copy them, so they have to be right.
@Suite struct ShippedJobsTests {
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let jobs: [String] = {
    let folder = project.appendingPathComponent("jobs").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { $0.hasSuffix(".yaml") && $0 != "sites.yaml" }
  }()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: project.appendingPathComponent(path), encoding: .utf8)
  }

  /// The row numbers, lines and rules of the rows that would be rejected, as the lines of an `.expected.csv`.
  private func rejections(_ job: String) throws -> [String] {
    let path = Self.project.appendingPathComponent("jobs/\(job)").path
    let plan = try RunPlan(path, flags: [], environment: [:])
    let isIncidents = plan.resource.dialect == .b2cService
    #expect(try plan.requiredSite().name == (isIncidents ? "sandbox" : "sandbox-fusion"))
    let source = try PatchSource(plan, spool: "")
    #expect(source.isUsable && !source.findings.contains { $0.severity == .error })
    var rejections: [String] = []
    while let (row, built) = try source.next() {
      guard built.patch == nil else { continue }
      let rule = built.findings.first { $0.severity == .error }?.rule ?? ""
      rejections.append("\(row.number),\(row.line),rejected,\(rule)")
    }
    return rejections
  }

  @Test(arguments: ["reassign-tier2", "close-stale-interactions", "interactions-with-children"])
  func thereAreThoseThatTheDemoRuns(job: String) throws {
    #expect(Self.jobs.contains("\(job).yaml"))
    #expect(try Self.text(".ci/demo").contains("run_job \(job) "))
  }

  @Test func theOneWithManyRowsSharesRequests() throws {
    let path = Self.project.appendingPathComponent("jobs/close-stale-interactions.yaml").path
    #expect(try JobFile(path: path).settings.execution.batch == .auto)
  }

  @Test(arguments: jobs) func theirRowsAreRejectedExactlyAsTheSampleSays(job: String) throws {
    let name = (job as NSString).deletingPathExtension
    let file = Self.project.appendingPathComponent("samples/\(name).expected.csv")
    // A sheet without such a file has no accidents in it.
    let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let rejected = expected.split(separator: "\n").map(String.init).filter { $0.contains(",rejected,") }
    #expect(try rejections(job) == rejected)
  }
}
