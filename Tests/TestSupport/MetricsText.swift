/// Prometheus' text format, read strictly: what a lenient parser would swallow is a failure here.
///
/// Written from the format's description and not from the code that writes it:
/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
public struct MetricsText: Sendable {
  /// A rule of the format that a text breaks.
  public struct Violation: Error, CustomStringConvertible {
    public var line: Int
    public var rule: String
    public var description: String { "line \(line): \(rule)" }
  }

  /// One sample: its name with suffix, its labels, its value.
  public struct Sample: Sendable, Equatable {
    public var name: String
    public var labels: [String: String]
    public var value: Double
  }

  public private(set) var samples: [Sample] = []
  /// Metric → its type.
  public private(set) var types: [String: String] = [:]
  private var order: [String] = []
  private var line = 0

  /// - Throws: `Violation`.
  public init(parsing text: String) throws(Violation) {
    guard text.isEmpty || text.hasSuffix("\n") else {
      throw Violation(line: 0, rule: "no line end at the end")
    }
    var helped: String?
    for content in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      line += 1
      if content.hasPrefix("# HELP ") {
        let name = String(content.dropFirst(7).prefix { $0 != " " })
        try demand(name.isMetricName && !order.contains(name), "a metric twice, or no name: \(name)")
        try demand(content.hasPrefix("# HELP \(name) ") && !content.hasSuffix(" "), "no help")
        helped = name
        order.append(name)
      } else if content.hasPrefix("# TYPE ") {
        let words = content.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
        try demand(words.count == 4 && words[2] == helped, "TYPE must follow HELP of the same metric")
        try demand(["counter", "gauge", "histogram"].contains(words[3]), "unknown type \(words[3])")
        types[words[2]] = words[3]
      } else {
        try take(sample: content)
      }
    }
    for (name, type) in types { try check(name, type) }
  }

  /// The value of the only sample that has this name and these labels, `job` aside.
  public func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    let found = samples.filter { $0.name == name && $0.labels.filter { $0.key != "job" } == labels }
    return found.count == 1 ? found[0].value : nil
  }

  private mutating func take(sample content: Substring) throws(Violation) {
    var rest = content
    let name = String(rest.prefix { $0 != "{" && $0 != " " })
    rest = rest.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while true {
        let label = String(rest.prefix { $0 != "=" })
        try demand(label.isMetricName && !label.contains(":") && !label.hasPrefix("__"), "label \(label)")
        rest = rest.dropFirst(label.count)
        try demand(rest.hasPrefix("=\""), "a label's value must be in quotes")
        rest = rest.dropFirst(2)
        try demand(labels.updateValue(try quoted(&rest), forKey: label) == nil, "label \(label) twice")
        let next = rest.popFirst()
        try demand(next == "," || next == "}", "'\(content)' has no end of its labels")
        if next == "}" { break }
      }
    }
    try demand(rest.first == " " && !rest.dropFirst().contains(" "), "one blank, a value, and no time")
    guard let value = Double(rest.dropFirst()) else {
      throw Violation(line: line, rule: "no number in '\(content)'")
    }
    try demand(metric(of: name) == order.last, "\(name) stands apart from its TYPE")
    try demand(!samples.contains { $0.name == name && $0.labels == labels }, "a sample twice: \(content)")
    samples.append(Sample(name: name, labels: labels, value: value))
  }

  private func quoted(_ rest: inout Substring) throws(Violation) -> String {
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\":
        guard let escaped = rest.popFirst(), let meant = ["\\": "\\", "\"": "\"", "n": "\n"][String(escaped)]
        else {
          throw Violation(line: line, rule: "an escape that there is not")
        }
        text += meant
      default: text.append(character)
      }
    }
    throw Violation(line: line, rule: "a quote without its end")
  }

  private func metric(of name: String) -> String {
    for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
      let base = String(name.dropLast(suffix.count))
      if types[base] == "histogram" { return base }
    }
    return name
  }

  private func check(_ name: String, _ type: String) throws(Violation) {
    let own = samples.filter { metric(of: $0.name) == name }
    try demand(!own.isEmpty, "\(name) has no sample")
    try demand((type == "counter") == name.hasSuffix("_total"), "\(name) is a \(type)")
    guard type == "histogram" else { return }
    let buckets = own.filter { $0.name.hasSuffix("_bucket") }
    let bounds = buckets.compactMap { Double($0.labels["le"] ?? "") }
    try demand(bounds.count == buckets.count && bounds == bounds.sorted(), "\(name)'s bounds do not rise")
    try demand(bounds.last == .infinity, "\(name) has no +Inf")
    try demand(buckets.map(\.value) == buckets.map(\.value).sorted(), "\(name) is not cumulative")
    try demand(own.first { $0.name == "\(name)_count" }?.value == buckets.last?.value, "\(name)_count")
    try demand(own.contains { $0.name == "\(name)_sum" }, "\(name)_sum")
  }

  private func demand(_ holds: Bool, _ rule: String) throws(Violation) {
    guard holds else { throw Violation(line: line, rule: rule) }
  }
}

extension String {
  fileprivate var isMetricName: Bool {
    guard let first = utf8.first, !(0x30...0x39).contains(first) else { return false }
    return utf8.allSatisfy { byte in
      (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x5F
    }
  }
}
