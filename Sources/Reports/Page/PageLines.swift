import JSON
import Records
import Staging

/// The lines of a page as the JSON that its script reads: `{"rows": [[…], …], "kinds": […], "outcomes": […]}`.
///
/// A row is `[row, record, kind, before, after, outcome, time, element, note]`, shortened at its end. `before` and
/// `after` are null without a value; `before` is 0 if it was not read. `kind` and `outcome` are indices in the lists.
struct PageLines {
  private let page: RunPage
  private var kinds: [String: Int] = [:]
  private var names: [String] = []

  init(_ page: RunPage) { self.page = page }

  /// Writes the lines in pieces.
  ///
  /// - Throws: errors of `sink`; `StagingError` if the run file cannot be read.
  func write(_ sink: ([UInt8]) throws(StagingError) -> Void) throws(StagingError) {
    var bytes = Array(#"{"rows":["#.utf8)
    var lines = 0
    var writer = self
    try page.entries.forEachEntry { entry in
      guard lines < RunPage.lineLimit else { return }
      if lines > 0 { bytes += ",\n".utf8 }
      lines += 1
      bytes += PageText.inScript(JSONValue.array(writer.line(entry)).bytes())
      if bytes.count >= 1 << 16 {
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    let tail: JSONObject = [
      "kinds": .array(writer.names.map(JSONValue.string)),
      "outcomes": .array(PageEntry.Outcome.allCases.map { .string($0.rawValue) }),
    ]
    bytes += "],".utf8
    bytes += PageText.inScript(JSONValue.object(tail).bytes()).dropFirst()
    try sink(bytes)
  }

  private mutating func line(_ entry: PageEntry) -> [JSONValue] {
    var line: [JSONValue] = [.integer(Int64(entry.row)), .string(entry.record), place(of: entry)]
    line += [before(entry.change, entry.kind), after(entry.change, entry.kind)]
    line.append(.integer(Int64(PageEntry.Outcome.allCases.firstIndex(of: entry.outcome) ?? 0)))
    line.append(entry.time.map(JSONValue.string) ?? .null)
    line.append(entry.element.map { .string($0.text().printable(limit: 80)) } ?? .null)
    line.append(
      entry.note.flatMap { ChangeText(.string($0)).shown(limit: RunPage.valueLimit) }.map(JSONValue.string)
        ?? .null)
    while line.last?.isNull == true { line.removeLast() }
    return line
  }

  /// Returns the index of an attribute's name, or the name itself if there are too many.
  private mutating func place(of entry: PageEntry) -> JSONValue {
    let name = entry.change?.added == nil ? entry.kind : "\(entry.kind) (added)"
    if let known = kinds[name] { return .integer(Int64(known)) }
    guard names.count < PageTally.attributeLimit else { return .string(name.printable()) }
    kinds[name] = names.count
    names.append(name.printable())
    return .integer(Int64(names.count - 1))
  }

  private func before(_ change: PlannedChange?, _ kind: String) -> JSONValue {
    guard let change, change.added == nil else { return .null }
    guard change.isRead else { return 0 }
    return shown(change.now, kind)
  }

  private func after(_ change: PlannedChange?, _ kind: String) -> JSONValue { shown(change?.result, kind) }

  private func shown(_ value: JSONValue?, _ kind: String) -> JSONValue {
    ChangeText(value).shown(limit: RunPage.valueLimit).map { .string(page.tally.named($0, of: kind)) }
      ?? .null
  }
}
