import Catalog
package import Console
import Foundation
package import Sites
package import Staging

extension RunSession {
  /// Records in the run who works on it from now on, and why.
  ///
  /// - Throws: `UserError` with exit code 74.
  func sign(_ command: String) throws(UserError) {
    let call = CallRecord(
      at: Timestamp.now, command: command, user: CallRecord.user, host: CallRecord.host,
      siteLogin: plan.site?.authentication?.login, reason: plan.settings.reason,
      toolVersion: Program.version, requestTimeout: plan.site?.requestTimeout)
    do throws(StagingError) { try run.note(call) } catch { throw userError(error) }
  }
}

extension RunRecord {
  /// Stores the plan's reason and job.
  mutating func note(_ plan: RunPlan, in folder: String) {
    reason = plan.settings.reason
    jobPath = plan.jobPath.map { Path.join(folder, $0) }
    jobText = plan.jobText
    overlay = plan.overlay?.text
    additionsSHA256 = plan.additionsHash
  }
}

extension RunPlan {
  /// Checks that there is a reason, if the site requires one.
  ///
  /// - Parameter record: the record of a resumed run, which may have one.
  /// - Throws: `UserError` with exit code 64.
  package func requireReason(orThatOf record: RunRecord? = nil) throws(UserError) {
    guard let site, site.requiresReason, settings.reason == nil, record?.reason == nil else { return }
    throw UserError(
      .usage, place: "site '\(site.name)'", "nothing is sent without a reason (require_reason)",
      hint: purpose.hasSheet && record == nil
        ? "say why with --reason TEXT, or with the key 'reason' of the job" : "say why with --reason TEXT")
  }
}

extension Authentication {
  /// The identity of the login, without any secret.
  package var login: String {
    switch self {
    case .basic(let user, _): user
    case .bearer: "a bearer token"
    case .session: "a session token"
    }
  }
}

extension CallRecord {
  /// The user who calls the tool, as the system knows them; behind `sudo`, the original user.
  static var user: String {
    let name = NSUserName()
    guard let caller = ProcessInfo.processInfo.environment["SUDO_USER"], !caller.isEmpty, caller != name
    else {
      return name
    }
    return "\(name) (sudo by \(caller))"
  }

  /// The machine's own name, without a network query.
  static var host: String {
    var bytes = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// `ana@desk-01`.
  static var person: String { "\(user)@\(host)" }
}
