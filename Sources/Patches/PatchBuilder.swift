public import Catalog
import JSON
public import Sheets

/// The result of one row of a sheet.
public struct BuiltRow: Sendable, Hashable {
  /// The patch; `nil` if a finding rejects the row.
  public var patch: Patch?
  /// The record's key, even for a rejected row if its key can be read.
  public var key: RecordKey?
  /// The sheet's own findings about the row first, then those about its values.
  public var findings: [Finding]
  /// The reason the job leaves the row out; `nil` if it does not.
  public var skipped: String?

  public init(patch: Patch?, key: RecordKey?, findings: [Finding]) {
    self.patch = patch
    self.key = key
    self.findings = findings
  }

  /// Creates the result of a row that the job leaves out.
  public init(skipped: String) {
    self.init(patch: nil, key: nil, findings: [])
    self.skipped = skipped
  }
}

/// Turns rows into validated patches by the catalogue of a resource, offline.
///
/// The header is compiled once. Each row is then read on its own, so that rows may be built in any order and on any
/// queue.
///
/// A header is the path to an attribute, step by step with dots between. A step is a name for a sub-object
/// (`assignedTo.account`), or a name and a verb for a list (`threads.append.text`). The path continues below an
/// element (`smartActions.update.UserActionURLBinding.add.URLBindingName`). All columns of one list and verb make one
/// element. `.file` after an attribute of bytes takes them from a file (`Payload.file`). In JSONL the same is nested
/// as in the API: an element with its key is changed, one without is created. `emails.0.address` is the element that
/// is identified by the menu value 0.
///
/// A row is one request. A change with its own address therefore needs its own row: an enclosure, or the change of a
/// child that its parent's patch cannot name. Only elements that are identified by values of their own may take several
/// requests, because all of these can be repeated.
public struct PatchBuilder: Sendable {
  /// The purpose of each column of the header, in its order; for JSONL, the members that the job maps.
  public let columns: [Column]

  let mapping: Mapping
  let reader: ObjectReader
  let nulls: NullWords
  let ignored: Set<String>
  let rewriteThrough: RewriteRoute
  /// The job's rewriting, which finds the changes when the record is read.
  let rewriting: TextRewriting?

  /// One column of a sheet and its purpose.
  public struct Column: Sendable, Hashable {
    /// The name as the sheet's header spells it.
    public var header: String
    public var role: Role

    public enum Role: Sendable, Hashable {
      /// Names the record by this attribute.
      case key(attribute: String)
      /// Sets the attribute at this path.
      case attribute(path: String)
      /// Left out at the job's request.
      case ignored
      /// Part of texts that the job makes.
      case template
      /// Added by a result file of an earlier run.
      case result
    }
  }

  /// The columns that result files add.
  ///
  /// A sheet may have them, and they are skipped, so that `failed.csv` is a sheet itself.
  public static let resultColumns = Set(ResultColumns.names)

  /// Compiles a header, or the mapping of a JSONL sheet, which has no header.
  ///
  /// The findings are about the header, the mapping and the constants, all with row 0. There is no builder if one of
  /// them is an error.
  public static func make(
    resource: ResourceType, options: PatchOptions, header: [String]?
  ) -> (builder: PatchBuilder?, findings: [Finding]) {
    var compiler = HeaderCompiler(resource: resource, options: options)
    let mapping = compiler.compile(header)
    guard !compiler.report.isRejected else { return (nil, compiler.report.findings) }
    let reader = ObjectReader(
      shape: compiler.shape, nulls: compiler.nulls, constants: compiler.elementConstants)
    let builder = PatchBuilder(
      columns: compiler.columns, mapping: mapping, reader: reader, nulls: compiler.nulls,
      ignored: options.ignored, rewriteThrough: options.rewriteThrough, rewriting: options.rewriting)
    return (builder, compiler.report.findings)
  }

  /// The findings about the columns as a whole, once every row was built.
  public var closingFindings: [Finding] { nulls.findings }

  /// Reads one row: returns the patch it asks for, or all its errors.
  ///
  /// - Precondition: the row has the format whose header the builder was made with.
  public func build(_ row: SheetRow) -> BuiltRow {
    let report = RowReport(row: row.number, line: row.line, findings: row.findings)
    switch row.content {
    case .unreadable: return BuiltRow(patch: nil, key: nil, findings: report.findings)
    case .cells(let cells): return build(cells, report)
    case .object(let object): return build(object, report)
    }
  }

  /// Makes the patch of the values read, unless there is an error.
  func finish(
    _ assembly: BodyAssembly, _ body: JSONObject, key: RecordKey?
  ) -> BuiltRow {
    var report = assembly.report
    let isRewrite = rewriteThrough == .element && !assembly.createsElement
    var destination = Destination(body: body, members: reader.shape.members)
    destination.descend(isRewrite: isRewrite)
    if !report.isRejected {
      destination.checkIsOneRequest(addsElements: assembly.createsElement, &report)
    }
    if let rewriting, rewriting.isIn(body) { report.rewritesTwice(at: rewriting.list) }
    guard !report.isRejected, let key, !body.isEmpty || rewriting != nil else {
      return BuiltRow(patch: nil, key: key, findings: report.findings)
    }
    let shown = mapping.isLive ? LiveText.shown(destination.body) : nil
    var patch = Patch(
      key: key, body: shown ?? destination.body, element: destination.element,
      isIdempotent: !assembly.createsElement, irreversible: assembly.irreversible)
    if shown != nil { patch.live = destination.body }
    return BuiltRow(patch: patch, key: key, findings: report.findings)
  }
}
