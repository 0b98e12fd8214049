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
    conditions.requirements = requirements(options.onlyIf, at: "only_if", compiler, &report)
    for (header, wanted) in options.columnConditions.sorted(by: { $0.key < $1.key }) {
      guard let path = attribute(ofColumn: header, "only_if", compiler, &report) else { continue }
      conditions.columns[path] = requirements(wanted, at: "only_if.\(header)", compiler, &report)
    }
    for (header, rule) in options.updates.sorted(by: { $0.key < $1.key }) {
      guard let path = attribute(ofColumn: header, "update", compiler, &report) else { continue }
      if rule != .always { conditions.updates[path] = rule }
    }
    conditions.constants = Set(options.constants.map(\.path))
    return (conditions, report.findings)
  }

  /// Reads requirements, each an attribute with the values of which a record must have one.
  private static func requirements(
    _ texts: [String: Set<String>], at place: String, _ compiler: HeaderCompiler, _ report: inout RowReport
  ) -> [RowConditions.Requirement] {
    let resource = compiler.resource
    var requirements: [RowConditions.Requirement] = []
    for (path, texts) in texts.sorted(by: { $0.key < $1.key }) {
      guard let rule = compiler.shape.ruleOfRecord(path, in: resource) else {
        report.error(
          "unknown-attribute", place, value: path, "not an attribute of the \(resource.singular) itself",
          hint: NearestNames.hint(for: path, among: resource.fields.map(\.path)))
        continue
      }
      guard resource.siteRefusal(at: path) != .absent else {
        report.error(
          "not-at-site", place, value: path, "the site does not have this attribute",
          hint: "take the condition out")
        continue
      }
      let wanted = texts.sorted().compactMap { text -> JSONValue? in
        if compiler.nulls.meaning(of: text.trimmingBlanks()) == .clears { return .null }
        return rule.read(text, text.trimmingBlanks(), at: "\(place).\(path)", &report)
      }
      let kind = resource.field(at: path)?.kind ?? resource.customKinds[path]
      requirements.append(.init(path: path, kind: kind, wanted: wanted))
    }
    return requirements
  }

  /// Returns the attribute of the record that a column writes; `nil` with a finding for any other.
  private static func attribute(
    ofColumn header: String, _ place: String, _ compiler: HeaderCompiler, _ report: inout RowReport
  ) -> String? {
    let (resource, columns) = (compiler.resource, compiler.options.columns)
    let path = columns[header] ?? header
    if compiler.shape.ruleOfRecord(path, in: resource) != nil, path != resource.key { return path }
    report.error(
      "unknown-attribute", place, value: header,
      "not a column for an attribute of the \(resource.singular) itself",
      hint: NearestNames.hint(for: header, among: columns.keys.sorted() + resource.fields.map(\.path)))
    return nil
  }
}
