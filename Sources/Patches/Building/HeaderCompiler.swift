import Catalog
import Sheets

/// Compiles a header, a job's mapping and its constants, and reports all their errors.
struct HeaderCompiler {
  let resource: ResourceType
  let options: PatchOptions
  let shape: RecordShape
  let nulls: NullWords
  var report = RowReport(row: 0, line: 1)
  private(set) var columns: [PatchBuilder.Column] = []
  /// The additions of constants to elements of JSONL rows, by the operation's label.
  private(set) var elementConstants: [String: ObjectPlan] = [:]

  var mapping = Mapping()
  /// The column or constant that sets each path.
  private var takenBy: [String: String] = [:]
  private(set) var routes: [(route: Route, path: String, slot: Int)] = []

  init(resource: ResourceType, options: PatchOptions) {
    self.resource = resource
    self.options = options
    nulls = NullWords(marker: options.nullMarker, declared: options.nulls)
    var localTime: LocalTimeFormat?
    if let format = options.dateTimeFormat {
      if let zone = options.timeZone {
        do {
          localTime = try LocalTimeFormat(format, in: zone)
        } catch {
          report.error(
            "bad-datetime-format", nil, value: format, "csv.datetime cannot be used: \(error.message)",
            hint: error.hint)
        }
      } else {
        report.error(
          "missing-timezone", nil, value: format, "csv.datetime is given without csv.timezone",
          hint: "add the zone the times are in, such as timezone: Europe/Paris")
      }
    }
    var dateFormat: LocalTimeFormat?
    if let format = options.dateFormat {
      do {
        dateFormat = try LocalTimeFormat(ofDays: format)
      } catch {
        report.error(
          "bad-datetime-format", nil, value: format, "csv.date cannot be used: \(error.message)",
          hint: error.hint)
      }
    }
    shape = RecordShape(
      resource, customTypes: options.customFields,
      settings: ReadingSettings(
        localTime: localTime, dateFormat: dateFormat, decimalSign: options.decimalSign,
        cardRule: options.cardRule,
        attachments: AttachmentReader(options),
        hasNamedValues: resource.dialect == .b2cService))
  }

  mutating func compile(_ header: [String]?) -> Mapping {
    checkOptions()
    if let header {
      for name in header { addColumn(name) }
      checkMapped(among: header)
    } else {
      for (name, path) in options.columns.sorted(by: { $0.key < $1.key }) {
        mapping.members[name] = mapping.tasks.count
        add(name, mappedTo: path)
      }
      let unmapped = options.values.keys.filter { options.columns[$0] == nil }.sorted()
      for name in unmapped {
        reportMissing(name, "the job has values for it, and does not map it", among: [])
      }
    }
    for (path, text) in options.templates.sorted(by: { $0.key < $1.key }) { addTemplate(path, text, header) }
    mapping.columnSlots = mapping.slotNames.count
    mapping.isOnlyKeys = header != nil && mapping.columnSlots == 0
    for (path, value) in options.constants { addConstant(path, value) }
    checkKey(header)
    checkRewriting()
    if header != nil, routes.isEmpty, options.rewriting == nil, !report.isRejected {
      report.error(
        "nothing-to-change", nil, "no column and no constant changes anything",
        hint:
          "add a column named after an attribute, such as '\(shape.paths.dropFirst(shape.keys.count).first ?? "")'"
      )
    }
    plan()
    warnOfUnconfirmed()
    return mapping
  }

  // MARK: Columns

  private mutating func addColumn(_ name: String) {
    let mapped = options.columns[name]
    if mapped != nil, options.ignored.contains(name) {
      report.error(
        "conflicting-column", name, "the job both maps and ignores this column", hint: "take it out of one")
      skip(name, .ignored)
    } else if let mapped {
      add(name, mappedTo: mapped)
    } else if options.ignored.contains(name) {
      skip(name, .ignored)
    } else if PatchBuilder.resultColumns.contains(name) {
      skip(name, .result)
    } else if isOnlyInTemplates(name) {
      skip(name, .template)
    } else {
      add(name, mappedTo: nil)
    }
  }

  private mutating func skip(_ name: String, _ role: PatchBuilder.Column.Role) {
    append(.skip, name)
    columns.append(PatchBuilder.Column(header: name, role: role))
  }

  private mutating func add(_ name: String, mappedTo mapped: String?) {
    let path = mapped ?? name
    if let index = shape.keys.firstIndex(where: { $0.attribute == path }) {
      take(path, by: name)
      append(.key(index, shape.keys[index], column: name), name)
      columns.append(PatchBuilder.Column(header: name, role: .key(attribute: path)))
      return
    }
    columns.append(PatchBuilder.Column(header: name, role: .attribute(path: path)))
    switch shape.resolve(path) {
    case .route(let route):
      take(path, by: name)
      if shape.isUndeclared(path) {
        report.warning(
          "undeclared-custom-field", name, value: path == name ? nil : path,
          "the type of this custom field is not declared, so that its cells are taken as text",
          hint: "give its type in custom_fields; a run or 'check --live' takes it from the site")
      }
      let slot = addSlot(route, path: path, name: name, .blank)
      append(.value(route.rule, slot: slot, column: name), name)
    case .refused(let refusal):
      append(.skip, name)
      report.error(
        refusal.rule, name, value: mapped, mapped == nil ? refusal.message : "\(path): \(refusal.message)",
        hint: refusal.hint ?? "leave the column out with 'ignore' in the job")
    case .unknown:
      append(.skip, name)
      reportUnknown(name, mappedTo: mapped)
    }
  }

  private mutating func append(_ task: ColumnTask, _ name: String) {
    mapping.tasks.append(task)
    var isRead = true
    if case .skip = task { isRead = isTaken(name) }
    mapping.tables.append(isRead ? options.values[name] : nil)
  }

  private mutating func reportUnknown(_ name: String, mappedTo mapped: String?) {
    let near =
      report.errors < RememberedHints.perRow
      ? NearestNames.hint(for: mapped ?? name, among: shape.paths) : nil
    if let mapped {
      report.error(
        "unknown-attribute", name, value: mapped, "mapped to an attribute that \(resource.name) do not have",
        hint: near)
    } else if name.trimmingBlanks().isEmpty {
      report.error(
        "unknown-column", name, "the column has no name", hint: "name it, or take it out of the sheet")
    } else {
      report.error(
        "unknown-column", name, value: name, "no attribute of \(resource.name) has this name",
        hint: near
          ?? "map it with 'columns' in the job, leave it out with 'ignore', or give its type in 'extra_attributes'"
      )
    }
  }

  mutating func take(_ path: String, by name: String) {
    if let other = takenBy.updateValue(name, forKey: path) {
      report.error(
        "duplicate-column", name, value: path, "sets the same attribute as '\(other)'",
        hint: "leave one of them out")
    }
  }

  mutating func addSlot(_ route: Route, path: String, name: String, _ value: CellValue) -> Int {
    let slot = mapping.slotNames.count
    mapping.slotNames.append(name)
    mapping.initialSlots.append(value)
    routes.append((route, path, slot))
    return slot
  }

  // MARK: Constants

  private mutating func addConstant(_ path: String, _ value: String) {
    if shape.keys.contains(where: { $0.attribute == path }) {
      report.error(
        "constant-key", path, value: value, "every row would be for the same record",
        hint: "give the key as a column")
      return
    }
    switch shape.resolve(path) {
    case .unknown:
      report.error(
        "unknown-attribute", path, value: value,
        "a constant for an attribute that \(resource.name) do not have",
        hint: NearestNames.hint(for: path, among: shape.paths))
    case .refused(let refusal):
      report.error(refusal.rule, path, value: value, refusal.message, hint: refusal.hint)
    case .route(let route):
      take(path, by: path)
      guard !value.trimmingBlanks().isEmpty else {
        report.error("blank-constant", path, "the constant is blank", hint: "leave it out")
        return
      }
      let read = route.rule.read(value, nulls: nulls, at: path, &report)
      _ = addSlot(route, path: path, name: path, read)
    }
  }

  // MARK: The whole

  private mutating func plan() {
    for (route, path, slot) in routes {
      let isColumn = slot < mapping.columnSlots
      mapping.plan.insert(route, slot: slot, path: path, isOwn: isColumn || mapping.isOnlyKeys)
      guard !isColumn,
        let last = route.steps.lastIndex(where: { if case .element = $0 { true } else { false } }),
        case .element(_, let operation) = route.steps[last]
      else { continue }
      var inner = route
      inner.steps.removeSubrange(...last)
      // Constants for existing elements have nothing to add to a list of references.
      if !inner.steps.isEmpty {
        elementConstants[operation.label, default: ObjectPlan()].insert(
          inner, slot: slot, path: path, isOwn: false)
      }
    }
  }

  private mutating func warnOfUnconfirmed() {
    var named: Set<String> = []
    for (route, path, slot) in routes {
      if route.rule.isNameInferred {
        report.warning(
          "unconfirmed", mapping.slotNames[slot], value: path,
          "no source confirms the spelling of this attribute",
          hint: "if the site does not know it, give the site's spelling with 'attribute_names'")
      }
      for (list, operation) in route.operations {
        if let caution = list.caution, named.insert(caution).inserted {
          report.caution(caution, at: mapping.slotNames[slot], value: path)
        }
        for text in [list.unconfirmed, operation.unconfirmed].compactMap({ $0 })
        where named.insert(text).inserted {
          report.warning(
            "unconfirmed", mapping.slotNames[slot], value: path, "no source confirms \(text)",
            hint: "try it on a test site first")
        }
      }
    }
  }
}
