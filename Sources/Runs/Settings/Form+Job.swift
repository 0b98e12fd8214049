import Catalog
import Sheets
import Sites
package import Staging

extension Form where Value == UInt8 {
  /// The delimiters that are detected in a sheet, with their names.
  static let delimiter = Form("one of \",\", \";\", \"|\" or tab") { text in
    switch text {
    case "tab", #"\t"#, "\t": UInt8(ascii: "\t")
    case ",", ";", "|": text.utf8.first
    default: nil
    }
  }
}

extension Form where Value == SheetEncoding {
  /// Encodings by their common names.
  static let encoding: Form = {
    var form = Form.word
    form.read = { text in
      let aliases: [String: SheetEncoding] = [
        "utf8": .utf8, "utf16": .utf16, "cp1252": .windows1252, "windows1252": .windows1252,
        "latin1": .latin1, "iso-8859-1": .latin1,
      ]
      return SheetEncoding(rawValue: text.lowercased()) ?? aliases[text.lowercased()]
    }
    return form
  }()
}

extension Form where Value == Int {
  /// More than 128 lanes exhaust Dispatch's threads.
  static let lanes = number(1...128)
  static let attempts = number(1...100)
  static let failures = number(1...Int.max)
  static let records = number(1...Int.max)
  /// Rows that are read ahead are held in memory.
  static let skippedRows = number(1...1_000)
  static let keptRuns = number(1...1_000_000)
  static let batchLimit = number(1...1_000)
  /// The versions that the Fusion reference describes.
  static let frameworkVersion = number(1...9)
}

extension Form where Value == Limit {
  static let keptDays = Form("a whole number from 1 to 36500, or never") { text in
    text == "never" ? .never : Form<Int>.number(1...36_500).read(text).map(Limit.at)
  }

  static let limit = Form("a whole number, 1 or more, or never") { text in
    text == "never" ? .never : Form<Int>.failures.read(text).map(Limit.at)
  }
}

extension Form where Value == String {
  /// Returns the form of an API version, which may omit the letter.
  static func apiVersion(of dialect: Dialect) -> Form {
    Form("one of \(dialect.apiVersions.joined(separator: ", "))") { text in
      dialect.apiVersions.first { $0 == text || $0 == "v\(text)" }
    }
  }

  static let siteName = Form("the name of a site in sites.yaml, a URL, or a mapping") { text in
    text.isEmpty ? nil : text
  }
}

extension Form where Value == DeclaredType {
  static let declaredType = Form(DeclaredType.expected) { DeclaredType($0) }
}

extension Form where Value == RowSelection {
  package static let rows = Form("row numbers such as 3,7-12") { RowSelection($0) }
}
