import Catalog
import JSON
import Sheets

extension JobDraft {
  /// Returns the job file.
  ///
  /// - Parameters:
  ///   - sheet: the sheet's path as the job has it.
  ///   - site: the line about the site.
  package func text(sheet: String, site: String) -> String {
    var lines = [
      "# Drafted from \(profile.rows) rows. Nothing is sent before 'bulkpatch run'; 'bulkpatch check' says what is missing.",
      "resource: \(resource.ownName)", "sheet: \(YAML.scalar(sheet))", site,
    ]
    lines += csvLines + columnLines + constantLines + valueLines + ignoreLines
    if let total = profile.total {
      lines += ["skip_rows:", "  where: [\(YAML.scalar(total.pattern))]  # the last line: \(total.text)"]
    }
    return lines.filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
  }

  private var csvLines: [String] {
    var lines: [String] = []
    if let delimiter = profile.delimiter, delimiter != UInt8(ascii: ",") {
      let sign = delimiter == UInt8(ascii: "\t") ? "tab" : String(Unicode.Scalar(delimiter))
      lines.append("  delimiter: \(YAML.scalar(sign))")
    }
    if let sample = profile.encodingSample, profile.encoding == .windows1252 {
      lines.append(
        "  encoding: windows-1252  # it is not UTF-8; look whether this is right: \(sample.printable(limit: 40))"
      )
    }
    lines += timeLines
    let commas = profile.columns.filter {
      $0.decimalCommas > 0 && $0.decimalCommas + $0.wholeNumbers == $0.cells
    }
    if let column = commas.first {
      lines.append("  decimal: comma  # as in \(column.header.printable(limit: 40))")
    }
    return lines.isEmpty ? [] : ["csv:"] + lines
  }

  private var timeLines: [String] {
    let forms = profile.columns.filter { $0.isOfTimes && !$0.times.isISO }
    var lines: [String] = []
    let patterns = forms.compactMap { column in column.times.pattern.map { (column, $0) } }
    if let (column, pattern) = patterns.first(where: { !$0.0.times.isOfTime }) {
      lines.append("  date: \(pattern)  # as in \(column.header.printable(limit: 40))")
    }
    if let (column, pattern) = patterns.first(where: { $0.0.times.isOfTime }) {
      lines.append(
        "  # datetime: \(pattern)  # as in \(column.header.printable(limit: 40)); and in which zone?")
      lines.append("  # timezone: Europe/Paris")
    }
    for column in ambiguousTimes {
      lines.append(
        "  # date: dd/MM/yyyy  # or MM/dd/yyyy? The cells of \(column.header.printable(limit: 40)) do not tell"
      )
    }
    return lines
  }

  private var columnLines: [String] {
    guard !columns.isEmpty else { return ["# columns:  # no column is known by its name; see below"] }
    return ["columns:"]
      + columns.map {
        "  \(YAML.scalar($0.header)): \(YAML.scalar($0.path))  # \($0.reason.printable(limit: 80))"
      }
  }

  private var constantLines: [String] {
    guard let audience else { return [] }
    let meaning =
      audience == 1
      ? "a private note; 2 is a response that the customer sees" : "a response that the customer sees"
    return ["constants:", "  threads.append.entryType: \(audience)  # \(meaning)"]
  }

  private var valueLines: [String] {
    guard !values.isEmpty else { return [] }
    var lines = ["values:"]
    for (header, path, cells) in values {
      let known = resource.knownNames(path)
      let hint = known.isEmpty ? "" : "; known: \(known.joined(separator: ", "))"
      let isOpen = cells.contains { $0.meaning == nil }
      let question = isOpen ? "  # fill in what \(path) each stands for\(hint)" : ""
      lines.append("  \(YAML.scalar(header)):\(question)")
      for cell in cells {
        let rows = cell.rows == 1 ? "1 row" : "\(cell.rows) rows"
        let text = "\(YAML.scalar(cell.text)): \(YAML.scalar(cell.meaning ?? ""))"
        lines.append("    \(cell.meaning == nil ? "# " : "")\(text)  # \(rows)")
      }
    }
    return lines
  }

  private var ignoreLines: [String] {
    guard !left.isEmpty else { return [] }
    return ["ignore:"]
      + left.map { "  - \(YAML.scalar($0.header))  # \($0.question.printable(limit: 160))" }
  }

  /// The lines for a job that maps these columns, to be pasted into it.
  package func lines(for headers: Set<String>) -> String {
    let mapped = columns.filter { headers.contains($0.header) }
    let open = left.filter { headers.contains($0.header) }
    var lines: [String] = []
    if !mapped.isEmpty {
      lines +=
        ["columns:"]
        + mapped.map {
          "  \(YAML.scalar($0.header)): \(YAML.scalar($0.path))  # \($0.reason.printable(limit: 80))"
        }
    }
    if !open.isEmpty {
      lines +=
        ["ignore:"] + open.map { "  - \(YAML.scalar($0.header))  # \($0.question.printable(limit: 160))" }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension ResourceType {
  /// The values that the catalogue knows of a menu.
  fileprivate func knownNames(_ path: String) -> [String] {
    if case .menu(let known, _)? = field(at: path)?.kind { known.map(\.name) } else { [] }
  }
}

/// Texts in a YAML file.
enum YAML {
  /// Returns a text as a scalar: as it is where YAML reads it as that text, quoted elsewhere.
  static func scalar(_ text: String) -> String {
    let isPlain =
      text.first.map { $0.isLetter && $0.isASCII } == true && text.last != " "
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || " ._/-()".unicodeScalars.contains($0)
      }
      && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
    return isPlain ? text : JSONValue.string(text).text()
  }
}
