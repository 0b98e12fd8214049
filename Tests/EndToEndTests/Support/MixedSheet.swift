import Foundation
import GRDB
import TestSupport

/// A sheet of nine rows on three records that has everything that must happen exactly once and in order: fields set,
/// children added (two of them alike, on one record), children rewritten, and both in one row.
///
/// There can be many of them on one desk, each on records of its own, told apart by a number.
struct MixedSheet {
  /// The kind of change that a sheet makes to its records.
  enum Kind: String, CaseIterable {
    case incidents, interactions
  }

  /// The way a sheet is sent.
  enum Way: String, CaseIterable {
    case incidents, interactions
    case batches = "interactions in batches"

    var kind: Kind { self == .incidents ? .incidents : .interactions }

    /// Options that leave a run nothing to wait for, because the sandbox does not linger.
    var options: [String] {
      ["--settle", "1ms", "--retries-base", "1ms", "--retries-cap", "5ms", "--lanes", "3", "--quiet"]
        + (self == .batches ? ["--batch", "auto"] : [])
    }
  }

  let kind: Kind
  /// The index of the sheet on a desk, from 0.
  let number: Int

  /// The ids of its three records.
  private var ids: [Int64] {
    (1...3).map { (kind == .incidents ? 0 : 300_100_000_000_000) + Int64(number * 3 + $0) }
  }
  /// The id of the child that the second record has from the start.
  private func child(of id: Int64) -> Int64 { id + 50_000 }

  /// The id of a record that an interaction can refer to.
  private func object(_ number: Int) -> Int64 { 300_100_032_000_000 + Int64(number) }

  /// The lines that import its records.
  var records: [String] {
    ids.map { id in
      switch kind {
      case .incidents:
        #"{"resource": "incidents", "id": \#(id), "subject": "before", "threads": [{"id": \#(child(of: id)), "entryType": {"id": 2}, "text": "before"}]}"#
      case .interactions:
        #"{"resource": "interactions", "InteractionId": \#(id), "ChannelId": 1, "Description": "before", "interactionReferences": [{"ReferenceId": \#(child(of: id)), "ObjectTypeCd": "MOO_OPTY", "ObjectId": \#(object(1))}]}"#
      }
    }
  }

  /// Each row: the index of its record, what is added beside the key, and what the service has to receive.
  private var rows: [(record: Int, cells: String, body: String)] {
    func same(_ record: Int, _ text: String) -> (Int, String, String) { (record, text, "{\(text)}") }
    let old = child(of: ids[1])
    switch kind {
    case .incidents:
      func note(_ text: String) -> String { #""threads":{"entryType":{"id":1},"text":"\#(text)"}"# }
      return [
        same(0, #""subject":"one""#), same(0, note("again")),
        same(1, #""threads":[{"id":\#(old),"text":"three"}]"#), same(0, note("again")),
        same(1, #""subject":"five",\#(note("five"))"#), same(2, note("six")),
        same(2, #""subject":"seven""#), same(1, #""threads":[{"id":\#(old),"entryType":{"id":1}}]"#),
        same(0, #""subject":"nine""#),
      ]
    case .interactions:
      func add(_ object: Int) -> String {
        #""interactionReferences":[{"ObjectTypeCd":"MOO_OPTY","ObjectId":\#(self.object(object))}]"#
      }
      func change(_ object: Int) -> (Int, String, String) {
        (
          1, #""interactionReferences":[{"ReferenceId":\#(old),"ObjectId":\#(self.object(object))}]"#,
          #"{"ObjectId":\#(self.object(object))}"#
        )
      }
      return [
        same(0, #""Description":"one""#), same(0, add(22)), change(33), same(0, add(22)),
        same(1, #""Description":"five",\#(add(55))"#), same(2, add(66)), same(2, #""Description":"seven""#),
        change(88), same(0, #""Description":"nine""#),
      ]
    }
  }

  static let rowCount = 9

  /// The sheet itself.
  var text: String {
    let key = kind == .incidents ? "id" : "InteractionId"
    return rows.map { #"{"\#(key)":\#(ids[$0.record]),\#($0.cells)}"# + "\n" }.joined()
  }

  /// Writes the sheet to a desk and returns the arguments that run it there.
  ///
  /// - Parameter gateway: the URL of the gateway before the desk.
  func run(on desk: Desk, through gateway: String? = nil, _ options: [String]) throws -> [String] {
    try desk.folder.write("mixed-\(number).jsonl", text)
    // A lost note is sent again once its request has expired, and not before.
    try desk.writeSites(at: gateway)
    return ["run", "mixed-\(number).jsonl", "--resource", kind.rawValue, "--site", kind.rawValue] + options
  }

  /// The result of every patch applied once and in order: per record, what was applied, then what is there.
  var expected: [[String]] {
    ids.indices.map { index in rows.filter { $0.record == index }.map(\.body) + ends[index] }
  }

  /// The final state of the records.
  var ends: [[String]] {
    switch kind {
    case .incidents:
      [
        ["nine", "2 before", "1 again", "1 again"], ["five", "1 three", "1 five"],
        ["seven", "2 before", "1 six"],
      ]
    case .interactions:
      [
        ["nine", "MOO_OPTY \(object(1))", "MOO_OPTY \(object(22))", "MOO_OPTY \(object(22))"],
        ["five", "MOO_OPTY \(object(88))", "MOO_OPTY \(object(55))"],
        ["seven", "MOO_OPTY \(object(1))", "MOO_OPTY \(object(66))"],
      ]
    }
  }

  /// The same, as the sandbox's own database has it.
  func found(on desk: Desk) throws -> [[String]] {
    try desk.read(desk.database) { database in
      try ids.map { id in
        let changes = try String.fetchAll(
          database,
          sql: "SELECT body FROM request_log WHERE record_id = ? AND committed ORDER BY sequence",
          arguments: [id])
        return try changes + String.fetchAll(database, sql: contents, arguments: [id])
      }
    }
  }

  /// The one attribute of a record that rows set, then its children in the order they were made.
  private var contents: String {
    switch kind {
    case .incidents:
      """
      SELECT text FROM (
        SELECT 0 AS id, document ->> '$.subject' AS text FROM b2c_row WHERE entity = 'incidents' AND id = ?1
        UNION ALL SELECT id, document ->> '$.entryType' || ' ' || (document ->> '$.text') FROM b2c_row
          WHERE entity = 'incidents.threads' AND parent = ?1) ORDER BY id
      """
    case .interactions:
      """
      SELECT text FROM (
        SELECT 0 AS id, document ->> '$.Description' AS text FROM fusion_row WHERE entity = 'interactions' AND id = ?1
        UNION ALL SELECT id, document ->> '$.ObjectTypeCd' || ' ' || (document ->> '$.ObjectId') FROM fusion_row
          WHERE entity = 'interactions.interactionReferences' AND parent = ?1) ORDER BY id
      """
    }
  }
}
