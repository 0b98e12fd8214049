import Catalog
import Execution
import Foundation
package import Reports
package import Staging

extension RunPlan {
  /// Reads the changes that rows of the run have made, with the names that were found for ids.
  package func carriedOutChanges(of run: RunFile?) -> ChangeReader {
    var resource = resource
    resource.siteNames = (try? run?.siteNames()) ?? [:]
    let changes = CarriedOutChanges(resource: resource)
    return { changes($0) }
  }

  /// Reads the changes of a run's rows with the job's attributes, or the catalogue's if the job cannot be read.
  package static func carriedOutChanges(of record: RunRecord, in directory: RunDirectory) -> ChangeReader {
    if let plan = try? RunPlan(of: record, in: directory, isMapped: false) {
      return plan.carriedOutChanges(of: try? RunFile(reading: directory))
    }
    let overlay = record.overlay.flatMap { try? ResourceOverlay(parsing: $0) }
    guard let name = ResourceName(record.resource),
      let resource = try? resource(named: name, at: overlay?.dialect, overlay)
    else { return { _ in [] } }
    let changes = CarriedOutChanges(resource: resource)
    return { changes($0) }
  }
}
