extension PageTemplates {
  static let causes = #"""
    {{#hasCauses}}
    <section aria-labelledby="causes-title">
    <h2 id="causes-title">{{causeTitle}}</h2>
    <ol class="causes">
    {{#causes}}
    <li><p class="cause"><strong>{{count}}</strong> {{state}} <code>{{code}}</code> <span class="note">{{place}}</span></p>
    <p><bdi>{{message}}</bdi></p>{{#hint}}<p class="hint"><bdi>{{hint}}</bdi></p>{{/hint}}</li>
    {{/causes}}
    </ol>
    </section>
    {{/hasCauses}}
    {{#hasWarnings}}
    <section aria-labelledby="warnings-title">
    <h2 id="warnings-title">Warnings</h2>
    <ol class="causes">
    {{#warnings}}
    <li><p class="cause"><code>{{rule}}</code> <span class="note">{{place}}</span></p>
    <p><bdi>{{message}}</bdi></p>{{#hint}}<p class="hint"><bdi>{{hint}}</bdi></p>{{/hint}}</li>
    {{/warnings}}
    </ol>
    </section>
    {{/hasWarnings}}
    {{#hasIrreversible}}
    <section aria-labelledby="stays-title">
    <h2 id="stays-title">{{irreversibleTitle}}</h2>
    <ul class="plain">
    {{#irreversible}}
    <li><bdi>{{text}}</bdi></li>
    {{/irreversible}}
    </ul>
    </section>
    {{/hasIrreversible}}
    """#

  static let matrix = #"""
    {{#hasAttributes}}
    <section aria-labelledby="changes-title">
    <h2 id="changes-title">{{changeTitle}}</h2>
    {{#attributes}}
    <article class="attribute">
    <h3><bdi>{{attribute}}</bdi> <span class="note">{{count}} {{plural}}</span></h3>
    {{#examples}}
    <p class="note">{{count}} different changes, such as</p>
    <ul class="examples">
    {{#pairs}}
    <li>{{#hasFrom}}<del><bdi>{{from}}</bdi></del> <span aria-label="to">→</span> {{/hasFrom}}<ins><bdi>{{to}}</bdi></ins></li>
    {{/pairs}}
    </ul>
    {{/examples}}
    {{#matrix}}
    <div class="scroll" tabindex="0" role="group" aria-label="From and to: {{attribute}}">
    <table class="matrix"><thead><tr><th scope="col" class="corner">{{corner}}</th>{{#columns}}<th scope="col"><bdi>{{to}}</bdi></th>{{/columns}}{{#hasSum}}<th scope="col">all</th>{{/hasSum}}</tr></thead><tbody>
    {{#rows}}
    <tr><th scope="row"><bdi>{{from}}</bdi></th>{{#cells}}<td class="{{shade}}">{{count}}</td>{{/cells}}{{#hasSum}}<td class="sum">{{sum}}</td>{{/hasSum}}</tr>
    {{/rows}}
    </tbody></table>
    </div>
    {{/matrix}}
    </article>
    {{/attributes}}
    {{#moreAttributes}}<p class="note">and {{moreAttributes}} more attributes, in the list below</p>{{/moreAttributes}}
    </section>
    {{/hasAttributes}}
    """#

  static let charts = #"""
    {{#hasCharts}}
    <section aria-labelledby="time-title">
    <h2 id="time-title">Over time</h2>
    <div class="charts">
    {{#progress}}
    <figure>
    <figcaption>Rows finished <span class="note">{{text}}</span></figcaption>
    <p class="axis"><span>{{top}}</span>{{#hasLeft}}<span class="key bad">{{left}} not done</span>{{/hasLeft}}<span class="key good">done</span></p>
    <svg class="chart" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Rows finished over time: {{text}}"><path class="left" d="{{finished}}"/><path class="done" d="{{done}}"/></svg>
    <p class="axis"><span>{{from}}</span><span>{{to}} UTC</span></p>
    </figure>
    {{/progress}}
    {{#answers}}
    <figure>
    <figcaption>Answer times <span class="note">{{text}}</span></figcaption>
    <p class="axis"><span>{{top}}</span><span class="key fair">95 % within</span><span class="key calm">half within</span></p>
    <svg class="chart" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Answer times: {{text}}"><path class="p95" d="{{p95}}"/><path class="median" d="{{median}}"/></svg>
    <p class="axis"><span>{{from}}</span><span>{{to}} UTC</span></p>
    </figure>
    {{/answers}}
    </div>
    </section>
    {{/hasCharts}}
    """#

  static let list = #"""
    <section aria-labelledby="list-title" id="list">
    <h2 id="list-title">{{listTitle}}</h2>
    {{#hasLines}}
    <form class="controls" role="search" aria-label="The list" hidden id="controls">
    <label>Search<input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="a record, a name, a text"></label>
    <label>Attribute<select id="kind"><option value="">all</option></select></label>
    <label>Outcome<select id="outcome"><option value="">all</option></select></label>
    </form>
    <p id="count" class="note" role="status">The first {{plainCount}} of {{lines}} lines; this program does not run the script that shows the rest.</p>
    {{#limit}}<p class="note">Only the first {{limit}} of {{lines}} lines are in this page; <code>changes.csv</code> in the run's folder has every change.</p>{{/limit}}
    <div class="view" id="view" tabindex="0" role="group" aria-labelledby="list-title">
    <table class="list" role="table" id="table" aria-labelledby="list-title">
    <thead role="rowgroup"><tr role="row" aria-rowindex="1">
    <th role="columnheader" scope="col" data-key="record">Record</th><th role="columnheader" scope="col" data-key="kind">Attribute</th><th role="columnheader" scope="col" data-key="before">Before</th><th role="columnheader" scope="col" data-key="after">After</th><th role="columnheader" scope="col" data-key="row" class="number">Row</th><th role="columnheader" scope="col" data-key="time">Time</th><th role="columnheader" scope="col" data-key="outcome">Outcome</th>
    </tr></thead>
    <tbody role="rowgroup" id="rows">
    {{#plain}}
    <tr role="row"><td role="cell"><bdi>{{record}}</bdi></td><td role="cell"><bdi>{{attribute}}</bdi></td><td role="cell"><bdi>{{before}}</bdi></td><td role="cell"><bdi>{{after}}</bdi></td><td role="cell" class="number">{{row}}</td><td role="cell"></td><td role="cell">{{outcome}}</td></tr>
    {{/plain}}
    </tbody></table>
    </div>
    <p id="printed" class="note" hidden></p>
    {{/hasLines}}
    {{^hasLines}}<p class="note">Nothing to list.</p>{{/hasLines}}
    </section>
    """#

  static let papers = #"""
    {{#hasNext}}
    <section aria-labelledby="next-title" class="next">
    <h2 id="next-title">Next steps</h2>
    {{>next}}
    </section>
    {{/hasNext}}
    <section aria-labelledby="papers-title">
    <h2 id="papers-title">For auditors</h2>
    {{#hasCalls}}
    <h3>Who worked on the run</h3>
    <div class="scroll" tabindex="0" role="group" aria-label="Who worked on the run">
    <table class="calls"><thead><tr><th scope="col">When</th><th scope="col">Command</th><th scope="col">Who</th><th scope="col">Site login</th><th scope="col">Why</th><th scope="col">Version</th></tr></thead><tbody>
    {{#calls}}
    <tr><td>{{at}}</td><td>{{command}}</td><td><bdi>{{person}}</bdi></td><td><bdi>{{login}}</bdi></td><td><bdi>{{reason}}</bdi></td><td>{{version}}</td></tr>
    {{/calls}}
    </tbody></table>
    </div>
    {{/hasCalls}}
    <dl class="papers">
    {{#papers}}
    <div><dt>{{term}}</dt><dd{{#isCode}} class="code"{{/isCode}}><bdi>{{text}}</bdi>{{#note}}<span class="note"><bdi>{{note}}</bdi></span>{{/note}}</dd></div>
    {{/papers}}
    </dl>
    {{#job}}
    <details id="job"><summary>The job file as it was</summary><pre dir="auto">{{job}}</pre></details>
    {{/job}}
    </section>
    """#
}
