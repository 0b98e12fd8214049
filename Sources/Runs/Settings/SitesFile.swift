import Catalog
import Console
import Foundation
import Patches
import Sites

/// The sites that a name can mean: those of `sites.yaml` next to the job, then the user's own.
package struct SitesFile {
  /// The folder of the job; the working folder when a sheet is given without one.
  var folder: String
  var environment: [String: String]

  /// The files with sites, nearest first.
  var paths: [String] {
    [JobFile.resolve("sites.yaml", in: folder), userPath].compactMap { $0 }
  }

  private var userPath: String? {
    let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return (configuration ?? home.map { $0 + "/.config" }).map { $0 + "/bulkpatch/sites.yaml" }
  }

  /// The environment variables that sites take secrets from; `nil` if a file or site cannot be read.
  var secretVariables: Set<String>? {
    let sites = sites
    guard !sites.contains(nil) else { return nil }
    return sites.reduce(into: []) { $0.formUnion($1?.secretVariables ?? []) }
  }

  /// The sites that can be read, of all files.
  var readableSites: [SiteSettings] { sites.compactMap { $0 } }

  /// Every site of every file; `nil` for each file, or site in it, that cannot be read.
  private var sites: [SiteSettings?] {
    paths.filter { FileManager.default.fileExists(atPath: $0) }.flatMap { path -> [SiteSettings?] in
      guard let file = try? SettingsFile(path: path, kind: "site file") else { return [nil] }
      return file.root.entries.map { entry in
        guard let mapping = try? file.root.mapping(entry.key, "a mapping") else { return nil }
        return try? SiteSettings(mapping, name: entry.key, folder: file.folder)
      }
    }
  }

  /// Returns the mapping of the named site, with its file; `nil` if no file has it.
  ///
  /// - Throws: `UserError` with exit code 78 for a file that cannot be read.
  func mapping(named name: String) throws(UserError) -> (file: SettingsFile, mapping: SettingsMapping)? {
    for path in paths where FileManager.default.fileExists(atPath: path) {
      let file = try SettingsFile(path: path, kind: "site file")
      if let mapping = try file.root.mapping(name, "a mapping with the keys kind, url, auth, …") {
        return (file, mapping)
      }
    }
    return nil
  }

  /// Returns the settings of a site that a file or the job describes; `nil` for a URL, which describes nothing.
  ///
  /// - Throws: as `site(named:)`.
  func site(of reference: SiteReference?) throws(UserError) -> SiteSettings? {
    switch reference {
    case .named(let name)?: try site(named: name)
    case .settings(let site)?: site
    case .url?, nil: nil
    }
  }

  /// Returns the settings of the named site.
  ///
  /// - Throws: `UserError` with exit code 78 if no file has the name (with the nearest one), or if its settings are
  ///   wrong.
  func site(named name: String) throws(UserError) -> SiteSettings {
    var known: [String] = []
    var read: [String] = []
    if let (file, mapping) = try mapping(named: name) {
      return try SiteSettings(mapping, name: name, folder: file.folder)
    }
    for path in paths where FileManager.default.fileExists(atPath: path) {
      let file = try SettingsFile(path: path, kind: "site file")
      known += file.root.entries.map(\.key)
      read.append(path)
    }
    guard !read.isEmpty else {
      throw UserError(
        .configuration, place: "site '\(name)'", "there is no sites.yaml that could describe it",
        hint: "write one at \(paths.joined(separator: " or ")), or give the site's URL")
    }
    let advice =
      NearestNames.hint(for: name, among: known)
      ?? "known sites: \(known.joined(separator: ", "))"
    throw UserError(
      .configuration, place: read.joined(separator: " and "), "there is no site '\(name)'", hint: advice)
  }
}

extension SitesFile {
  /// Creates the list of sites that a job file can name.
  ///
  /// - Parameter job: the job file; `nil` for the working folder.
  package init(besideJob job: String?, environment: [String: String]) {
    self.init(folder: job.map(Path.folder) ?? "", environment: environment)
  }

  /// The names of all sites, for completions; a file that cannot be read has none.
  package var names: [String] {
    paths.flatMap { path in
      (try? SettingsFile(path: path, kind: "site file"))?.root.entries.map(\.key) ?? []
    }
  }
}
