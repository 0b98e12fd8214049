import ArgumentParser
import Console
import Reports
import Sites
import Staging

/// What a person says of a run that is taken up again, and what nothing else can tell.
struct RunClaims {
  /// That it goes on with the same site, though the address is another one (`--site-moved`).
  var isSiteMoved = false
  /// That its file is an older copy, which is all there is (`--restored`).
  var isRestored = false
  /// That its sheet is meant to be sent although it was sent before (`--again`).
  var isRepetitionMeant = false
}

/// `--again`, of every command that may be the first to send what a sheet asks for.
struct RepetitionArguments: ParsableArguments {
  @Flag(
    name: .customLong("again"),
    help: "Send a sheet that was sent before once more, with all that it adds.")
  var isMeant = false
}

/// `--site` and `--site-moved`, of every command that goes on with a run.
struct SiteArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The site, where its name or address has changed since the run was started.", valueName: "name|url"))
  var site: String?

  @Flag(
    name: .customLong("site-moved"),
    help: "Take your word that another address is the same site, with the same records.")
  var isSiteMoved = false

  /// What these flags say, to be put over what the run was started with.
  var flags: [RunRequest.Flag] { site.map { [RunRequest.Flag("site", [$0])] } ?? [] }
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
  func otherSite(than record: RunRecord) -> UserError {
    UserError(
      .configuration, place: record.id,
      "is about \(record.site) (\(record.siteURL)), and would go on at \(site?.name ?? "") (\(site?.url ?? "")): "
        + "ids and what records were before are those of the first",
      hint:
        "give the site that the run is about, with --site or in sites.yaml; if it is the same site at a new "
        + "address, add --site-moved")
  }
}
