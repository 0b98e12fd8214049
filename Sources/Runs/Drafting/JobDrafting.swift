package import Catalog
package import Console
import Foundation
import JSON
import Sheets
import Sites
package import Staging

/// Drafts a job from a sheet or for a resource, and writes it beside the sheet.
package struct JobDrafting {
  package let argument: String
  /// The path of the job to write.
  package let path: String
  private let settings: JobSettings
  private let known: SitesFile
  private let environment: [String: String]

  /// - Throws: `UserError`: 64 for an argument or a flag that cannot be, or for a job that exists already.
  package init(
    _ argument: String, output: String?, flags: [RunRequest.Flag], environment: [String: String]
  ) throws(UserError) {
    settings = try JobSettings(flags)
    self.argument = argument
    self.environment = environment
    guard argument != "-" else {
      throw UserError(.usage, "a job needs a sheet that it can name", hint: "save the sheet to a file first")
    }
    guard !JobFile.isJob(argument) else {
      throw UserError(.usage, place: argument, "is a job already", hint: "give the sheet")
    }
    let folder = JobDrafting.isResource(argument) ? "" : Path.folder(of: argument)
    path = output ?? Path.join(folder, RunPlan.name(ofSheet: argument) + ".yaml")
    known = SitesFile(folder: Path.folder(of: path), environment: environment)
    guard !FileManager.default.fileExists(atPath: path) else {
      throw UserError(
        .usage, place: path, "exists already", hint: "name another file with --output, or move it away")
    }
  }

  /// The resource that the argument names in place of a sheet.
  package var resourceAlone: ResourceType? {
    guard JobDrafting.isResource(argument) else { return nil }
    var settings = settings
    settings.resource = ResourceName(argument)
    return try? resources(settings).first
  }

  /// Returns whether an argument can be the name of a resource, such as `fusion-cx/contacts`.
  private static func isResource(_ argument: String) -> Bool {
    // A custom object is named like a file, and more likely one that is missing.
    guard let name = ResourceName(argument), !name.isCustomObject else { return false }
    return !FileManager.default.fileExists(atPath: argument)
  }

  /// Reads the sheet.
  ///
  /// - Throws: `UserError`: 66 if there is no such file, 65 if it cannot be read.
  package func profile() throws(UserError) -> SheetProfile {
    var options = SheetOptions()
    (options.format, options.delimiter, options.encoding) = (
      settings.format, settings.delimiter, settings.encoding
    )
    options.allowsEmpty = true
    return try SheetProfile(of: argument, options: options) { UserError($0) }
  }

  /// Returns the resources that the rows may be of: as said, as the site serves them, or by their columns.
  ///
  /// - Throws: `UserError` with exit code 78 if a site's file is wrong.
  package func resources(of profile: SheetProfile) throws(UserError) -> [ResourceType] {
    let possible = try resources(settings)
    guard possible.count > 1 else { return possible }
    let certain = possible.filter { resource in
      resource.alternateKeys.contains { name in
        guard case .string(_, let pattern?)? = resource.field(at: name)?.kind else { return false }
        return profile.columns.contains { $0.matches(pattern) }
      }
    }
    if !certain.isEmpty { return certain }
    let guesses = possible.map {
      (resource: $0, found: ColumnGuesses(profile, of: $0).found.values.map(\.path))
    }
    let named = guesses.filter { $0.found.contains($0.resource.key) }
    if named.count == 1 { return [named[0].resource] }
    // One column more may be chance.
    let sorted = guesses.sorted { $0.found.count > $1.found.count }
    return sorted[0].found.count > sorted[1].found.count + 1 ? [sorted[0].resource] : possible
  }

  /// A site that no file has yet says nothing.
  private func resources(_ settings: JobSettings) throws(UserError) -> [ResourceType] {
    var settings = settings
    if unknownSite != nil { settings.site = nil }
    return try RunPlan.resources(settings, in: known)
  }

  /// Returns the names of the site, to tell columns by their cells; `nil` if no site is known that can be asked.
  ///
  /// - Throws: `UserError`: 69, 75, 77 or 78 for the site's trouble.
  package func vocabulary(of resource: ResourceType) throws(UserError) -> SiteVocabulary? {
    guard settings.site != nil, unknownSite == nil,
      var site = try RunPlan.site(settings.site, in: known, of: nil, resource: resource, environment),
      site.kind == resource.dialect, site.authentication != nil
    else { return nil }
    site.startCommands(in: WorkingFolder.path)
    let named = try RunPlan.resource(resource, of: site).overlaid(asNamedBy: site)
    return try SiteVocabulary(of: named, at: site.open(named))
  }

  /// Returns the resource with the attributes and titles of the site's overlay, if it names one.
  ///
  /// - Throws: `UserError`: 66, 74 or 78 if the site's file or the overlay cannot be used.
  package func overlaid(_ resource: ResourceType) throws(UserError) -> ResourceType {
    guard settings.site != nil, unknownSite == nil,
      let site = try RunPlan.site(settings.site, in: known, of: nil, resource: resource, environment)
    else { return resource }
    return try resource.overlaid(asNamedBy: site)
  }

  /// The name of a site that no file has yet.
  package var unknownSite: String? {
    guard case .named(let name)? = settings.site, !known.has(name) else { return nil }
    return name
  }

  /// Writes a site beside the job; its password is in the environment.
  ///
  /// - Throws: `UserError` with exit code 74 if it cannot be written.
  package func addSite(_ name: String, _ resource: ResourceType, url: String, user: String) throws(UserError)
    -> String
  {
    let file = Path.join(Path.folder(of: path), "sites.yaml")
    let before = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    let text = """
      \(YAML.scalar(name)):
        kind: \(resource.dialect.rawValue)
        url: \(YAML.scalar(url))
        auth: {basic: {user: \(YAML.scalar(user)), password: {env: BULKPATCH_PASSWORD}}}

      """
    try write(before + (before.isEmpty || before.hasSuffix("\n") ? "" : "\n") + text, to: file)
    return file
  }

  /// Writes the job.
  ///
  /// - Throws: `UserError` with exit code 74 if it cannot be written.
  package func write(_ draft: JobDraft) throws(UserError) {
    let folder = Path.folder(of: path)
    let sheet =
      folder == Path.folder(of: argument)
      ? Path.name(of: argument) : RunRequest.absolute(argument, in: WorkingFolder.path)
    try write(draft.text(sheet: sheet, site: siteLine(draft.resource)), to: path)
  }

  /// Writes a job for a resource, with the attributes that people ask for most as comments.
  ///
  /// - Throws: `UserError` with exit code 74 if it cannot be written.
  package func write(_ resource: ResourceType) throws(UserError) {
    let columns = resource.titles.sorted { $0.key < $1.key }.map { path, titles in
      "  # \(YAML.scalar(titles.first ?? path)): \(path)\n"
    }
    try write(
      """
      # A job for \(resource.name); 'bulkpatch resources \(resource.ownName)' lists every attribute.
      resource: \(resource.ownName)
      sheet: \(resource.name).csv
      \(siteLine(resource))
      # What the sheet calls the attributes; a header that is an attribute's own name needs no line.
      columns:
        \(YAML.scalar(resource.titles[resource.key]?.first ?? resource.key)): \(resource.key)
      \(columns.filter { !$0.hasSuffix(": \(resource.key)\n") }.joined())
      """, to: path)
  }

  private func siteLine(_ resource: ResourceType) -> String {
    switch settings.site {
    case .url(let url)?: return "site: \(YAML.scalar(url))"
    case .named(let name)? where known.has(name): return "site: \(YAML.scalar(name))"
    case .named(let name)?:
      return """
        # site: \(YAML.scalar(name))  # in no sites.yaml yet; write there:
        #   \(YAML.scalar(name)):
        #     kind: \(resource.dialect.rawValue)
        #     url: https://…
        #     auth: {basic: {user: NAME, password: {env: BULKPATCH_PASSWORD}}}
        """
    case .settings?, nil: return "# site: NAME  # a name in sites.yaml, or the site's URL"
    }
  }

  private func write(_ text: String, to path: String) throws(UserError) {
    do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw UserError(
        .inputOutput, place: path, "cannot be written", hint: "check the folder, and who may write there")
    }
  }
}

extension SitesFile {
  /// Returns whether a file that can be read has a site of this name.
  fileprivate func has(_ name: String) -> Bool { readableSites.contains { $0.name == name } }
}

extension RunPlan {
  /// Returns lines for the job about columns that no attribute is known for; `nil` if the sheet cannot be read again.
  ///
  /// - Parameter path: the sheet, or the copy of standard input.
  package func jobLines(for headers: Set<String>, in path: String) -> String? {
    guard let profile = try? SheetProfile(of: path, options: sheetOptions, for: { UserError($0) }) else {
      return nil
    }
    return JobDraft(profile, of: resource).lines(for: headers)
  }
}
