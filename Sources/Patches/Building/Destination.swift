import Catalog
import JSON
import Records

/// The destination of a row's body: the record, or the only element that it changes.
struct Destination {
  /// The body to send there.
  private(set) var body: JSONObject
  /// The element; `nil` for the record.
  private(set) var element: ElementAddress?
  /// The allowed members of `body`.
  private var members: ObjectShape

  init(body: JSONObject, members: ObjectShape) {
    self.body = body
    self.members = members
  }

  /// Descends to the only element that the body changes, as often as possible.
  ///
  /// An element that the record's own patch could change too is chosen only if the job wants it (`isRewrite`).
  mutating func descend(isRewrite: Bool) {
    while body.count == 1, let (name, value) = body.first, case .list(let list) = members[name],
      list.hasElementAddress, isRewrite || !list.takesUpdatesInRecord,
      let selector = list.selector, let elements = value.array, elements.count == 1,
      var inner = elements.first?.object, let id = inner[selector]?.integer,
      let update = list.operation(.update)
    {
      inner[selector] = nil
      let place = element.map { "\($0.list)/\($0.id)/" } ?? ""
      element = ElementAddress(list: place + name, id: id)
      body = inner
      members = update.members
    }
  }

  /// Reports changes that would need a second request.
  ///
  /// A row is one request, so that it is applied once or not at all.
  ///
  /// Elements that are written by their keys may take several, which can all be repeated, but then nothing is added.
  func checkIsOneRequest(addsElements: Bool, _ report: inout RowReport) {
    let hint = "put it in a row of its own: rows of one record are sent in their order"
    for (name, value) in body {
      switch members[name] {
      case .bytes(_, _, _, let isEnclosure) where isEnclosure && body.count > 1:
        report.error(
          "own-address", name, "has an address of its own, so the row can set nothing else",
          hint: hint)
      case .list(let list) where list.isAddressedByKey && addsElements:
        report.error(
          "own-address", name,
          "a change to \(list.name) goes to an address of its own, so the row can add nothing", hint: hint)
      case .list(let list) where !list.takesUpdatesInRecord:
        guard let selector = list.selector,
          let existing = value.array?.lazy.compactMap({ $0[selector] }).first
        else { continue }
        report.error(
          "own-address", name, value: existing.text(),
          "a change to an existing \(list.singular) goes to an address of its own, so the row can do "
            + "nothing else", hint: hint)
      default: continue
      }
    }
  }
}
