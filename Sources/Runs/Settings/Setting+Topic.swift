package import Console

extension HelpTopic {
  /// The topic `job-keys`: every key of a job file with its flag.
  package static let jobKeys = HelpTopic(
    name: "job-keys", abstract: "The keys of a job file, and the flag of each, which wins.",
    columns: ["key", "flag", "value", "meaning"],
    sections: Setting.groups.map { group in
      Section(
        group.title,
        rows: group.settings.map {
          [$0.key.joined(separator: "."), "--\($0.flag)", $0.expected, $0.help]
        })
    })

  /// The topic `site-keys`: every key of a site in `sites.yaml`.
  package static let siteKeys = HelpTopic(
    name: "site-keys", abstract: "The keys of a site in sites.yaml.",
    columns: ["key", "sites", "value", "meaning"],
    sections: [Section(rows: SiteKey.all.map { [$0.path, $0.sites, $0.expected, $0.help] })])
}
