public import Catalog
import JSON
public import Records
public import Sheets

extension PatchBuilder {
  /// Reads a job's conditions by the types of their attributes.
  ///
  /// - Returns: the conditions, and all errors about them.
  public static func conditions(
    resource: ResourceType, options: PatchOptions
  ) -> (conditions: RowConditions, findings: [Finding]) {
    let compiler = HeaderCompiler(resource: resource, options: options)
    var report = RowReport(row: 0, line: 0)
    var conditions = RowConditions()
    for (path, texts) in options.onlyIf.sorted(by: { $0.key < $1.key }) {
      guard let rule = compiler.shape.ruleOfRecord(path, in: resource) else {
        report.error(
          "unknown-attribute", "only_if", value: path, "not an attribute of the \(resource.singular) itself",
          hint: NearestNames.hint(for: path, among: resource.fields.map(\.path)))
        continue
      }
      let wanted = texts.sorted().compactMap { text -> JSONValue? in
        if compiler.nulls.meaning(of: text.trimmingBlanks()) == .clears { return .null }
        return rule.read(text, text.trimmingBlanks(), at: "only_if.\(path)", &report)
      }
      let kind = resource.field(at: path)?.kind ?? resource.customKinds[path]
      conditions.requirements.append(.init(path: path, kind: kind, wanted: wanted))
    }
    for (header, rule) in options.updates.sorted(by: { $0.key < $1.key }) {
      let path = options.columns[header] ?? header
      guard compiler.shape.ruleOfRecord(path, in: resource) != nil, path != resource.key else {
        report.error(
          "unknown-attribute", "update", value: header,
          "not a column for an attribute of the \(resource.singular) itself",
          hint: NearestNames.hint(
            for: header, among: options.columns.keys.sorted() + resource.fields.map(\.path)))
        continue
      }
      if rule != .always { conditions.updates[path] = rule }
    }
    conditions.constants = Set(options.constants.map(\.path))
    return (conditions, report.findings)
  }
}
