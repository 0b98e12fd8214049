import Catalog
package import Console
import Patches
import Reports
package import Sheets
import Sites
import Staging

extension RunPlan {
  /// The options for reading the sheet.
  var sheetOptions: SheetOptions {
    var options = SheetOptions()
    options.format = selectsRows ? .csv : settings.format
    options.delimiter = selectsRows ? UInt8(ascii: ",") : settings.delimiter
    options.encoding = selectsRows ? .utf8 : settings.encoding
    options.isStrict = isStrict
    // That no record meets a condition is no mistake.
    options.allowsEmpty = settings.allowsEmpty ?? selectsRows
    return options
  }

  /// The options for making patches from its rows.
  var patchOptions: PatchOptions {
    var options = PatchOptions()
    options.columns = settings.columns
    options.ignored = settings.ignored
    options.constants = settings.constants
    options.values = settings.valueTables
    options.templates = settings.templates
    options.onlyIf = settings.onlyIf
    options.columnConditions = settings.columnConditions
    options.updates = settings.updates
    options.rewriting = rewriting
    options.ignoresMissingColumns = settings.missingColumns == .ignore
    options.dateFormat = settings.dateFormat
    options.cardRule = settings.cardRule ?? options.cardRule
    options.decimalSign = settings.decimalSign ?? options.decimalSign
    options.nullMarker = settings.nullMarker ?? options.nullMarker
    options.nulls = settings.nulls
    options.dateTimeFormat = settings.dateTimeFormat
    options.timeZone = settings.timeZone
    options.customFields = settings.customFields
    options.attachmentFolder = sheetFolder
    options.namedAttachmentFolder = settings.attachmentFolder
    options.secretFiles = secretFiles
    options.attachmentLimit = settings.attachmentLimit ?? options.attachmentLimit
    options.rewriteThrough = settings.rewriteThrough ?? options.rewriteThrough
    return options
  }

  /// The sheet's folder; the working folder for standard input.
  private var sheetFolder: String {
    let folder = isSpooled ? "" : Path.folder(of: sheet)
    return folder.isEmpty ? "." : folder
  }

  /// Returns the column that gives an attribute, which has its lists in front but no verbs; the attribute itself if
  /// no column is mapped to it.
  package func column(of place: String) -> String {
    let headers = settings.columns.sorted { $0.key < $1.key }
    return headers.first { resource.withoutVerbs($0.value) == place }?.key ?? place
  }

  /// Returns what makes the command that lists what the site has for an attribute, which has its lists in front but no
  /// verbs.
  ///
  /// The site's file is read here, and not for each attribute.
  package func makeValuesCommand() -> (_ place: String) -> String {
    var options: [String] = []
    var folder = ""
    if case .named(let name)? = settings.site {
      options += ["--site", name]
      let home = jobPath.map(Path.folder) ?? (request.folder == WorkingFolder.path ? "" : request.folder)
      // A site beside the job is found from there alone.
      if SitesFile(folder: home, environment: [:]).names.contains(name) { folder = home }
    } else if let site {
      options += ["--site", site.url]
    }
    options += ["--resource", resource.ownName]
    if let path = settings.overlayFile {
      options += ["--overlay", folder.isEmpty ? path : RunRequest.absolute(path, in: WorkingFolder.path)]
    }
    let start = folder.isEmpty ? "" : "cd \(ShellWord.quoted(folder)) && "
    return { [options] place in
      start + (["bulkpatch", "values", place] + options).map(ShellWord.quoted).joined(separator: " ")
    }
  }

  /// The sheet's name in messages.
  package var sheetName: String {
    readsStandardInput ? "standard input" : selectsRows ? "the records of 'select'" : sheet
  }

  /// Returns a sheet's error with the wording and exit code of the command line.
  package func userError(_ error: SheetError) -> UserError {
    let code: ExitCode = error.kind == .option && jobPath != nil ? .configuration : UserError(error).code
    // The copy is an internal file, and gone when the message is read.
    let place = isSpooled && error.kind != .storage ? sheetName : error.place
    return UserError(code, place: place, error.message, hint: error.hint)
  }
}

extension UserError {
  /// Creates the error for a sheet that cannot be read, with its exit code.
  init(_ error: SheetError) {
    let code: ExitCode =
      switch error.kind {
      case .notFound: .noSuchFile
      case .storage: .inputOutput
      case .option: .usage
      case .stopped: .terminated
      case .unreadable, .notText, .encoding, .empty, .header, .format, .changed, .damaged: .unreadableSheet
      }
    self.init(code, place: error.place, error.message, hint: error.hint)
  }
}

extension ResourceType {
  /// Returns a header's path without the verbs of lists: `threads.entryType` for `threads.append.entryType`.
  func withoutVerbs(_ path: String) -> String {
    var steps = path.split(separator: ".").map { String($0) }
    var place: [String] = []
    var lists = lists
    while let list = lists.first(where: { $0.name == steps.first }) {
      place.append(steps.removeFirst())
      if let verb = steps.first, list.operation(verb) != nil { steps.removeFirst() }
      lists = list.lists
    }
    return (place + steps).joined(separator: ".")
  }
}
