import Foundation

/// A sheet whose cells would act as more than text on a page.
enum HostileSheet {
  /// One each: a script, the ends of elements, a change of direction, and characters that join with their
  /// neighbours.
  static let texts = [
    "<script>document.title='owned'</script>", "</style><b id=owned>x</b>",
    "</script><script>owned=1</script>",
    "abc\u{202E}dcba", "\u{600}<img id=owned src=x onerror=owned=1>", "\"\u{301} onmouseover=owned=1 x=\"",
    "<!--<script>", "{{#facts}}{{{script}}}{{/facts}}", "&lt;b&gt; &#60;", "=cmd|' /C calc'!A0",
    "مرحبا بالعالم",
  ]

  /// Row n sets the subject of incident n to one of them; one more adds the longest note allowed, 349,525
  /// characters.
  static var rows: String {
    let rows = texts.enumerated().map { index, text in
      "\(index + 1),\"\(text.replacingOccurrences(of: "\"", with: "\"\"", options: .literal))\",,\n"
    }
    return "id,subject,threads.append.text,threads.append.entryType\n" + rows.joined()
      + "30,,\(String(repeating: "long ", count: 69_905)),1\n"
  }
}
