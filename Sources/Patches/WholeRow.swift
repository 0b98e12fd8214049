public import Records
public import Sheets

/// One row with everything that is staged of it, as values.
public struct WholeRow: Sendable {
  public var number: Int
  public var line: Int
  public var recordID: RecordID?
  /// The attribute that names the record, if that is not the id, and the key as the sheet has it.
  public var keyAttribute: String?
  public var recordKey: String?
  /// The patch; `nil` if the row is rejected, which its findings explain.
  public var patch: Patch?
  public var findings: [Finding]
  /// The row in the form of a result file.
  public var input: String
  /// The reason the job leaves the row out; `nil` if it does not.
  public var skipped: String?
  /// Indicates that it adds several things, which may be equal.
  public var addsSeveral = false
  /// The source row that a rollback's row rolls back, and the values it wrote, as JSON.
  public var sourceRow: Int?
  public var expected: String?

  public init(
    number: Int, line: Int, recordID: RecordID?, keyAttribute: String?, recordKey: String?, patch: Patch?,
    findings: [Finding], input: String, sourceRow: Int? = nil, expected: String? = nil
  ) {
    self.number = number
    self.line = line
    self.recordID = recordID
    self.keyAttribute = keyAttribute
    self.recordKey = recordKey
    self.patch = patch
    self.findings = findings
    self.input = input
    self.sourceRow = sourceRow
    self.expected = expected
  }

  /// Creates a row of a sheet.
  ///
  /// A rejected row with a readable key keeps it, so that later rows of the record can wait for it.
  public init(_ row: SheetRow, _ built: BuiltRow) {
    let key = built.patch?.key ?? built.key
    var (recordID, keyAttribute): (RecordID?, String?) = (nil, nil)
    switch key {
    case .id(let id): recordID = id
    case .alternate(let name, _): keyAttribute = name
    case nil: break
    }
    // SQLite would end the text at a NUL, and a record cut inside quotes would swallow the rows after it in a result
    // file. Only a rejected row can contain one.
    let input = built.patch == nil ? row.input.replacing("\0", with: "\u{FFFD}") : row.input
    self.init(
      number: row.number, line: row.line, recordID: recordID, keyAttribute: keyAttribute,
      recordKey: key?.text,
      patch: built.patch, findings: built.findings, input: input)
    skipped = built.skipped
  }
}
