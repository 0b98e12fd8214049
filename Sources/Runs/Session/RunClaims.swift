package import Console
import Reports
import Sites
package import Staging

/// The user's statements about a resumed run, which nothing else can tell.
package struct RunClaims {
  /// States that the site is the same, though its address has changed (`--site-moved`).
  var isSiteMoved = false
  /// States that the run's file is an older copy and the only one left (`--restored`).
  var isRestored = false

  package init(isSiteMoved: Bool = false, isRestored: Bool = false) {
    self.isSiteMoved = isSiteMoved
    self.isRestored = isRestored
  }
}

extension RunSession {
  /// Checks that the run continues at its site once it holds data of that site's records; stores the site's new
  /// address.
  ///
  /// - Throws: `UserError` with exit code 78 that names both.
  func keepSite(isMoved: Bool) throws(UserError) {
    guard let site = plan.site else { return }
    do throws(StagingError) {
      let record = try run.record()
      guard !SiteAddress.isSameSite(record.siteURL, site.url) else { return }
      let isBound = try run.isBoundToSite()
      if !isBound || isMoved { return try run.move(to: site.name, url: site.url, isAssured: isBound) }
    } catch { throw userError(error) }
    throw try plan.otherSite(than: record())
  }
}

extension RunPlan {
  /// Returns the refusal to resume a run at a different site.
  package func otherSite(than record: RunRecord) -> UserError {
    UserError(
      .configuration, place: record.id,
      "belongs to \(record.site) (\(record.siteURL)), and would continue at \(site?.name ?? "") (\(site?.url ?? "")): "
        + "its ids and snapshots are those of the first",
      hint:
        "name the run's own site, with --site or in sites.yaml; if it is the same site at a new "
        + "address, add --site-moved")
  }
}
