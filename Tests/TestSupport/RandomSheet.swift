/// Sheets of incidents, drawn at random, in which everyday rows stand beside anything that people and
/// programs write.
public struct RandomSheet {
  public enum Format: String, CaseIterable, Sendable {
    case csv
    case jsonl
  }

  private var random: SeededGenerator

  public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let paths = [
    "subject", "assignedTo.account", "statusWithType.status", "queue", "severity", "product",
    "threads.append.text", "threads.append.entryType", "threads.append.contentType", "threads.rewrite.id",
    "threads.rewrite.text", "customFields.c.note", "customFields.c.due", "customFields.c.count",
    "customFields.c.open", "otherContacts.add", "fileAttachments.add.file",
  ]

  /// Types of the attributes above that the site defines itself.
  public static let customTypes = ["due": "datetime", "count": "number", "open": "boolean"]

  private static let words = [
    "", "", "", "8", "Solved", "Waiting", "Unresolved", "Note", "Staff Account", "hello",
    "a longer text, with a comma",
    " 8", "8 ", "007", "-3", "12.5", "1e3", "id:8", "id: 9", "name:Tier 2", "null", "NULL", "N/A", "None",
    "<null>", "<NULL>",
    "#N/A", "#1 priority", "true", "Yes", "0", "maybe", "2024-03-17", "2024-03-17T10:00:00+01:00",
    "17.3.2024",
    "say \"yes\"", "\"", "back\\slash", "two\nlines", "cr\r\nlf", "tab\there", "é", "straße",
    "“quoted” – dash", "語彙",
    "soft\u{AD}hyphen", "zero\u{200B}width", "👩\u{200D}🚒", "❤\u{FE0F}", "\u{A0}", "\u{2028}", "bell\u{7}",
    "\u{7F}",
    "7; id:8", "text/html", "9223372036854775807", "9223372036854775808", "0x1F", "1,234", "1 234",
    "{\"id\": 8}",
  ]

  /// Values of JSON that no cell has.
  private static let tokens = [
    "null", "true", "8", "8.0", "-0", "1E2", "\"\"", #""\u0041""#, #""a\/b""#, #""\t""#, #""\n8""#, #""8\n""#,
    #"{"id":8}"#,
    #"{"id": 8}"#, #"{"id":08}"#, #"{ "id" : 8 }"#, #"{"lookupName":"Solved"}"#, #"{"lookupName": "Nobody"}"#,
    #"{"id":8,"lookupName":"x"}"#, "{}", "[]", "[8]", "[[]]", #"{"id":8,"id":9}"#, "nul", "", "\"open",
  ]

  /// A sheet of this many rows, and some more lines that are not rows.
  public mutating func text(_ format: Format, rows: Int) -> String {
    switch format {
    case .csv: csv(rows)
    case .jsonl: (0..<rows).map { _ in line() }.joined()
    }
  }

  private mutating func id() -> String {
    // Ascending ones are the rule; others come twice.
    Int.random(in: 0..<12, using: &random) == 0
      ? ["x", "", "0", "1e2", "007", " 5", "-1", "9223372036854775807"].randomElement(using: &random) ?? ""
      : String(Int.random(in: 1...40, using: &random))
  }

  private mutating func word() -> String { Self.words.randomElement(using: &random) ?? "" }

  private mutating func isRare(_ of: Int = 8) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }

  // MARK: CSV

  private mutating func csv(_ rows: Int) -> String {
    let delimiter = isRare() ? ";" : ","
    let lineEnd = isRare() ? "\r\n" : "\n"
    var columns = Self.paths.shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random)) + []
    if !columns.contains(where: { !$0.hasPrefix("threads.rewrite") }) { columns.append("subject") }
    let names = (["id"] + columns).shuffled(using: &random)
    var text = names.joined(separator: delimiter) + lineEnd
    for _ in 0..<rows {
      // Most rows say little.
      let isPlain = !isRare(3)
      let cells = names.map { name in
        if name == "id" { return id() }
        guard isPlain else { return word() }
        if name.hasSuffix("text") || name == "subject" {
          return "An everyday text, \"quoted\" \(isRare() ? "é" : "")"
        }
        if name.hasSuffix("entryType") { return "Note" }
        return name.hasSuffix("status") ? "Waiting" : isRare(2) ? "" : "8"
      }
      text += cells.map { written($0, delimiter) }.joined(separator: delimiter)
      text += isRare(20) ? delimiter + "more" : ""
      text += isRare(40) ? ["\n", "\r", "\r\n", "\r\r\n"].randomElement(using: &random) ?? "" : lineEnd
      if isRare(20) {
        text += [lineEnd, delimiter + lineEnd, "a\"b" + lineEnd].randomElement(using: &random) ?? ""
      }
    }
    if isRare() { text.removeLast() }
    return text
  }

  private mutating func written(_ cell: String, _ delimiter: String) -> String {
    let mustQuote =
      cell.contains { "\"\n\r".contains($0) || String($0) == delimiter } || cell.contains("\r\n")
    guard mustQuote || isRare(5) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: JSONL

  private mutating func line() -> String {
    let blank = isRare(3) ? " " : ""
    var members: [(String, String)] = []
    if !isRare(20) { members.append(("id", isRare(20) ? quoted(id()) : id())) }
    for _ in 0..<Int.random(in: 0...4, using: &random) { members.append(member(blank)) }
    if isRare(4) { members.shuffle(using: &random) }
    return object(members, blank)
      + (isRare(30) ? ["\r\n", "\n\n", " \n", "]\n"].randomElement(using: &random) ?? "" : "\n")
  }

  private func object(_ members: [(String, String)], _ blank: String) -> String {
    "{" + members.map { "\"\($0)\":\(blank)\($1)" }.joined(separator: "," + blank) + "}"
  }

  private mutating func member(_ blank: String) -> (String, String) {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: ("subject", value(#""An everyday text, \"quoted\"""#))
    case 1: ("assignedTo", object([("account", value(#"{"id":8}"#))], blank))
    case 2: ("statusWithType", object([("status", value(#"{"lookupName":"Waiting"}"#))], blank))
    case 3: ("queue", value(#"{"id":3}"#))
    case 4: ("customFields", object([("c", object([("note", value("\"n\""))], blank))], blank))
    case 5:
      (["_row", "colour", "otherContacts", "_status"].randomElement(using: &random) ?? "", value("8"))
    default: ("threads", thread(blank))
    }
  }

  private mutating func thread(_ blank: String) -> String {
    var members = [("text", value("\"A note.\"")), ("entryType", value(#"{"lookupName":"Note"}"#))]
    if isRare() { members.removeLast() }
    if isRare(12) { members.append(("id", "3")) }
    let element = object(members, blank)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return element
    case 1: return "[\(element),\(blank)\(element)]"
    default: return "[\(blank)\(element)\(blank)]"
    }
  }

  private mutating func value(_ everyday: String) -> String {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: Self.tokens.randomElement(using: &random) ?? "8"
    case 1: quoted(word())
    default: everyday
    }
  }

  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20: quoted += "\\u000\(scalar.value)"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
