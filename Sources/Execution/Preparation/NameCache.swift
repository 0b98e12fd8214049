import Catalog
public import Foundation
public import JSON
import Sites

/// The names that a site has given, kept between runs with their age.
///
/// Only what was found is kept. What a kept answer does not have is asked for again, so that an old answer never says
/// that a name is unknown.
public struct NameCache: Sendable {
  /// What a site has said of one source.
  struct Entry: Sendable {
    /// When the first of it was asked for.
    var asked: Date
    var records: [NamedRecord]
  }

  /// How long an answer counts.
  public static let longestAge: TimeInterval = 3600

  private(set) var entries: [NameSource: Entry] = [:]
  /// Indicates that the site has said more than what is kept.
  public private(set) var hasNews = false

  /// Creates an empty cache, which asks for everything.
  public init() {}

  /// The time of the oldest answer that is in use.
  public var oldest: Date? { entries.values.map(\.asked).min() }

  func entry(_ source: NameSource) -> Entry? { entries[source] }

  mutating func keep(_ records: [NamedRecord], of source: NameSource, isWhole: Bool) {
    hasNews = true
    guard !isWhole, var entry = entries[source] else {
      entries[source] = Entry(asked: Date(), records: records)
      return
    }
    let names = Set(records.map(\.name))
    entry.records = entry.records.filter { !names.contains($0.name) } + records
    entries[source] = entry
  }
}

extension NameCache {
  /// Reads the form of `json`; what is too old, or of another form, is left out.
  public init(_ json: JSONValue, now: Date = Date()) {
    for entry in json["sources"]?.array ?? [] {
      guard let source = entry["source"].flatMap(NameSource.init), let asked = entry["asked"]?.integer,
        let records = entry["records"]?.array
      else { continue }
      let date = Date(timeIntervalSince1970: TimeInterval(asked))
      let age = now.timeIntervalSince(date)
      guard age >= 0, age < NameCache.longestAge else { continue }
      entries[source] = Entry(asked: date, records: records.compactMap(NamedRecord.init))
    }
  }

  /// The form of the file.
  public var json: JSONValue {
    [
      "sources": .array(
        entries.map { source, entry in
          [
            "source": source.json, "asked": .integer(Int64(entry.asked.timeIntervalSince1970)),
            "records": .array(entry.records.map(\.json)),
          ]
        })
    ]
  }
}

extension NameSource {
  fileprivate init?(_ json: JSONValue) {
    let texts = json.array?.compactMap(\.string) ?? []
    switch (texts.first, texts.count) {
    case ("menu"?, 4):
      self = .menu(resource: texts[1], path: texts[2], isHierarchical: texts[3] == "tree")
    case ("collection"?, 2): self = .collection(texts[1])
    case ("lookup"?, 3): self = .lookup(resource: texts[1], attribute: texts[2])
    default: return nil
    }
  }

  fileprivate var json: JSONValue {
    switch self {
    case .menu(let resource, let path, let isHierarchical):
      ["menu", .string(resource), .string(path), isHierarchical ? "tree" : "flat"]
    case .collection(let name): ["collection", .string(name)]
    case .lookup(let resource, let attribute): ["lookup", .string(resource), .string(attribute)]
    }
  }
}

extension NamedRecord {
  fileprivate init?(_ json: JSONValue) {
    guard let name = json["name"]?.string else { return nil }
    self.init(
      id: json["id"]?.integer, code: json["code"]?.string, name: name,
      details: json["details"]?.array?.compactMap(\.string) ?? [])
  }
}
