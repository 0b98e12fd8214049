package import Catalog
import Execution
import Foundation
import Patches
import Records
import Sheets
package import Sites

/// The settings of a job file or of flags, as given, without defaults.
///
/// `RunPlan` is made from it: complete, checked, and with no optional that a run needs.
package struct JobSettings {
  package var resource: ResourceName?
  /// A path, or `-` for standard input.
  package var sheet: String?
  /// The condition of the records that take the place of a sheet.
  package var selectedWhere: String?
  /// Their columns, separated by commas.
  package var selectedColumns: String?
  package var site: SiteReference?
  /// The reason the rows are sent, for later readers.
  var reason: String?

  /// Sheet header → attribute path.
  package var columns: [String: String] = [:]
  /// The attributes that name a record together, each with its header.
  var match: [(path: String, header: String)] = []
  var ignored: Set<String> = []
  /// Attribute path and the text a cell would have, in the order given.
  var constants: [(path: String, value: String)] = []
  /// Sheet header → what its cells stand for.
  var values: [String: [String: String]] = [:]
  /// Sheet header → what every cell stands for that `values` does not have.
  var otherValues: [String: String] = [:]
  /// Attribute path → the text made of a row's cells.
  var templates: [String: String] = [:]
  /// Attribute path → the values of which a record must have one.
  var onlyIf: [String: Set<String>] = [:]
  /// Sheet header → attribute path → the values of which a record must have one for the column to be written.
  var columnConditions: [String: [String: Set<String>]] = [:]
  /// Sheet header → when the column is written.
  var updates: [String: UpdateRule] = [:]
  var missingColumns: MissingColumns?
  var skipped = SkippedRows()
  var customFields: [String: DeclaredType] = [:]
  /// The types of attributes that the catalogue does not have, by path.
  var extraAttributes: [String: DeclaredType] = [:]
  /// The file with what the site adds to the catalogue.
  var overlayFile: String?
  /// Accepts the rules for a resource that the catalogue does not have.
  var acceptsUnlisted: Bool?

  var format: SheetFormat?
  var delimiter: UInt8?
  var encoding: SheetEncoding?
  var nullMarker: String?
  /// Further words that clear an attribute.
  var nulls: Set<String> = []
  var dateTimeFormat: String?
  var dateFormat: String?
  var decimalSign: DecimalSign?
  var cardRule: CardRule?
  var timeZone: TimeZone?

  /// The folder of files to attach, private ones included.
  var attachmentFolder: String?
  var attachmentLimit: Int?
  var rewriteThrough: RewriteRoute?
  /// What is looked for in a record's threads.
  var rewriteKinds: Set<TextRewriting.Kind> = []
  /// The regular expression that is looked for as well.
  var rewritePattern: String?
  /// What takes the place of what is found.
  var rewriteReplacement: String?
  var isStrict: Bool?
  /// Accepts a sheet without rows.
  var allowsEmpty: Bool?
  package var suppressed: Set<Suppression> = []
  /// The text of an appended thread after a rollback has retracted it.
  var retractText: String?
  /// The file for the metrics of the job's runs.
  var metricsPath: String?
  var execution = ExecutionRequest()
  /// The finished runs of the job to keep.
  package var keep = KeepRule()
  /// The commands to run at the end.
  var hooks = HookCommands()
}

/// The treatment of mapped columns that the sheet does not have.
package enum MissingColumns: String, CaseIterable {
  case error
  case ignore
}

extension JobSettings {
  /// The meanings of columns' cells, by header.
  var valueTables: [String: ValueTable] {
    var tables = values.mapValues { ValueTable($0) }
    for (header, text) in otherValues { tables[header, default: ValueTable()].other = text }
    return tables
  }
}

/// The job's commands for the end of a run (`on: {finished: …, failed: …}`).
package struct HookCommands: Equatable {
  var finished: String?
  var failed: String?
}

/// The reference of a job or flag to its site.
package enum SiteReference: Equatable {
  /// A name in `sites.yaml`.
  case named(String)
  /// An address, logged in to from the environment.
  case url(String)
  /// The mapping itself, in the job file.
  case settings(SiteSettings)

  init(_ text: String) {
    self = text.contains("://") ? .url(text) : .named(text)
  }
}

/// The `execution` part of a job, as given.
package struct ExecutionRequest: Equatable {
  var lanes: Int?
  var rate: Double?
  var breakerFailures: Int?
  var breakerPatience: Duration?
  var attempts: Int?
  var base: Duration?
  var cap: Duration?
  var stopAfterFailures: Int?
  var stopAfterFailureRate: Double?
  var stopAfterSameReason: Limit?
  var onFailure: OnFailure?
  var batch: BatchWord?
  var settle: Duration?
  var takesSnapshots: Bool?
  var maxRecords: Int?
  var canary: Int?
  var verifies: Bool?
  var window: RunWindow.Daily?
  var until: RunWindow.End?
  var maximumDuration: Duration?
}

/// A number at which something happens, or the word for never.
package enum Limit: Equatable {
  case at(Int)
  case never
}

/// The batching of several writes into one request, if the API supports it.
package enum BatchWord: String, CaseIterable {
  case auto
  case off
}

/// The treatment of a record's later rows when one of its rows is not done.
package enum OnFailure: String, CaseIterable {
  case hold
  case `continue`
}

extension ExecutionSettings {
  /// Creates the requested settings, with defaults for the others.
  init(_ request: ExecutionRequest) {
    self.init()
    lanes = request.lanes ?? lanes
    rate = request.rate
    breaker.failures = request.breakerFailures
    breaker.patience = request.breakerPatience ?? breaker.patience
    retry.attempts = request.attempts ?? retry.attempts
    retry.base = request.base ?? retry.base
    retry.cap = request.cap ?? retry.cap
    stopRule.failures = request.stopAfterFailures
    stopRule.failureRate = request.stopAfterFailureRate
    switch request.stopAfterSameReason {
    case .at(let rows)?: stopRule.sameReason = rows
    case .never?: stopRule.sameReason = nil
    case nil: break
    }
    holdsRecords = request.onFailure != .continue
    takesSnapshots = request.takesSnapshots ?? takesSnapshots
    settle = request.settle ?? settle
    // The site says how much one request may carry.
    batch = request.batch == .auto ? BatchSizing(limit: .max) : nil
  }
}
