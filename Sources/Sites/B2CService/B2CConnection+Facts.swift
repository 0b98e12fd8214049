import Catalog
import JSON

extension B2CConnection {
  func facts() -> SiteFacts {
    handle.keepCertificate()
    let began = Double.secondsSince1970
    let exchange = firstQuestion()
    let ended = Double.secondsSince1970
    var facts = SiteFacts(judged(exchange))
    facts.certificate = handle.certificate
    guard facts.check.isApplied else { return facts }
    facts.version = "Connect REST \(service.version)"
    if let headers = exchange.answer?.headers {
      facts.clockDifference = SiteFacts.clockDifference(headers, began: began, ended: ended)
    }
    let name = service.resource.name
    facts.permissions = [SiteFacts.Permission(name: "read \(name)", isGiven: true)]
    let people = service.resource.fields.compactMap(\.target).first { $0 == "accounts" }
    let questions = [
      ("read menus", "namedIDs/\(name)"), ("read field types", "metadata-catalog/\(name)"),
      ("read accounts", people.map { "\($0)?limit=1" }),
    ]
    for case (let name, let path?) in questions {
      let outcome = Outcome(get(path).result, of: .b2cService, now: .secondsSince1970).ofRead
      facts.permissions.append(SiteFacts.Permission(name, outcome))
    }
    // No question tells it (reference, section 3): the profile decides, and shows only when something is sent.
    facts.permissions.append(SiteFacts.Permission(name: "change \(name)", isGiven: nil))
    return facts
  }
}

extension Field {
  /// The collection that a reference leads to.
  var target: String? { if case .reference(let target, _) = kind { target } else { nil } }
}
