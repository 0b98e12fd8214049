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

  /// Returns the command that works on a run for this purpose.
  func command(_ purpose: Purpose) -> String {
    guard isResume else { return purpose.command }
    return approvesPlan ? "apply" : "resume"
  }
}
