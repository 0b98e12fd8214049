import ArgumentParser
import Catalog
import Console
import JSON
import Reports
import Runs
import Sites

/// The command `bulkpatch ping --site S`: asks a site some harmless questions, and says what it answers.
struct PingCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "ping", abstract: "Test a site: address, TLS, login, permissions, API, pace and clock.")

  static let manual = Manual(
    examples: [
      "bulkpatch ping --site production": "is everything right before the first job",
      "bulkpatch ping --site https://desk.example --resource incidents":
        "a site that no sites.yaml describes yet",
      "bulkpatch ping --site production --json | jq .clock_difference_ms": "one fact for a program",
    ],
    notes: """
      Only reads, over the same connection as a run, and asks each question once. The lines:
        address      where the site is, and which API answers there
        tls          the certificate that was verified, and its last day
        login        the account, and whether the site accepts it
        permissions  what the account may do; 'not known' where only a write would show it
        api          the version of the API
        pace         the pause that the site asks for between two requests
        clock        how far the site's clock is from this machine's
      """,
    exitCodes: [(.success, "the site answers, and accepts the login")]
      + [.usage, .unreachable, .inputOutput, .tryLater, .refused, .configuration].map { ($0, $0.meaning) })

  @OptionGroup(title: "Site") var site: SettingArguments<PingSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let choice = try SiteChoice(site.given, readsOverlay: false)
    let site = try choice.makeSite()
    let facts = site.makeConnection().facts()
    let error = UserError(facts.check.outcome, at: site.location)
    let output = Output.standardOutput()
    let report = PingReport(site: choice.site, location: site.location, facts: facts, error: error)
    if global.wantsJSON {
      output.write(report.json.text(.indented(2)) + "\n")
    } else if !global.isQuiet {
      output.write(report.text)
    }
    try output.finish()
    guard let error else { return }
    Output.toStandardError(error.text)
    throw error.code
  }
}

/// The answers of a site, for people and for programs.
private struct PingReport {
  let site: SiteSettings
  let location: String
  let facts: SiteFacts
  let error: UserError?

  private var account: String { site.authentication?.login ?? "no login" }

  private var isAccepted: Bool? {
    switch facts.check.outcome {
    case .applied: true
    case .loginRefused: false
    default: nil
    }
  }

  /// One line for each fact that is known.
  var text: String {
    var table = TextTable([.left, .left])
    table.append(["address", "\(location) (\(site.kind.rawValue))"])
    if let certificate = facts.certificate {
      let names = "\(certificate.subject), issued by \(certificate.issuer)"
      table.append(["tls", "verified: \(names), valid until \(certificate.expires)"])
    } else if !location.hasPrefix("https:") {
      table.append(["tls", "none: plain http"])
    }
    if let isAccepted { table.append(["login", "\(account), \(isAccepted ? "accepted" : "refused")"]) }
    guard error == nil else { return table.text() }
    let permissions = facts.permissions.map { permission in
      "\(permission.name): \(permission.isGiven.map { $0 ? "yes" : "no" } ?? "not known")"
    }
    table.append(["permissions", permissions.joined(separator: ", ")])
    table.append(["api", facts.version])
    table.append(["pace", pace])
    table.append(["clock", clock])
    return table.text()
  }

  private var pace: String {
    guard let pause = facts.check.nextRequestAfter else { return "not stated by the site" }
    let milliseconds = pause.wholeMilliseconds
    guard milliseconds > 0 else { return "no pause asked for" }
    return "\(milliseconds) ms between requests asked for, at most \(max(1, 1000 / milliseconds))/s on a lane"
  }

  private var clock: String {
    guard let difference = facts.clockDifference else { return "not stated by the site" }
    let milliseconds = difference.wholeMilliseconds
    guard milliseconds != 0 else { return "the same as here" }
    let seconds = "\(abs(milliseconds) / 1000).\(abs(milliseconds) % 1000 / 100) s"
    return "\(seconds) \(milliseconds > 0 ? "ahead of" : "behind") this machine's"
  }

  var json: JSONObject {
    var json: JSONObject = [
      "site": .string(site.name), "address": .string(location), "kind": .string(site.kind.rawValue),
      "login": .object(["as": .string(account), "accepted": isAccepted.map(JSONValue.bool) ?? .null]),
    ]
    json["tls"] = facts.certificate.map {
      ["subject": .string($0.subject), "issuer": .string($0.issuer), "expires": .string($0.expires)]
    }
    if error == nil {
      json["permissions"] = .object(
        JSONObject(facts.permissions.map { ($0.name, $0.isGiven.map(JSONValue.bool) ?? .null) }))
      json["api"] = .string(facts.version)
      json["next_request_after_ms"] =
        facts.check.nextRequestAfter.map { .integer($0.wholeMilliseconds) } ?? .null
      json["clock_difference_ms"] = facts.clockDifference.map { .integer($0.wholeMilliseconds) } ?? .null
    }
    json["error"] = error.map { .object($0.details) }
    json["exit_code"] = .integer(Int64((error?.code ?? .success).rawValue))
    return json
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
