import Catalog
import Records
import TestSupport

@testable import Sites

extension SiteSettings {
  /// Settings for a server of a test, with short limits so that nothing hangs when a test fails.
  static func test(_ url: String, _ change: (inout SiteSettings) -> Void = { _ in }) -> SiteSettings {
    var settings = SiteSettings(name: "test", kind: .b2cService, url: url)
    settings.connectTimeout = .seconds(5)
    settings.requestTimeout = .seconds(20)
    change(&settings)
    return settings
  }

  /// The site of these settings, for incidents.
  func incidents(suppress: Set<Suppression> = []) throws(SiteError) -> any Site {
    try makeSite(resource: .incidents, suppress: suppress)
  }

  /// A connection to the site of these settings.
  func connection(suppress: Set<Suppression> = []) throws(SiteError) -> any SiteConnection {
    try incidents(suppress: suppress).makeConnection()
  }
}

extension Write {
  /// A plain field update, which may be sent twice.
  static let update = Write(recordID: 7, body: #"{"subject":"new"}"#, isIdempotent: true)
  /// An append, which must not be sent twice.
  static let append = Write(recordID: 7, body: #"{"threads":{"text":"note"}}"#, isIdempotent: false)
}

extension SiteSettings {
  /// Settings for a Fusion CX server of a test.
  static func fusion(_ url: String, _ change: (inout SiteSettings) -> Void = { _ in }) -> SiteSettings {
    test(url) {
      $0.kind = .fusionCX
      change(&$0)
    }
  }

  /// A connection for interactions.
  func interactions() throws(SiteError) -> any SiteConnection {
    try makeSite(resource: .interactions).makeConnection()
  }
}

/// The path of the Fusion API.
let fusionPath = "/crmRestApi/resources/11.13.18.05"
