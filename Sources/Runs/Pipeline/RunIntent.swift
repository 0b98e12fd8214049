/// What a call wants of a run, beyond what the run itself asks for.
package struct RunIntent {
  /// Who is asked before the first row is sent.
  var confirmation: Confirmation
  /// Whether the plan of a dry run is carried out from now on.
  var approvesPlan = false
  /// What of a plan is shown, and how pending changes are told.
  var planOptions = PlanOptions()
  /// Whether the sheet is meant to be sent although it was sent before.
  var isRepetitionMeant = false
  /// Whether failed rows are sent once more.
  var retriesFailed = false
  /// Whether the run is an older one.
  var isResume = false

  package init(
    confirmation: Confirmation, approvesPlan: Bool = false, planOptions: PlanOptions = PlanOptions(),
    isRepetitionMeant: Bool = false, retriesFailed: Bool = false
  ) {
    self.confirmation = confirmation
    self.approvesPlan = approvesPlan
    self.planOptions = planOptions
    self.isRepetitionMeant = isRepetitionMeant
    self.retriesFailed = retriesFailed
  }

  /// The command that works on a run for this purpose.
  func command(_ purpose: Purpose) -> String {
    guard isResume else { return purpose.command }
    return approvesPlan ? "apply" : "resume"
  }
}
