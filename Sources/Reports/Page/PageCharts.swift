import Foundation
import Staging

/// The two charts of a page: the run's progress over time, and the site's response times.
///
/// Each is a path in a square of 1,000 by 100, stretched to the available room. The labels of the axes are text of
/// the page, so that they stay readable on a telephone.
enum PageCharts {
  /// Returns the rows finished and rows done over time; `nil` if all came at one moment.
  static func progress(_ points: [ProgressPoint]) -> [String: Any]? {
    guard let first = points.first, let last = points.last, last.finished > 0, last.at > first.at else {
      return nil
    }
    let scale = Scale(first.at, last.at, top: Double(last.finished))
    let half = points.first { $0.finished * 2 >= last.finished } ?? last
    func area(_ value: (ProgressPoint) -> Int) -> String {
      scale.line(points.map { ($0.at, Double(value($0))) }) + "L1000 100L0 100Z"
    }
    let rate = Double(last.finished) / last.at.timeIntervalSince(first.at)
    return [
      "finished": area(\.finished), "done": area(\.done), "top": Quantity.count(last.finished),
      "hasLeft": last.done < last.finished, "left": Quantity.count(last.finished - last.done),
      "from": clock(first.at, of: scale), "to": clock(last.at, of: scale),
      "text":
        "\(Quantity.rows(last.finished)) in \(span(first.at, last.at)), \(Quantity.rate(rate)) on average; "
        + "half of them after \(span(first.at, half.at))",
    ]
  }

  /// Returns the median and the 95th percentile of the response times; `nil` if nothing was measured.
  static func answers(_ slices: [TempoSlice]) -> [String: Any]? {
    let answered = slices.filter { $0.p95 > 0 }
    guard let first = answered.first, let last = answered.last, let top = answered.map(\.p95).max() else {
      return nil
    }
    let end = last.started + Double(last.seconds)
    let scale = Scale(first.started, end, top: top * 1.1)
    func line(_ value: (TempoSlice) -> Double) -> String {
      stretches(answered).map { stretch in
        scale.line(
          stretch.flatMap { slice in
            [slice.started, slice.started + Double(slice.seconds)].map { ($0, value(slice)) }
          })
      }.joined()
    }
    let requests = slices.reduce(0) { $0 + $1.requests }
    let unanswered = slices.reduce(0) { $0 + $1.unanswered }
    let trouble =
      unanswered == 0 ? "" : "; \(Quantity.count(unanswered)) without an answer, or with an error of the site"
    return [
      "median": line(\.median), "p95": line(\.p95), "top": milliseconds(top * 1.1),
      "from": clock(first.started, of: scale), "to": clock(end, of: scale),
      "text":
        "\(Quantity.count(requests)) \(requests == 1 ? "request" : "requests"); at the slowest, 95 % of the answers "
        + "came within \(milliseconds(top))\(trouble)",
    ]
  }

  /// Returns the lines of a chart: each continues over a pause of the site, but not from one process to the next.
  private static func stretches(_ slices: [TempoSlice]) -> [[TempoSlice]] {
    var stretches: [[TempoSlice]] = []
    for slice in slices {
      if let last = stretches.last?.last, last.seconds == slice.seconds,
        slice.started.timeIntervalSince(last.started) < Double(10 * slice.seconds)
      {
        stretches[stretches.count - 1].append(slice)
      } else {
        stretches.append([slice])
      }
    }
    return stretches
  }

  /// Converts a moment and a value to a place in the square.
  private struct Scale {
    let start: Date
    let seconds: Double
    let top: Double

    init(_ start: Date, _ end: Date, top: Double) {
      self.start = start
      seconds = max(0.001, end.timeIntervalSince(start))
      self.top = max(top, .leastNormalMagnitude)
    }

    func line(_ points: [(Date, Double)]) -> String {
      points.enumerated().map { index, point in
        let x = (point.0.timeIntervalSince(start) / seconds * 10_000).rounded() / 10
        let y = ((1 - point.1 / top) * 1_000).rounded() / 10
        return "\(index == 0 ? "M" : "L")\(x) \(y)"
      }.joined()
    }
  }

  /// Returns the time of day, with the date if the run took several days.
  private static func clock(_ date: Date, of scale: Scale) -> String {
    let text = Timestamp.text(date)
    let time = text.dropFirst(11).prefix(8)
    return scale.seconds < 86_400 ? String(time) : "\(text.prefix(10)) \(time)"
  }

  private static func span(_ start: Date, _ end: Date) -> String {
    Quantity.duration(.seconds(end.timeIntervalSince(start)))
  }

  private static func milliseconds(_ number: Double) -> String {
    number < 10_000
      ? "\(Quantity.count(Int(number.rounded(.up)))) ms" : Quantity.duration(.milliseconds(number))
  }
}
