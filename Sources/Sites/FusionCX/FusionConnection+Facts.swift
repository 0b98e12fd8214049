import Catalog
import JSON

extension FusionConnection {
  func facts() -> SiteFacts {
    handle.keepCertificate()
    let began = Double.secondsSince1970
    let exchange = firstQuestion()
    let ended = Double.secondsSince1970
    var facts = SiteFacts(judged(exchange))
    facts.certificate = handle.certificate
    guard facts.check.isApplied else { return facts }
    if let headers = exchange.answer?.headers {
      facts.clockDifference = SiteFacts.clockDifference(headers, began: began, ended: ended)
    }
    facts.version = version(exchange)
    let name = site.resource.name
    let describe = answer(get("\(name)/describe?metadataMode=minimal")).outcome.ofRead
    facts.permissions = [
      SiteFacts.Permission(name: "read \(name)", isGiven: true),
      SiteFacts.Permission("read field types", describe),
      // Data security decides by record; the flag of the first one is a sample (reference, section 2.1).
      SiteFacts.Permission(name: "change \(name)", isGiven: mayUpdateOne(name)),
    ]
    return facts
  }

  private func mayUpdateOne(_ name: String) -> Bool? {
    let item = get("\(name)?limit=1&onlyData=true&fields=UpdateFlag").answer?.json?["items"]?.array?.first
    switch item?["UpdateFlag"] {
    case .bool(let flag)?: return flag
    case .string(let text)?:
      return text == "true" || text == "Y" ? true : text == "false" || text == "N" ? false : nil
    default: return nil
    }
  }

  /// The version of the resources, and of the framework with those that are allowed (reference, sections 5 and 16).
  private func version(_ exchange: HTTPExchange) -> String {
    let echoed = exchange.answer?.headers["REST-Framework-Version"]?.asOneLine(limit: 10)
    var words = "resources \(site.version), framework version \(echoed ?? String(site.frameworkVersion))"
    let items = get(url: site.root).answer?.json?["items"]?.array ?? []
    let extensions = items.compactMap { $0["adf:extension"] }
    if let allowed = extensions.first?["allowedFrameworkVersions"]?.array?.compactMap(\.string),
      let first = allowed.first, let last = allowed.last
    {
      words += " " + "(\(first) to \(last) allowed)".asOneLine(limit: 40)
    }
    return words
  }
}
