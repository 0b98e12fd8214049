import Console
import Sites

extension UserError {
  /// The error that a site has caused: its words where it has answered, else ours.
  init(_ code: ExitCode, place: String? = nil, _ fact: String, of refusal: Refusal, hint: String? = nil) {
    self.init(code, place: place, fact, hint: hint)
    if refusal.status == nil { message += ": \(refusal.message)" } else { reply = refusal.message }
  }
}
