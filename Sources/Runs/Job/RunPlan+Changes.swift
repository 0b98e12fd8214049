import Catalog
import Execution
import Foundation
package import Reports
package import Staging

extension RunPlan {
  /// Tells what rows of the run have changed.
  package var carriedOutChanges: ChangeReader {
    let changes = CarriedOutChanges(resource: resource)
    return { changes($0) }
  }

  /// Tells what rows of a run have changed, as the job knows the attributes, or the catalogue where the job cannot be read.
  package static func carriedOutChanges(of record: RunRecord, in directory: RunDirectory) -> ChangeReader {
    if let plan = try? RunPlan(of: record, in: directory, isMapped: false) { return plan.carriedOutChanges }
    guard let resource = ResourceType.named(record.resource) else { return { _ in [] } }
    let changes = CarriedOutChanges(resource: resource)
    return { changes($0) }
  }
}
