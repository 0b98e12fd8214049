import Catalog
import Sheets

/// The checks of a job's options and of the header as a whole.
extension HeaderCompiler {
  mutating func checkOptions() {
    if options.nullMarker.trimmingBlanks().isEmpty {
      report.error(
        "bad-null-marker", nil, value: options.nullMarker,
        "csv.null is blank, but a blank cell changes nothing",
        hint: "choose a text that no cell has otherwise, such as <null>")
    }
    if options.nulls.contains(where: { $0.trimmingBlanks().isEmpty }) {
      report.error(
        "bad-null-marker", nil, "a word of nulls is blank, but a blank cell changes nothing",
        hint: "take it out")
    }
    for path in options.customFields.keys.sorted() where !resource.isCustom(path) {
      let spaces = resource.customFields.map(\.path).joined(separator: " or ")
      report.error(
        "not-a-custom-field", path, "not a custom field of this resource",
        hint: spaces.isEmpty ? nil : "custom fields are at \(spaces)")
    }
  }

  mutating func checkMapped(among header: [String]) {
    let present = Set(header)
    let others = header.filter { options.columns[$0] == nil && !options.ignored.contains($0) }
    let free = others.isEmpty ? nil : "the job uses none of '\(others.prefix(8).joined(separator: "', '"))'"
    for (name, path) in options.columns.sorted(by: { $0.key < $1.key }) where !present.contains(name) {
      let isKey = shape.keys.contains { $0.attribute == path }
      guard !options.ignoresMissingColumns || isKey else {
        report.warning(
          "missing-column", name, value: path,
          "the job maps this column, the sheet does not have it, and it is left out")
        continue
      }
      reportMissing(
        name, value: path, "the job maps this column, but the sheet does not have it", among: header,
        else: free)
    }
    guard !options.ignoresMissingColumns else { return }
    let conditional = Set(options.updates.keys).union(options.columnConditions.keys).sorted()
    for name in conditional where !present.contains(name) && options.columns[name] == nil {
      reportMissing(
        name, "the job says when this column is written, but the sheet does not have it", among: header,
        else: free)
    }
    for name in options.values.keys.sorted() where !present.contains(name) && options.columns[name] == nil {
      reportMissing(
        name, "the job has values for this column, but the sheet does not have it", among: header, else: free)
    }
  }

  mutating func reportMissing(
    _ name: String, value: String? = nil, _ message: String, among header: [String], else hint: String? = nil
  ) {
    report.error(
      "missing-column", name, value: value, message, hint: NearestNames.hint(for: name, among: header) ?? hint
    )
  }

  mutating func checkKey(_ header: [String]?) {
    let names = shape.keys.map(\.attribute)
    let present = columns.first { if case .key = $0.role { true } else { false } }
    mapping.keyColumn = present?.header ?? names.first ?? ""
    checkKeyParts()
    guard let header, present == nil else { return }
    let near = names.lazy.compactMap { NearestNames.to($0, among: header).first }.first
    report.error(
      "missing-key-column", nil, "no column names the record: \(names.joined(separator: ", "))",
      hint: near.map { "rename '\($0)', or map it to \(names[0]) with 'columns' in the job" }
        ?? "add a column \(names[0]), or map one to it with 'columns' in the job")
  }

  /// Reports the columns that are missing where several name the record together.
  private mutating func checkKeyParts() {
    let given = columns.compactMap { if case .key(let path) = $0.role { path } else { nil } }
    let parts = shape.keyParts
    guard !parts.isEmpty, given.allSatisfy(parts.contains), !given.isEmpty else { return }
    for part in parts where !given.contains(part) {
      report.error(
        "missing-key-column", nil, value: part,
        "the job names records by \(parts.joined(separator: " and "))",
        hint: "add the column for \(part), or take it out of 'key.match'")
    }
  }

  /// Reports columns and constants that change elements which the job rewrites by what they say.
  mutating func checkRewriting() {
    guard let rewriting = options.rewriting else { return }
    for (route, _, slot) in routes {
      let changes = route.operations.contains { list, operation in
        list.name == rewriting.list && operation.effect == .update
      }
      if changes { report.rewritesTwice(at: mapping.slotNames[slot]) }
    }
  }
}
