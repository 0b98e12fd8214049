package import Console
import Reports
import Sites
package import Staging

/// What a person says of a run that is taken up again, and what nothing else can tell.
package struct RunClaims {
  /// That it goes on with the same site, though the address is another one (`--site-moved`).
  var isSiteMoved = false
  /// That its file is an older copy, which is all there is (`--restored`).
  var isRestored = false

  package init(isSiteMoved: Bool = false, isRestored: Bool = false) {
    self.isSiteMoved = isSiteMoved
    self.isRestored = isRestored
  }
}

extension RunSession {
  /// Makes sure that the run goes on at its site, once anything of it is about that site's records; notes where the site
  /// is by now.
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
    throw try plan.otherSite(than: directory.readRecord())
  }
}

extension RunPlan {
  /// The refusal to go on with a run at another site than it is about.
  package func otherSite(than record: RunRecord) -> UserError {
    UserError(
      .configuration, place: record.id,
      "is about \(record.site) (\(record.siteURL)), and would go on at \(site?.name ?? "") (\(site?.url ?? "")): "
        + "ids and what records were before are those of the first",
      hint:
        "give the site that the run is about, with --site or in sites.yaml; if it is the same site at a new "
        + "address, add --site-moved")
  }
}
