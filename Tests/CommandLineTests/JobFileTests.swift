import Catalog
import Console
import Foundation
import Patches
import Sheets
import Sites
import TestSupport
import Testing

@testable import Runs
@testable import bulkpatch

@Suite struct JobFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func job(_ text: String) throws -> JobFile {
    try JobFile(path: folder.write("jobs/nightly.yaml", text))
  }

  private func mistake(_ text: String) throws -> UserError? {
    let path = try folder.write("jobs/nightly.yaml", text)
    do {
      _ = try JobFile(path: path)
      return nil
    } catch { return error }
  }

  @Test func readsEveryKey() throws {
    let job = try job(
      """
      resource: incidents
      sheet: ../samples/reassign-tier2.csv
      site: sandbox
      columns:
        Incident: id
        Assign to: assignedTo.account
      ignore: [Requested by, No]
      constants:
        threads.append.entryType: 1
        subject: no
      custom_fields: {customFields.c.region: text, customFields.c.score: number}
      format: csv
      csv: {delimiter: ";", encoding: latin-1, null: "<null>", datetime: "dd-MM-yyyy HH:mm", timezone: Europe/Paris}
      attachments: {limit: 5MiB}
      rewrite_through: element
      strict: true
      suppress: [rules, external-events]
      execution:
        lanes: 16
        retries: {attempts: 3, base: 500ms, cap: 2m}
        stop_after: {failures: 50, failure_rate: 5%}
        rate: 600/min
        breaker: {failures: 7, patience: 10m}
        on_failure: continue
        until: 06:00
        max_duration: 2h
      keep: {runs: 30, days: 90}
      on: {finished: "touch done", failed: mail}
      """)
    let settings = job.settings
    #expect(job.name == "nightly")
    #expect(settings.resource?.name == "incidents")
    #expect(settings.sheet == folder.path("samples/reassign-tier2.csv"))
    #expect(settings.site == .named("sandbox"))
    #expect(settings.columns == ["Incident": "id", "Assign to": "assignedTo.account"])
    #expect(settings.ignored == ["Requested by", "No"])
    #expect(settings.constants.map(\.path) == ["threads.append.entryType", "subject"])
    #expect(settings.constants.map(\.value) == ["1", "no"])
    #expect(
      settings.customFields == [
        "customFields.c.region": DeclaredType(.text), "customFields.c.score": DeclaredType(.number),
      ])
    #expect(settings.format == .csv)
    #expect(settings.delimiter == UInt8(ascii: ";"))
    #expect(settings.encoding == .latin1)
    #expect(settings.nullMarker == "<null>")
    #expect(settings.dateTimeFormat == "dd-MM-yyyy HH:mm")
    #expect(settings.timeZone?.identifier == "Europe/Paris")
    #expect(settings.attachmentLimit == 5 << 20)
    #expect(settings.rewriteThrough == .element)
    #expect(settings.isStrict == true)
    #expect(settings.suppressed == [.rules, .externalEvents])
    #expect(
      settings.execution
        == ExecutionRequest(
          lanes: 16, rate: 10, breakerFailures: 7, breakerPatience: .seconds(600), attempts: 3,
          base: .milliseconds(500), cap: .seconds(120), stopAfterFailures: 50,
          stopAfterFailureRate: 0.05, onFailure: .continue, until: .timeOfDay(hour: 6, minute: 0),
          maximumDuration: .seconds(7_200)))
    #expect(settings.keep == KeepRule(runs: 30, days: .at(90)))
    #expect(settings.hooks == HookCommands(finished: "touch done", failed: "mail"))
  }

  @Test(
    arguments: [
      ("resorce: incidents", 1, "unknown key 'resorce'", "did you mean 'resource'?"),
      (
        "resource: incidents\ncsv:\n  delimeter: ;", 3, "unknown key 'csv.delimeter'",
        "did you mean 'csv.delimiter'?"
      ),
      (
        "execution:\n  retries:\n    atempts: 3", 3, "unknown key 'execution.retries.atempts'",
        "did you mean 'execution.retries.attempts'?"
      ),
      (
        "execution: {lanes: 500}", 1, "'execution.lanes' must be a whole number from 1 to 128, not '500'", nil
      ),
      (
        "\nexecution: {lanes: [1]}", 2, "'execution.lanes' must be a whole number from 1 to 128, not a list",
        nil
      ),
      (
        "execution: 4", 1,
        "'execution' must be a mapping with the keys lanes, rate, …, not a single value", nil
      ),
      (
        "execution:", 1, "'execution' must be a mapping with the keys lanes, rate, …, not a single value",
        nil
      ),
      ("strict: perhaps", 1, "'strict' must be true or false, not 'perhaps'", nil),
      ("lanes: 8", 1, "unknown key 'lanes'", "it belongs elsewhere: write execution: {lanes: …}"),
      (
        "csv:\n  columns: {a: id}", 2, "unknown key 'csv.columns'",
        "'columns' belongs at the top level of the file, not below 'csv'"
      ),
      (
        "execution: {failures: 3}", 1, "unknown key 'execution.failures'",
        "it belongs elsewhere: write execution: {stop_after: {failures: …}} or execution: {breaker: {failures: …}}"
      ),
      (
        "stop_after_failures: 3", 1, "unknown key 'stop_after_failures'",
        "it belongs elsewhere: write execution: {stop_after: {failures: …}}"
      ),
      (
        "url: https://desk.example", 1, "unknown key 'url'",
        "it describes a site: put it into sites.yaml, or below 'site'"
      ),
      ("csv: {datetime: DD/MM/YYYY}", 1, nil, "did you mean 'dd/MM/yyyy'?"),
      ("csv: {datetime: 'dd.mm.yyyy hh:mm'}", 1, nil, "did you mean 'dd.MM.yyyy HH:mm'?"),
      ("sheet:", 1, "'sheet' must be a text that is not empty, not nothing", nil),
      (
        "resource: incidents/771", 1,
        "'resource' must be the name of a resource, such as incidents, or fusion-cx/contacts where two have it, not 'incidents/771'",
        nil
      ),
      (
        "suppress: [rules,\n  events]", 2,
        "each of 'suppress' must be one of rules, external-events, not 'events'", nil
      ),
      ("custom_fields:\n  customFields.c.x: float", 2, nil, nil),
      ("strict: true\nstrict: false", 1, "the key 'strict' is given more than once", "keep the one you mean"),
      (
        "columns:\n  1: id\n  \"1\": subject", 2, "the key '1' is given more than once",
        "keep the one you mean"
      ),
      (
        "columns: {Incident: [id]}", 1, "'columns.Incident' must be a text that is not empty, not a list", nil
      ),
      ("columns:\n  [a]: id", 2, "a key must be a plain text", nil),
      ("<<: {strict: true}", 1, "unknown key '<<'", nil),
    ] as [(String, Int, String?, String?)])
  func namesTheLineAndTheKeyOfAMistake(text: String, line: Int, message: String?, hint: String?) throws {
    let mistake = try #require(try mistake(text))
    #expect(mistake.code == .configuration)
    #expect(mistake.place == "\(folder.path("jobs/nightly.yaml")):\(line)")
    if let message { #expect(mistake.message == message) }
    if let hint { #expect(mistake.hint == hint) }
  }

  @Test(arguments: [
    "a: b: c", "\tresource: incidents", "[unclosed", "- a list", "just text", "", "a: *nobody", "a: \u{0}",
    "--- 1\n--- 2", "{a: 1", "&a [*a]", "%YAML 9.9\n---\na: b", "\"\\x\"", "? {a: b}\n: c",
  ])
  func endsBrokenYAMLWithOneSentence(text: String) throws {
    let mistake = try #require(try mistake(text))
    #expect(mistake.code == .configuration)
    #expect(mistake.place?.hasPrefix(folder.path("jobs/nightly.yaml")) == true)
  }

  @Test func survivesDeepNesting() throws {
    let mistake = try #require(try mistake("site: " + String(repeating: "[", count: 100_000)))
    #expect(mistake.code == .configuration)
  }

  @Test func survivesAnyOneByteChanged() throws {
    let text = Array("resource: incidents\nexecution: {lanes: 4, retries: {base: 1s}}\nignore: [a]\n".utf8)
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      var bytes = text
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      let path = try folder.write("changed.yaml", bytes)
      do { _ = try JobFile(path: path) } catch {
        #expect(error.code == .configuration, "seed \(seed), bytes \(bytes)")
      }
    }
  }

  @Test func namesAMissingFile() {
    let path = folder.path("none.yaml")
    #expect(throws: UserError(.noSuchFile, place: path, "no such job file", hint: "check the path")) {
      try JobFile(path: path)
    }
  }

  @Test func refusesAFolderAndAHugeFile() throws {
    #expect(throws: UserError.self) { try JobFile(path: folder.url.path) }
    let huge = try folder.write("huge.yaml", String(repeating: "#", count: 256 << 10 + 1))
    #expect(throws: UserError.self) { try JobFile(path: huge) }
  }

  /// As a mapping key it would be compared in full, which would take far too long.
  @Test func refusesAliasesThatMultiply() throws {
    let lines = (1...60).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    let path = try folder.write("laughs.yaml", "a0: &a0 x\n\(lines)? *a60\n: 1\n")
    let error = #expect(throws: UserError.self) { try JobFile(path: path) }
    #expect(error?.message == "has more than 32 aliases (*name)")
    #expect(try job("resource: incidents\nsuppress: &a rules\n").settings.suppressed == [.rules])
  }

  @Test func readsASiteInTheJobItself() throws {
    let job = try job(
      """
      site:
        kind: b2c-service
        url: http://127.0.0.1:8080/
        auth: {basic: {user: admin, password: {file: secrets/password}}}
      """)
    guard case .settings(let site)? = job.settings.site else {
      Issue.record("no site")
      return
    }
    #expect(site.url == "http://127.0.0.1:8080")
    #expect(site.name == "127.0.0.1:8080")
    #expect(
      site.authentication
        == .basic(user: "admin", password: .file(folder.path("jobs/secrets/password"))))
  }

  @Test func takesAURLForASite() throws {
    #expect(try job("site: https://desk.example").settings.site == .url("https://desk.example"))
  }

  @Test func doesNotExpandVariables() throws {
    #expect(try job("sheet: ${HOME}/a.csv").settings.sheet?.hasSuffix("${HOME}/a.csv") == true)
  }
}
