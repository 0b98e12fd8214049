import Console
import Sites

extension UserError {
  /// Creates the error that a site has caused, in the site's words if it has answered, else in ours.
  init(_ code: ExitCode, place: String? = nil, _ fact: String, of refusal: Refusal, hint: String? = nil) {
    self.init(code, place: place, fact, hint: hint)
    if refusal.status == nil { message += ": \(refusal.message)" } else { reply = refusal.message }
  }
}
