import Catalog
import JSON
import Patches
import Testing

@testable import Sheets

/// Options changed in place, for tables.
func options(_ change: (inout PatchOptions) -> Void = { _ in }) -> PatchOptions {
  var options = PatchOptions()
  change(&options)
  return options
}

/// A builder for a header that has nothing wrong with it.
func builder(
  _ header: [String]?, _ options: PatchOptions = PatchOptions(), for resource: ResourceType = .incidents,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> PatchBuilder {
  let made = PatchBuilder.make(resource: resource, options: options, header: header)
  let errors = made.findings.filter { $0.severity == .error }
  #expect(errors.isEmpty, sourceLocation: sourceLocation)
  return try #require(made.builder, sourceLocation: sourceLocation)
}

/// Row 7 at line 9, with these cells.
func row(_ cells: [String]) -> SheetRow {
  SheetRow(number: 7, line: 9, content: .cells(cells), findings: [], input: cells.joined(separator: ","))
}

/// Row 7 at line 9, with this JSON text.
func row(_ json: String) throws -> SheetRow {
  let object = try #require(try JSONValue(parsing: json).object)
  return SheetRow(number: 7, line: 9, content: .object(object), findings: [], input: json)
}

/// The result for a CSV row of incident 771 with these other columns.
func built(
  _ columns: KeyValuePairs<String, String>, _ options: PatchOptions = PatchOptions(),
  for resource: ResourceType = .incidents, sourceLocation: SourceLocation = #_sourceLocation
) throws -> BuiltRow {
  let builder = try builder(
    [resource.key] + columns.map(\.key), options, for: resource, sourceLocation: sourceLocation)
  // The first row of a sheet is read when that is opened.
  let record = CSVEncoder.record(["771"] + columns.map(\.value)) + "\n"
  let header = CSVEncoder.record([resource.key] + columns.map(\.key)) + "\n"
  try compareWays(header + record + record, .csv, for: resource, options)
  return builder.build(row(["771"] + columns.map(\.value)))
}

/// The result for a JSONL row of incident 771 with these members after the id.
func built(
  json members: String, _ options: PatchOptions = PatchOptions(), for resource: ResourceType = .incidents,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> BuiltRow {
  let builder = try builder(nil, options, for: resource, sourceLocation: sourceLocation)
  let line = #"{"\#(resource.key)": 771, \#(members)}"#
  if !line.contains("\n") { try compareWays("\(line)\n\(line)\n", .jsonl, for: resource, options) }
  return builder.build(try row(line))
}

extension BuiltRow {
  /// The patch's body as JSON text.
  var body: String? { patch?.body.text() }

  /// The rules of the findings that reject the row.
  var errors: [String] { findings.filter { $0.severity == .error }.map(\.rule) }

  /// The rules of the findings that do not.
  var warnings: [String] { findings.filter { $0.severity == .warning }.map(\.rule) }
}

extension DeclaredType {
  static let text = DeclaredType(.text)
  static let number = DeclaredType(.number)
  static let boolean = DeclaredType(.boolean)
  static let date = DeclaredType(.date)
  static let datetime = DeclaredType(.datetime)
  static let menu = DeclaredType(.menu)
  static let reference = DeclaredType(.reference)
}
