package import Catalog
package import Console
import Execution
import Foundation
import JSON
import Patches
import Sheets
package import Sites
package import Staging

/// A job ready to be carried out: job file, flags and site file combined, complete and checked.
package struct RunPlan {
  /// The job file's name without its extension; without a job file, the sheet's.
  var jobName: String
  /// The job file, when there is one.
  var jobPath: String?
  /// The job file's current text.
  var jobText: String?
  package var resource: ResourceType
  /// The sheet's path as seen from the working folder; `-` is standard input.
  package var sheet: String
  /// The site; `nil` if none was named, which only a command that sends nothing allows.
  package var site: SiteSettings?
  package var suppressed: Set<Suppression>
  var isStrict: Bool
  /// The largest number of records that a sheet may touch to be sent.
  var maxRecords: Int? { settings.execution.maxRecords }
  /// The number of records after which the run stops for a review.
  var canary: Int? { settings.execution.canary }
  /// Indicates that the records are read back at the end.
  ///
  /// Those of a resource that only the site describes always are: a rollback restores what was read back.
  var verifies: Bool { settings.execution.verifies ?? resource.isUnlisted }
  var execution: ExecutionSettings
  /// The settings of job and flags combined; the options of sheet and patches come from them.
  package var settings: JobSettings
  /// What the job rewrites in the threads of records.
  var rewriting: TextRewriting?
  /// The files with secrets of this site and of other known sites.
  var secretFiles: [String]
  /// The purpose of the run.
  package var purpose = Purpose.update
  /// The request as the run stores it.
  package var request: RunRequest
  /// What the site adds to the catalogue: from its file for a new run, and as it was then for any other.
  package var overlay: ResourceOverlay?
  /// Everything on which overlay and catalogue, or job, disagree.
  package var disagreements: [Disagreement] = []

  /// The file for node_exporter with the job's metrics, if any.
  var metricsPath: String? { settings.metricsPath.map { RunRequest.absolute($0, in: request.folder) } }

  package var readsStandardInput: Bool { sheet == "-" }

  /// Indicates that the rows are records of a query.
  package var selectsRows: Bool { settings.selectedWhere != nil || settings.selectedColumns != nil }

  /// Indicates that the rows are first copied into a file of ours.
  package var isSpooled: Bool { readsStandardInput || selectsRows }

  /// Makes the plan for an argument `JOB|SHEET` and its flags.
  ///
  /// - Parameters:
  ///   - folder: the working folder of that argument; a sheet's `sites.yaml` and the commands belong there.
  ///   - overlay: where the overlay comes from.
  /// - Throws: `UserError`: 64 if the command line asks for something impossible, 66 if the job file does not exist,
  ///   78 if job or site file is wrong.
  package init(
    _ argument: String, in folder: String = WorkingFolder.path, flags: [RunRequest.Flag],
    overlay: OverlaySource = .file, environment: [String: String]
  ) throws(UserError) {
    let given = try JobSettings(flags)
    guard !argument.isEmpty else { throw UserError(.usage, "the name of the job or sheet is empty") }
    let job = JobFile.isJob(argument) ? try JobFile(path: argument) : nil
    if job == nil, given.sheet != nil {
      throw UserError(
        .usage, place: argument, "a sheet and --sheet name two sheets",
        hint: "leave --sheet out; it replaces the sheet of a job file")
    }
    var settings = job?.settings ?? JobSettings()
    try settings.take(flags)
    if job == nil { settings.sheet = argument }
    let request = RunRequest(
      source: RunRequest.absolute(argument, in: folder), folder: folder, flags: flags.settled(in: folder))
    try self.init(settings, of: job, asked: request, overlay: overlay, environment: environment)
  }

  /// What stands for the sheet of a query.
  private static let selectedSheet = "select"

  /// Makes the plan of a request.
  ///
  /// - Parameter resource: what the rows are, in place of what the settings name.
  /// - Throws: as `init(_:in:flags:environment:)`.
  init(
    _ settings: JobSettings, of job: JobFile? = nil, asked request: RunRequest,
    overlay source: OverlaySource = .file, resource given: ResourceType? = nil, environment: [String: String]
  ) throws(UserError) {
    let isSelected = settings.selectedWhere != nil || settings.selectedColumns != nil
    guard settings.sheet == nil || !isSelected else {
      throw UserError(
        .configuration, place: job?.path, "'select' and 'sheet' are two sources of rows",
        hint: "leave one of them out")
    }
    guard let sheet = settings.sheet ?? (isSelected ? RunPlan.selectedSheet : nil) else {
      throw UserError(
        .configuration, place: job?.path, "the job has no 'sheet'",
        hint: "add the key, or give the sheet with --sheet, or 'select' records")
    }
    // A file beside a sheet named here is shown relative to this folder.
    let folder = request.folder == WorkingFolder.path ? "" : request.folder
    let known = SitesFile(folder: job?.folder ?? folder, environment: environment)
    let possible: [ResourceType]
    do throws(UserError) {
      possible = if let given { [given] } else { try RunPlan.resources(settings, in: known, overlay: source) }
    } catch {
      guard let job, error.code == .usage else { throw error }
      throw UserError(.configuration, place: "\(job.path): resource", error.message, hint: error.hint)
    }
    // Jobs and runs of the time when an API had one resource do not say what their rows are: it was the first.
    guard let resource = possible.first, possible.allSatisfy({ $0.dialect == resource.dialect }) else {
      throw UserError(
        job == nil ? .usage : .configuration, place: job?.path ?? sheet,
        job == nil ? "the sheet's --resource is missing" : "the job has no 'resource'",
        hint: "say what the rows are, one of: \(possible.map(\.ownName).joined(separator: ", "))")
    }
    self.settings = settings
    self.request = request
    jobPath = job?.path
    jobText = job?.text
    jobName = job?.name ?? RunPlan.name(ofSheet: sheet)
    self.sheet = sheet
    self.resource = resource
    suppressed = settings.suppressed
    isStrict = settings.isStrict ?? false
    execution = ExecutionSettings(settings.execution)
    site = try RunPlan.site(settings.site, in: known, of: job, resource: resource, environment)
    site?.startCommands(in: request.folder)
    secretFiles = ([site].compactMap { $0 } + known.readableSites).flatMap {
      $0.secretFiles(environment, in: request.folder)
    }
    try check(place: job?.path)
    if let site { self.resource = try RunPlan.resource(resource, of: site) }
    try declareExtraAttributes()
    try applyOverlay(source)
    try applyOwnKey()
    try applyUnlistedRules()
    execution.conditions = try conditions()
    rewriting = try readRewriting()
    execution.completion = try completion()
  }

  /// Returns the site, for a command that sends.
  ///
  /// - Throws: `UserError` with exit code 64 if none was named, or 77 if it was given as a URL and the environment
  ///   has no login for it.
  package func requiredSite() throws(UserError) -> SiteSettings {
    guard let site else {
      throw UserError(
        jobPath == nil ? .usage : .configuration, place: jobPath ?? sheet, "no site is named",
        hint: "name one with --site NAME or --site URL, or with the key 'site' of the job")
    }
    if case .url = settings.site, site.authentication == nil { throw .noLogin(site) }
    return site
  }

  /// Returns the site, ready to connect; sends nothing yet.
  ///
  /// - Throws: `UserError`: as `requiredSite`; 78 if its settings are wrong, 77 if a secret is not available.
  ///
  /// - Parameter keepingBodies: keeps requests and answers for a log.
  package func makeSite(keepingBodies: Bool = false) throws(UserError) -> any Site {
    var settings = try requiredSite()
    settings.keepsBodies = keepingBodies
    return try settings.open(resource, suppress: suppressed)
  }

  private func check(place: String?) throws(UserError) {
    guard execution.retry.base <= execution.retry.cap else {
      throw UserError(
        place == nil ? .usage : .configuration, place: place,
        "the first pause of execution.retries (base) is longer than the longest (cap)",
        hint: "make base shorter or cap longer")
    }
    if let folder = settings.attachmentFolder {
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
      else {
        throw UserError(
          place == nil ? .usage : .configuration, place: place,
          "attachments.folder is not an existing folder: '\(folder)'", hint: "check the path")
      }
    }
    guard settings.dateTimeFormat == nil || settings.timeZone != nil else {
      throw UserError(
        place == nil ? .usage : .configuration, place: place,
        "date-times of the pattern csv.datetime need a time zone",
        hint: "add csv.timezone, or --timezone, such as Europe/Paris")
    }
    if let site, site.kind != resource.dialect { throw .otherKind(site, resource) }
    guard suppressed.isEmpty || resource.dialect == .b2cService else {
      throw UserError(
        .configuration, place: place, "'suppress' has no effect on \(resource.dialect.rawValue)",
        hint: "remove it: only b2c-service can switch its reactions off")
    }
  }

  /// Returns the settings of a referenced site; `nil` for no reference.
  static func site(
    _ reference: SiteReference?, in known: SitesFile, of job: JobFile?, resource: ResourceType,
    _ environment: [String: String]
  ) throws(UserError) -> SiteSettings? {
    guard case .url(let url)? = reference else { return try known.site(of: reference) }
    var site: SiteSettings
    do throws(SiteError) {
      site = try SiteSettings(name: nil, kind: resource.dialect, url: url)
    } catch {
      throw UserError(
        job == nil ? .usage : .configuration, place: job?.path, error.message, hint: error.hint)
    }
    if let user = environment["BULKPATCH_USER"], !user.isEmpty {
      site.authentication = .basic(user: user, password: .environment("BULKPATCH_PASSWORD"))
    }
    return site
  }

  /// Returns `nightly` for `in/nightly.csv.gz`.
  static func name(ofSheet path: String) -> String {
    guard path != "-" else { return "stdin" }
    return Path.stem(of: Path.ending(of: path) == "gz" ? Path.stem(of: path) : path)
  }
}

extension RunPlan {
  /// The name that two runs must not lock at the same time: the job's, made unique by its folder.
  var lockName: String {
    RunPlan.lockName(of: jobPath ?? sheet, in: request.folder)
  }

  /// Returns the lock name for an argument `JOB|SHEET` given in a folder.
  ///
  /// The folder's links are resolved, so that a job reached by two paths is one job. The file itself may be a link,
  /// such as to today's sheet, and counts by its name.
  static func lockName(of argument: String, in folder: String) -> String {
    let isJob = JobFile.isJob(argument)
    let name = isJob ? Path.stem(of: argument) : name(ofSheet: argument)
    guard argument != "-" else { return name }
    let path = URL(fileURLWithPath: Path.join(folder, argument)).standardizedFileURL.path
    let place = Path.join(
      Path.resolved(Path.folder(of: Path.join(folder, argument))) ?? Path.folder(of: path),
      Path.name(of: path))
    let hash = SHA256Hash.of(place).prefix(8)
    // The part that tells two long names apart must not be cut off.
    return
      "\(String(String.UnicodeScalarView(name.unicodeScalars.prefix(RunDirectory.nameLimit - 9))))-\(hash)"
  }

  /// The SHA-256, in hexadecimal, of everything that decides which patches a sheet's rows become.
  ///
  /// A run resumes only with its original mapping; its speed and its site may change.
  var mappingHash: String {
    // Written as older versions wrote it, so that their runs still resume.
    SHA256Hash.of((purpose.scope?.mapping ?? mapping).text(.verbatim))
  }

  /// Returns whether a run was staged with the job's current mapping.
  ///
  /// Older versions stored a path as given, which may be absolute.
  func mapsAs(_ record: RunRecord) -> Bool {
    record.mappingSHA256 == mappingHash
      || record.mappingSHA256 == SHA256Hash.of(mapping(settings.attachmentFolder).text(.verbatim))
  }

  /// The SHA-256, in hexadecimal, of the part of the mapping that decides what rows add to records; `nil` for
  /// rollbacks.
  ///
  /// It differs for two jobs that take different notes from one sheet, but not for two that read the same notes
  /// differently.
  var additionsHash: String? {
    guard purpose.hasSheet else { return nil }
    func adds(_ path: String) -> Bool {
      let words = path.split(separator: ".", maxSplits: 2)
      guard words.count == 3, let list = resource.list(named: String(words[0])) else { return false }
      return list.operation(words[1])?.effect == .create
    }
    var words = settings.columns.filter { adds($0.value) }.map { "\($0.key)=\($0.value)" }.sorted()
    let null = settings.nullMarker ?? PatchOptions().nullMarker
    words += settings.constants.filter { adds($0.path) && $0.value != null }.map {
      "\($0.path): \(plainly($0.value, at: $0.path))"
    }
    .sorted()
    words += settings.templates.filter { adds($0.key) }.map { "\($0.key): \($0.value)" }.sorted()
    words += settings.ignored.filter(adds).sorted()
    return SHA256Hash.of(JSONValue.array(([resource.name] + words).map(JSONValue.string)).text(.verbatim))
  }

  /// Returns a constant without differences that its attribute ignores: blanks, and the spelling of an id.
  private func plainly(_ value: String, at path: String) -> String {
    let words = path.split(separator: ".", maxSplits: 2)
    let kind = words.count == 3 ? resource.list(named: String(words[0]))?.field(String(words[2]))?.kind : nil
    switch kind {
    case nil, .string, .base64: return value
    default: break
    }
    let text = value.trimmingBlanks()
    let digits = text.hasPrefix("id:") ? text.dropFirst(3).drop { $0 == " " } : text
    return Int64(digits).map { String($0) } ?? String(text)
  }

  /// The folder of attachments; relative to the current folder if it lies below the job's.
  private var attachmentFolder: String? {
    settings.attachmentFolder.map { RunRequest.relative($0, to: request.folder) }
  }

  /// The settings that decide the patches, in canonical form: equal mappings have equal texts.
  var mapping: JSONObject { mapping(attachmentFolder) }

  private func mapping(_ attachmentFolder: String?) -> JSONObject {
    func texts(_ values: [String: String]) -> JSONValue {
      .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    var mapping: JSONObject = [
      "resource": .string(resource.name),
      "attribute_names": texts(site?.attributeNames ?? [:]),
      "columns": texts(settings.columns),
      "ignore": .array(settings.ignored.sorted().map(JSONValue.string)),
      "constants": texts(Dictionary(settings.constants.map { ($0.path, $0.value) }) { $1 }),
      "custom_fields": texts(settings.customFields.mapValues(\.text)),
      "format": text(settings.format?.rawValue),
      "delimiter": text(settings.delimiter.map { String(Unicode.Scalar($0)) }),
      "encoding": text(settings.encoding?.rawValue),
      "null": text(settings.nullMarker),
      "datetime": text(settings.dateTimeFormat),
      "timezone": text(settings.timeZone?.identifier),
      "attachments.limit": settings.attachmentLimit.map { .integer(Int64($0)) } ?? .null,
      "rewrite_through": text(settings.rewriteThrough?.rawValue),
    ]
    if selectsRows {
      mapping["select"] = [text(settings.selectedWhere), text(settings.selectedColumns)]
    }
    // A run older than this key keeps its mapping.
    if !settings.nulls.isEmpty { mapping["nulls"] = .array(settings.nulls.sorted().map(JSONValue.string)) }
    if !settings.extraAttributes.isEmpty {
      mapping["extra_attributes"] = texts(settings.extraAttributes.mapValues(\.text))
    }
    if let overlay { mapping["overlay"] = .string(SHA256Hash.of(overlay.text)) }
    if !settings.match.isEmpty { mapping["key.match"] = .array(settings.match.map { .string($0.path) }) }
    mapping["attachments.folder"] = attachmentFolder.map(JSONValue.string)
    for (key, value) in madeValues where value != .null { mapping[key] = value }
    return mapping
  }
}
