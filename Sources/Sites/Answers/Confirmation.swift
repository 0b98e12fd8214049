import Catalog
import JSON
import Records

/// An API's answers to a write that it has carried out; nothing else counts as a confirmation.
extension Outcome {
  /// Classifies an exchange that wrote to a B2C Service site.
  ///
  /// The API answers a PATCH or DELETE with 200 and an empty body (reference, section 5), or with the record itself; a
  /// POST with 201.
  ///
  /// - Parameters:
  ///   - resource: the record's resource, for an answer with a record.
  ///   - key: the attribute that identifies the written record or element.
  ///   - creates: the write was a POST.
  ///   - now: seconds since 1970, for a `Retry-After` with a date.
  init(
    b2cService result: HTTPExchange.Result, to write: Write, of resource: @autoclosure () -> ResourceType,
    key: String, creates: Bool = false, now: Int
  ) {
    self = Outcome(result, of: .b2cService, now: now)
    guard self == .applied, case .answered(let answer) = result else { return }
    let confirms =
      answer.status == (creates ? 201 : 200)
      && (answer.isBlank
        || answer.item?.isItem(of: write, resource(), key: key) == true)
    if !confirms { self = .unknown(Refusal(unconfirmed: answer)) }
  }
}

extension HTTPAnswer {
  /// Indicates an empty body.
  var isBlank: Bool { body.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

  /// The body as a record or an element; `nil` if it is an error, or not declared or readable as JSON.
  var item: FusionItem? {
    let type = headers["Content-Type"]?.lowercased() ?? MediaType.json
    guard type.contains("json"), !type.contains("problem"), let object = json?.object,
      !ErrorBody.hasAPIMembers(object), object["error"] == nil, object["errors"] == nil
    else { return nil }
    return FusionItem(object: object, headerTag: headers["ETag"])
  }
}

extension Refusal {
  /// Creates the refusal for a 2xx that does not confirm a write.
  init(unconfirmed answer: HTTPAnswer) {
    let error = ErrorBody(answer)
    let words = error.message ?? (answer.isBlank ? "an empty body" : "a body of an unknown kind")
    let code = error.code.map { "\($0): " } ?? ""
    self.init(
      status: answer.status, code: "not-confirmed",
      message: "HTTP \(answer.status) does not confirm the change: \(code)\(words)".asOneLine(limit: 1000))
  }

  /// Returns the refusal for a part of a batch that is listed with something other than its record.
  static func unconfirmedPart(status: Int?) -> Refusal {
    Refusal(
      status: status, code: "not-confirmed",
      message: "the answer to the batch lists this part without the record to change")
  }
}

extension FusionItem {
  /// Names that no attribute has and every gateway uses in its errors.
  private static let wordsOfErrors = [
    "code", "detail", "details", "errorCode", "errorMessage", "exception", "fault", "message", "reason",
    "status",
    "statusCode", "title", "type",
  ]

  /// Returns whether it is the record or element of B2C Service that was written to, and not an error with its id.
  fileprivate func isItem(of write: Write, _ resource: ResourceType, key: String) -> Bool {
    let id = write.element.map { .integer($0.id) } ?? write.recordID.json
    guard object[key] == id || write.element != nil && object[key]?["id"] == id else { return false }
    if let address, !address.hasSuffix(write.address(in: "/\(resource.name)")) { return false }
    let list = write.element.flatMap { resource.list(at: $0.list) }
    return Self.wordsOfErrors.allSatisfy { word in
      guard object[word] != nil else { return true }
      return list == nil ? resource.field(at: word) != nil : list?.field(word) != nil
    }
  }

  /// Returns whether it can be the framework's answer to a write (reference, section 10).
  ///
  /// Such an answer contains some of the values that the write sets. An item never contains the elements that a write
  /// only adds to its lists; its own address, in the framework's form, then is enough.
  func confirms(_ write: Write, _ resource: ResourceType) -> Bool {
    let body = (try? JSONValue(parsing: write.body))?.object ?? JSONObject()
    if body.isEmpty || body.contains(where: { object[$0.name] != nil }) { return true }
    return hasSelfLink && write.element == nil && body.allSatisfy { resource.list(named: $0.name) != nil }
  }

  /// Returns the attributes of a write that the item shows; `nil` if it is another record or element.
  func image(of write: Write, _ resource: ResourceType) -> RecordImage? {
    let body = (try? JSONValue(parsing: write.body))?.object ?? JSONObject()
    guard let element = write.element else {
      guard isRecord(write.recordID, resource.key) else { return nil }
      var image = RecordImage(id: write.recordID, token: token)
      for (name, _) in body where resource.list(named: name) == nil {
        image.values[name] = object[name].map { resource.field(at: name)?.kind.value($0) ?? $0 }
      }
      return image
    }
    guard let list = resource.list(at: element.list), let selector = list.selector?.path,
      integer(selector) == element.id
    else { return nil }
    var shown = JSONObject([(selector, .integer(element.id))])
    for (name, _) in body {
      guard let raw = object[name] else { continue }
      shown[name] = list.field(name)?.kind.value(raw) ?? raw
    }
    return RecordImage(id: write.recordID, lists: [element.list: [shown]])
  }
}

extension Write {
  /// Returns its address on a B2C Service site.
  ///
  /// - Parameter collection: the address, or the end of it, of the collection that the record is in.
  func address(in collection: String) -> String {
    var address = collection
    address += "/"
    address += recordID.pathSegment
    if let element { address += "/\(element.list.percentEncoded)/\(element.id)" }
    return address
  }

  /// Returns the address of the list that an element is created in.
  func listAddress(in collection: String) -> String {
    "\(collection)/\(recordID.pathSegment)" + (element.map { "/\($0.list.percentEncoded)" } ?? "")
  }
}
