import Foundation
import Staging

/// The durations of requests over the course of a run, in constant memory.
///
/// The number of time slices is limited; each doubles its length whenever there would be more.
struct Tempo: Sendable {
  /// The number of slices.
  static let limit = 120
  /// The steps per doubling of a millisecond: a percentile is off by less than a tenth.
  private static let steps = 8
  /// From an eighth of a millisecond to 131 seconds.
  private static let stepCount = 20 * steps

  private struct Stretch {
    var requests = 0
    var unanswered = 0
    /// The number of answers per step: above the step before, up to its own.
    var answers: [UInt32] = []

    mutating func add(_ other: Stretch) {
      requests += other.requests
      unanswered += other.unanswered
      guard !answers.isEmpty, !other.answers.isEmpty else {
        if answers.isEmpty { answers = other.answers }
        return
      }
      for step in answers.indices { answers[step] += other.answers[step] }
    }

    /// Returns the milliseconds that this share of the answers did not exceed; zero without an answer.
    func percentile(_ share: Double) -> Double {
      let total = answers.reduce(0) { $0 + Int($1) }
      let rank = max(1, Int((Double(total) * share).rounded(.up)))
      var seen = 0
      for (step, count) in answers.enumerated() {
        seen += Int(count)
        if seen >= rank { return exp2(Double(step + 1) / Double(Tempo.steps)) / 8 }
      }
      return 0
    }
  }

  private let began: Date
  private var width = 1
  private var stretches: [Stretch] = []

  init(began: Date) { self.began = began }

  /// Takes in one request.
  ///
  /// - Parameters:
  ///   - status: `nil` if there was no answer.
  ///   - at: its end; a time before the beginning, from a clock set back, counts as the beginning.
  mutating func record(status: Int?, duration: Duration, at now: Date) {
    let second = Int(min(max(0, now.timeIntervalSince(began)), 1e9))
    while second / width >= Tempo.limit { halve() }
    let index = second / width
    while stretches.count <= index { stretches.append(Stretch()) }
    stretches[index].requests += 1
    if status == nil || (500...599).contains(status ?? 0) { stretches[index].unanswered += 1 }
    guard status != nil else { return }
    if stretches[index].answers.isEmpty {
      stretches[index].answers = Array(repeating: 0, count: Tempo.stepCount)
    }
    let step = log2(max(0.125, duration / .milliseconds(1)) * 8) * Double(Tempo.steps)
    stretches[index].answers[min(Tempo.stepCount - 1, Int(step))] += 1
  }

  private mutating func halve() {
    width *= 2
    for index in stretches.indices where index.isMultiple(of: 2) {
      var stretch = stretches[index]
      if index + 1 < stretches.count { stretch.add(stretches[index + 1]) }
      stretches[index / 2] = stretch
    }
    stretches.removeLast(stretches.count / 2)
  }

  /// The slices with requests.
  var slices: [TempoSlice] {
    stretches.enumerated().filter { $0.element.requests > 0 }.map { index, stretch in
      TempoSlice(
        started: began + Double(index * width), seconds: width, requests: stretch.requests,
        unanswered: stretch.unanswered, median: stretch.percentile(0.5), p95: stretch.percentile(0.95))
    }
  }
}
