/// The part of the work on a run that a call does.
package enum Errand: Equatable {
  /// Sends the rows.
  case send
  /// Lends the rows to shards.
  case split(Division)
  /// Takes back what shards have done.
  case gather(GatherRequest)
}

/// The shards to gather, and how.
package struct GatherRequest: Equatable {
  /// Numbers of shards, or folders in which shards lie now; empty for all that are out.
  var shards: [String]
  /// Takes back rows that are not sent, too.
  var isRecall: Bool
  /// The shards that are lost with their folders.
  var lost: [Int]

  package init(shards: [String] = [], isRecall: Bool = false, lost: [Int] = []) {
    self.shards = shards
    self.isRecall = isRecall
    self.lost = lost
  }
}

/// The wishes of a call beyond the run's own request.
package struct RunIntent {
  /// The question before the first row is sent.
  var confirmation: Confirmation
  /// Carries out the plan of a dry run from now on.
  var approvesPlan = false
  /// The options for showing a plan.
  var planOptions = PlanOptions()
  /// Allows a sheet to be sent a second time.
  var isRepetitionMeant = false
  /// Sends failed rows once more.
  var retriesFailed = false
  /// Asks the site for names again, whatever is kept of them.
  var refreshesNames = false
  /// The part of the work that the call does.
  package var errand = Errand.send
  /// Indicates that the run existed before the call.
  var isResume = false

  package init(
    confirmation: Confirmation, approvesPlan: Bool = false, planOptions: PlanOptions = PlanOptions(),
    isRepetitionMeant: Bool = false, retriesFailed: Bool = false, refreshesNames: Bool = false
  ) {
    self.confirmation = confirmation
    self.approvesPlan = approvesPlan
    self.planOptions = planOptions
    self.isRepetitionMeant = isRepetitionMeant
    self.retriesFailed = retriesFailed
    self.refreshesNames = refreshesNames
  }

  /// Indicates that the call only takes back what shards have done, and asks the site nothing.
  var isGathering: Bool { if case .gather = errand { true } else { false } }
  /// Indicates that the call lends rows to shards, and sends nothing itself.
  var isSplitting: Bool { if case .split = errand { true } else { false } }

  /// Returns the command that works on a run for this purpose.
  func command(_ purpose: Purpose) -> String {
    switch errand {
    case .send: break
    case .split: return "split"
    case .gather: return "gather"
    }
    guard isResume else { return purpose.command }
    return approvesPlan ? "apply" : "resume"
  }
}
