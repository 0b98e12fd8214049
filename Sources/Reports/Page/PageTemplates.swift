import Mustache

/// The templates of a page, parsed once; they are part of the program, which is a single file.
struct PageTemplates: Sendable {
  static let shared = PageTemplates()

  /// The templates by name: the two halves of the page, and their parts.
  static let texts: [String: String] = [
    "opening": opening, "closing": closing, "facts": facts, "bars": bars, "causes": causes, "matrix": matrix,
    "charts": charts, "list": list, "next": next, "papers": papers,
  ]

  private let library: MustacheLibrary

  private init() {
    PageText.register()
    var library = MustacheLibrary()
    for (name, text) in PageTemplates.texts {
      do { try library.register("\(PageText.pragma)\n\(text)", named: name) } catch {
        preconditionFailure("the template '\(name)' is wrong: \(error)")
      }
    }
    self.library = library
  }

  func render(_ name: String, _ values: [String: Any]) -> String {
    library.render(values, withTemplate: name) ?? ""
  }
}

extension PageTemplates {
  private static let opening = #"""
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-{{{scriptHash}}}'; style-src 'sha256-{{{styleHash}}}'; img-src data:; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="robots" content="noindex">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <a class="skip" href="#list">Skip to the list of changes</a>
    <header>
    <p class="kind">bulkpatch · {{kind}}</p>
    <h1><bdi>{{headline}}</bdi></h1>
    <p class="lede">{{#mood}}<span class="badge {{class}}">{{word}}</span>{{/mood}} <bdi>{{lede}}</bdi></p>
    </header>
    <main>
    {{>facts}}
    {{>bars}}
    {{>causes}}
    {{>matrix}}
    {{>charts}}
    {{>list}}
    {{>papers}}
    </main>
    <footer><p>Made by bulkpatch from the run's own file. This page loads nothing and sends nothing.</p></footer>
    <dialog id="detail" aria-labelledby="detail-title">
    <h2 id="detail-title"></h2>
    <dl id="detail-facts"></dl>
    <h3>Before</h3><pre id="detail-before" class="value" dir="auto"></pre>
    <h3>After</h3><pre id="detail-after" class="value" dir="auto"></pre>
    <p id="detail-note" class="note"></p>
    <form method="dialog"><button>Close</button></form>
    </dialog>
    <script type="application/json" id="data">
    """#

  private static let closing = #"""
    </script>
    <script>{{{script}}}</script>
    </body>
    </html>

    """#

  private static let facts = #"""
    <section aria-label="What, where, who, when and why">
    <dl class="facts">
    {{#why}}
    <div class="why"><dt>{{term}}</dt><dd{{#isMissing}} class="missing"{{/isMissing}}><bdi>{{text}}</bdi>{{#note}}<span class="note"><bdi>{{note}}</bdi></span>{{/note}}</dd></div>
    {{/why}}
    {{#facts}}
    <div><dt>{{term}}</dt><dd{{#isMissing}} class="missing"{{/isMissing}}><bdi>{{text}}</bdi>{{#note}}<span class="note"><bdi>{{note}}</bdi></span>{{/note}}</dd></div>
    {{/facts}}
    </dl>
    {{#hasDecision}}
    <div class="next">
    <h2>Your decision</h2>
    {{>next}}
    </div>
    {{/hasDecision}}
    </section>
    """#

  private static let next = #"""
    {{#next}}
    <p>{{purpose}}</p><pre class="command">{{command}}</pre>
    {{/next}}
    """#

  private static let bars = #"""
    <section aria-labelledby="rows-title">
    <h2 id="rows-title">The rows of the sheet</h2>
    <table class="bars"><thead class="away"><tr><th scope="col">State</th><th scope="col">Share</th><th scope="col">Rows</th><th scope="col">Meaning</th></tr></thead><tbody>
    {{#bars}}
    <tr><th scope="row">{{name}}</th><td class="bar"><svg class="{{class}}" aria-hidden="true" focusable="false"><rect width="100%" height="100%" class="track"/><rect width="{{width}}%" height="100%"/></svg><span class="share">{{share}}</span></td><td class="number">{{count}}</td><td class="meaning">{{meaning}}</td></tr>
    {{/bars}}
    </tbody></table>
    {{#rollback}}
    <h2>{{title}}</h2>
    <table class="bars"><thead class="away"><tr><th scope="col">Bucket</th><th scope="col">Share</th><th scope="col">Changes</th><th scope="col">Meaning</th></tr></thead><tbody>
    {{#bars}}
    <tr><th scope="row">{{name}}</th><td class="bar"><svg class="{{class}}" aria-hidden="true" focusable="false"><rect width="100%" height="100%" class="track"/><rect width="{{width}}%" height="100%"/></svg><span class="share">{{share}}</span></td><td class="number">{{count}}</td><td class="meaning">{{meaning}}</td></tr>
    {{/bars}}
    </tbody></table>
    <p class="note">Counted by changes of run <bdi>{{source}}</bdi>, not by rows: changes of one row can have different outcomes.</p>
    {{/rollback}}
    </section>
    """#
}
