import ArgumentParser
import Catalog
import Console
import Execution
import Foundation
import JSON
import Patches
import Sheets
import Sites
import Staging
import TestSupport
import Testing

@testable import Runs
@testable import bulkpatch

@Suite struct RunPlanTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func plan(
    _ argument: String, flags: [String] = [], environment: [String: String] = [:]
  ) throws -> RunPlan {
    let command = try CheckCommand.parse([argument] + flags)
    return try RunPlan(command.job.jobOrSheet, flags: command.flags, environment: environment)
  }

  private func job(_ text: String) throws -> String { try folder.write("nightly.yaml", text) }

  @Test func makesAPlanOfASheetAndFlags() throws {
    let plan = try plan(
      "in/cases.csv.gz",
      flags: [
        "--resource", "incidents", "--column", "A=b=id", "--ignore", "X", "--constant", "subject=a=b",
        "--custom-field", "customFields.c.x=number", "--delimiter", "tab", "--encoding", "latin1",
        "--null", "NULL", "--strict",
      ])
    #expect(plan.jobName == "cases")
    #expect(plan.sheet == "in/cases.csv.gz")
    #expect(plan.jobPath == nil)
    #expect(plan.isStrict)
    #expect(plan.settings.columns == ["A=b": "id"])
    #expect(plan.settings.ignored == ["X"])
    #expect(plan.settings.constants.map(\.path) == ["subject"])
    #expect(plan.settings.constants.map(\.value) == ["a=b"])
    #expect(plan.settings.customFields == ["customFields.c.x": DeclaredType(.number)])
    #expect(plan.settings.delimiter == UInt8(ascii: "\t"))
    #expect(plan.settings.encoding == .latin1)
    #expect(plan.settings.nullMarker == "NULL")
    #expect(plan.execution.lanes == 4)
  }

  @Test func declaresWhatSiteAndJobKnowBetter() throws {
    let text = """
      resource: interactions
      sheet: a.csv
      site:
        kind: fusion-cx
        url: https://pod.example
        extra_attributes: {LegacyCd: code(12), Since: date, Region_c: text(60)}
      extra_attributes: {LegacyCd: code(20), interactionReferences.Rank: integer}
      """
    let plan = try plan(try job(text), flags: ["--extra-attribute", "Score=number(4)"])
    #expect(plan.resource.field(at: "LegacyCd")?.kind == .code(maximumLength: 20))
    #expect(plan.resource.field(at: "Since")?.kind == .date)
    #expect(plan.resource.field(at: "Score")?.kind == .number(maximumDigits: 4))
    #expect(plan.resource.list(named: "interactionReferences")?.field("Rank") != nil)
    // Paths where a site's own attributes live count as such attributes.
    #expect(plan.settings.customFields == ["Region_c": DeclaredType(.text, length: 60)])
    #expect(plan.resource.customKinds == ["Region_c": .string(maximumLength: 60)])
    #expect(
      plan.mapping["extra_attributes"]?.object?.map(\.name) == [
        "LegacyCd", "Score", "Since", "interactionReferences.Rank",
      ])
    let plain = try self.plan(try job("resource: interactions\nsheet: a.csv"))
    #expect(plain.mapping["extra_attributes"] == nil)

    let error = #expect(throws: UserError.self) {
      try self.plan(try job("\(text)\ncustom_fields: {Region_c: date}"))
    }
    #expect(error?.message == "Region_c is text(60) here, and date in custom_fields")
  }

  @Test func aJobIsLockedByItsFolderWithAllLinksResolved() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("real/in"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("real/in"))
    let name = RunPlan.lockName(of: "nightly.yaml", in: folder.path("real/in"))
    for (argument, place) in [
      ("nightly.yaml", "link"), ("link/nightly.yaml", "."), ("../in/./nightly.yaml", "real/in"),
    ] {
      #expect(RunPlan.lockName(of: argument, in: folder.path(place)) == name, "\(argument) in \(place)")
    }
    #expect(RunPlan.lockName(of: "other.yaml", in: folder.path("link")) != name)
    #expect(RunPlan.lockName(of: "nightly.yaml", in: folder.path("real")) != name)
    // A folder that is gone still differs from the next one.
    #expect(RunPlan.lockName(of: "gone/a.yaml", in: "/") != RunPlan.lockName(of: "left/a.yaml", in: "/"))
    #expect(RunPlan.lockName(of: "-", in: "/") == "stdin")
  }

  @Test func longNamesOfJobsHaveLocksOfTheirOwn() throws {
    let stem = String(repeating: "weekly-reassignment-of-", count: 5)
    let locks = try ["\(stem)north.yaml", "\(stem)south.yaml", "\(String(repeating: "é", count: 90)).yaml"]
      .map {
        try RunDirectory.lockJob(
          RunPlan.lockName(of: $0, in: "/srv"), in: folder.path("state"), holder: "a test")
      }
    #expect(locks.count == 3)
  }

  @Test func flagsGoBeforeTheJob() throws {
    let path = try job(
      """
      resource: incidents
      sheet: a.csv
      strict: true
      columns: {A: id, B: subject}
      constants: {threads.append.entryType: 1, subject: x}
      ignore: [C]
      """)
    let plan = try plan(
      path,
      flags: [
        "--sheet", "b.csv", "--no-strict", "--column", "B=banner.text", "--constant", "subject=y", "--ignore",
        "D",
      ])
    #expect(plan.jobName == "nightly")
    #expect(plan.sheet == "b.csv")
    #expect(!plan.isStrict)
    #expect(plan.settings.columns == ["A": "id", "B": "banner.text"])
    #expect(plan.settings.constants.map(\.value) == ["1", "y"])
    #expect(plan.settings.ignored == ["C", "D"])
  }

  /// A kind of site that serves one resource says what the rows are.
  @Test func takesTheResourceFromTheSite() throws {
    let site = "{kind: fusion-cx, url: \"https://d\"}"
    #expect(try plan(try job("{sheet: a.csv, site: \(site)}")).resource.name == "interactions")
    try folder.write("sites.yaml", "desk: {kind: b2c-service, url: \"https://d\"}")
    let mistake = #expect(throws: UserError.self) {
      try plan(try job("{sheet: a.csv, site: \"https://d\"}"))
    }
    let names = ResourceType.all.map(\.ownName).joined(separator: ", ")
    #expect(mistake?.hint == "say what the rows are, one of: \(names)")
    #expect(try plan(try job("{sheet: a.csv, site: desk}")).resource.name == "incidents")
  }

  /// The catalogue has accounts of Fusion CX alone, and a site of B2C Service may have its own.
  @Test func takesTheAPIOfANameFromTheOverlay() throws {
    let attributes = #""id": {"type": "integer"}, "Name": {"type": "text(80)"}"#
    let path = try folder.write(
      "o.json",
      #"{"overlay": 1, "resources": {"accounts": {"api": "b2c-service", "key": "id", "attributes": {"#
        + attributes + "}}}}")
    let flags = ["--resource", "accounts", "--overlay", path]
    for site in [["--site", "https://desk.example"], []] {
      let resource = try plan("a.csv", flags: flags + site).resource
      #expect(resource.dialect == .b2cService && resource.isUnlisted && resource.field(at: "Name") != nil)
    }
    let job = try job(
      "{resource: accounts, sheet: a.csv, overlay: o.json, site: {kind: fusion-cx, url: \"https://d\"}}")
    let error = #expect(throws: UserError.self) { try plan(job) }
    #expect(error?.message == "is about accounts of b2c-service, not of fusion-cx")
  }

  @Test func takesTheSheetRelativeToTheJob() throws {
    let path = try folder.write("jobs/a.yaml", "resource: incidents\nsheet: ../b.csv")
    #expect(try plan(path).sheet == folder.path("b.csv"))
  }

  @Test func followsALinkedJobFolderToWhereItIs() throws {
    try folder.write("elsewhere/jobs/a.yaml", "")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("jobs"), withDestinationPath: folder.path("elsewhere/jobs"))
    #expect(JobFile.resolve("../b.csv", in: folder.path("jobs")) == folder.path("jobs/../b.csv"))
    #expect(JobFile.resolve("../../b.csv", in: "x/y") == "b.csv")
    #expect(JobFile.resolve("../../../b.csv", in: "x") == "../../b.csv")
    #expect(JobFile.resolve("../b.csv", in: "..") == "../../b.csv")
  }

  @Test(arguments: [
    ("resource: incidents", bulkpatch.ExitCode.configuration, "the job has no 'sheet'"),
    ("sheet: a.csv", .configuration, "the job has no 'resource'"),
    (
      "{resource: incidents, sheet: a.csv, site: nowhere}", .configuration,
      "there is no sites.yaml that could describe it"
    ),
    (
      "{resource: incidents, sheet: a.csv, site: {kind: fusion-cx, url: \"https://d\"}}", .configuration,
      "is of kind fusion-cx, but incidents are served by b2c-service"
    ),
    (
      "{resource: accounts, sheet: a.csv, site: {kind: b2c-service, url: \"https://d\"}}", .configuration,
      "is of kind b2c-service, but accounts are served by fusion-cx"
    ),
    (
      "{resource: b2c-service/accounts, sheet: a.csv, site: {kind: fusion-cx, url: \"https://d\"}}",
      .configuration, "neither the catalogue nor an overlay has a resource 'b2c-service/accounts'"
    ),
    (
      "{resource: incidents, sheet: a.csv, execution: {retries: {base: 2m}}}", .configuration,
      "the first pause of execution.retries (base) is longer than the longest (cap)"
    ),
    (
      "{resource: incidents, sheet: a.csv, csv: {datetime: yyyy-MM-dd}}", .configuration,
      "date-times of the pattern csv.datetime need a time zone"
    ),
    (
      "{resource: incidents, sheet: a.csv, site: \"http://desk.example\"}", .configuration,
      "site given as a URL: url is plain http, so anyone on the network can read the login"
    ),
  ])
  func refusesAJobThatCannotWork(text: String, code: bulkpatch.ExitCode, message: String) throws {
    let path = try job(text)
    let mistake = #expect(throws: UserError.self) { try plan(path) }
    #expect(mistake?.code == code)
    #expect(mistake?.message == message)
  }

  @Test(
    arguments: [
      (["a.csv"], "the sheet's --resource is missing"),
      (["a.csv", "--resource", "incidents", "--sheet", "b.csv"], "a sheet and --sheet name two sheets"),
      (["a.csv", "--resource", "incident"], nil),
      (["a.csv", "--resource", "incidents", "--column", "A"], "--column must be NAME=VALUE, not 'A'"),
      (["a.csv", "--resource", "incidents", "--column", "=id"], "--column must be NAME=VALUE, not '=id'"),
      (
        ["a.csv", "--resource", "incidents", "--ignore", "A", "--constant", "a=1", "--constant", "a=2"],
        "--constant is given twice for 'a'"
      ),
      (["", "--resource", "incidents"], "the name of the job or sheet is empty"),
    ] as [([String], String?)])
  func refusesACommandLineThatCannotWork(arguments: [String], message: String?) {
    let mistake = #expect(throws: UserError.self) {
      try plan(arguments[0], flags: Array(arguments.dropFirst()))
    }
    #expect(mistake?.code == .usage)
    if let message { #expect(mistake?.message == message) }
  }

  @Test func logsInToAURLFromTheEnvironment() throws {
    let flags = ["--resource", "incidents", "--site", "https://desk.example"]
    let plan = try plan("a.csv", flags: flags, environment: ["BULKPATCH_USER": "me"])
    let site = try plan.requiredSite()
    #expect(site.name == "desk.example")
    #expect(site.authentication == .basic(user: "me", password: .environment("BULKPATCH_PASSWORD")))

    let mistake = #expect(throws: UserError.self) {
      try self.plan("a.csv", flags: flags).requiredSite()
    }
    #expect(mistake?.code == .refused)
  }

  @Test func needsASiteOnlyToSend() throws {
    let plan = try plan("a.csv", flags: ["--resource", "incidents"])
    #expect(plan.site == nil)
    let mistake = #expect(throws: UserError.self) { try plan.requiredSite() }
    #expect(mistake?.code == .usage)
  }

  @Test func hashesTheMappingAndNothingElse() throws {
    let base = "resource: incidents\nsheet: a.csv\ncolumns: {A: id, B: subject}\n"
    func hash(_ text: String) throws -> String { try plan(job(text)).mappingHash }
    let original = try hash(base)
    #expect(original.count == 64)
    // The same mapping written differently, or a setting that no patch depends on.
    #expect(try hash("sheet: b.csv\nresource: incidents\ncolumns:\n  B: subject\n  A: id\n") == original)
    #expect(try hash(base + "execution: {lanes: 9}\nstrict: true\nsuppress: rules\n") == original)
    // Every setting that patches depend on.
    let others = [
      base.replacing("A: id", with: "C: id"), base + "ignore: [C]", base + "constants: {banner.text: x}",
      base + "custom_fields: {customFields.c.x: text}", base + "csv: {delimiter: ;}",
      base + "csv: {encoding: latin-1}", base + "csv: {null: NA}", base + "csv: {timezone: UTC}",
      base + "csv: {datetime: yyyy-MM-dd, timezone: UTC}", base + "attachments: {limit: 1MiB}",
      base + "rewrite_through: element", base + "format: jsonl",
    ]
    let hashes = try others.map(hash)
    #expect(Set(hashes + [original]).count == others.count + 1)
  }
}

@Suite struct PathTests {
  @Test(arguments: [
    ("in/cases.csv.GZ", "in", "cases.csv.GZ", "gz", "cases.csv"), ("a", "", "a", "", "a"),
    ("/a", "/", "a", "", "a"), ("/a/b", "/a", "b", "", "b"), (".profile", "", ".profile", "", ".profile"),
    ("x/", "x", "", "", ""), ("", "", "", "", ""), ("/", "/", "", "", ""), ("a.", "", "a.", "", "a"),
  ])
  func takesPathsApart(path: String, folder: String, name: String, ending: String, stem: String) {
    #expect(Path.folder(of: path) == folder)
    #expect(Path.name(of: path) == name)
    #expect(Path.ending(of: path) == ending)
    #expect(Path.stem(of: path) == stem)
  }

  @Test func joinsPaths() {
    #expect(Path.join("", "a") == "a")
    #expect(Path.join("x", "a") == "x/a")
    #expect(Path.join("/", "a") == "/a")
    #expect(Path.join("x", "/a") == "/a")
  }
}

@Suite struct GlobalOptionsTests {
  @Test func keepsRunsWhereXDGSays() throws {
    let options = try GlobalOptions.parse([]).options
    #expect(try options.home(environment: ["HOME": "/h"]) == "/h/.local/state/bulkpatch")
    #expect(
      try options.home(environment: ["HOME": "/h", "XDG_STATE_HOME": "/s"]) == "/s/bulkpatch")
    #expect(
      try options.home(environment: ["HOME": "/h", "XDG_STATE_HOME": "relative"])
        == "/h/.local/state/bulkpatch")
    #expect(throws: UserError.self) { try options.home(environment: [:]) }
    let named = try GlobalOptions.parse(["--state-dir", "/x"]).options
    #expect(try named.home(environment: [:]) == "/x")
  }
}
