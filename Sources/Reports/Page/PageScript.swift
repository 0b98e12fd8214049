/// The script that makes a page's list searchable, sortable and filterable, for some hundred thousand lines.
///
/// Only visible lines are elements of the page. It writes texts as texts (`textContent`) and never as markup.
enum PageScript {
  static let text = #"""
    "use strict";
    (() => {
      const byId = (id) => document.getElementById(id);
      const body = byId("rows"), view = byId("view"), table = byId("table");
      if (!body) { return; }
      const data = JSON.parse(byId("data").textContent);
      byId("data").remove();
      const all = data.rows, kinds = data.kinds, outcomes = data.outcomes, number = new Intl.NumberFormat("en");
      const kindOf = (line) => typeof line[2] === "number" ? kinds[line[2]] : line[2];
      const placeOf = (line) => line[7] == null ? kindOf(line) : kindOf(line).replace(/^([^.]*)/, (list) => list + "[" + line[7] + "]");
      const time = (line) => line[6] == null ? "" : line[6].slice(0, 19).replace("T", " ");
      const keys = {
        row: (line) => line[0], record: (line) => /^\d+$/.test(line[1]) ? Number(line[1]) : line[1].toLowerCase(), kind: kindOf,
        before: (line) => typeof line[3] === "string" ? line[3].toLowerCase() : "",
        after: (line) => (line[4] ?? line[8] ?? "").toLowerCase(), time, outcome: (line) => outcomes[line[5]],
      };
      const isOneDay = new Set(all.map((line) => time(line).slice(0, 10)).filter(Boolean)).size < 2;
      table.classList.toggle("day", isOneDay);
      let shown = all, order = { key: "row", down: false }, texts = null, height = 0, first = -1, last = -1;

      const compare = (a, b) => typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1;
      const select = () => {
        const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
        const kind = byId("kind").value, outcome = byId("outcome").value;
        if (words.length && !texts) {
          texts = new Map(all.map((line) => [line, [line[1], placeOf(line), line[3] || "", line[4] ?? "", line[8] ?? ""].join("\n").toLowerCase()]));
        }
        shown = all.filter((line) => (!kind || kindOf(line) === kind) && (!outcome || outcomes[line[5]] === outcome)
          && words.every((word) => texts.get(line).includes(word)));
        sort();
      };
      const sort = () => {
        const key = keys[order.key], sign = order.down ? -1 : 1;
        const pairs = shown.map((line) => [key(line), line]);
        pairs.sort((a, b) => sign * compare(a[0], b[0]) || a[1][0] - b[1][0]);
        shown = pairs.map((pair) => pair[1]);
        for (const head of table.querySelectorAll("th")) {
          head.setAttribute("aria-sort", head.dataset.key === order.key ? (order.down ? "descending" : "ascending") : "none");
        }
        table.setAttribute("aria-rowcount", String(shown.length + 1));
        byId("count").textContent = shown.length === all.length ? number.format(all.length) + (all.length === 1 ? " line" : " lines")
          : number.format(shown.length) + " of " + number.format(all.length) + " lines";
        view.scrollTop = 0;
        draw(true);
      };

      const cell = (row, text, name) => {
        const element = row.appendChild(document.createElement("td"));
        element.setAttribute("role", "cell");
        if (name) { element.className = name; }
        if (text != null && text !== "") { element.appendChild(document.createElement("bdi")).textContent = text.length > 300 ? text.slice(0, 300) + "…" : text; }
        return element;
      };
      const before = (line) => line[3] === 0 ? ["not read", "empty"] : line[3] == null ? [line[4] == null ? "" : "—", "empty"] : [line[3]];
      const make = (line, index) => {
        const row = document.createElement("tr");
        row.setAttribute("role", "row");
        row.setAttribute("aria-rowindex", String(index + 2));
        const button = document.createElement("button");
        button.type = "button";
        button.appendChild(document.createElement("bdi")).textContent = line[1] || "row " + line[0];
        button.addEventListener("click", () => open(line));
        cell(row).appendChild(button);
        cell(row, placeOf(line));
        cell(row, ...before(line));
        if (line[4] == null) { cell(row, line[8] ?? "empty", "empty"); } else { cell(row, line[4]); }
        cell(row, number.format(line[0]), "number");
        cell(row, isOneDay ? time(line).slice(11) : time(line));
        cell(row, outcomes[line[5]]);
        return row;
      };
      const space = (pixels) => {
        const row = document.createElement("tr");
        row.className = "space";
        row.setAttribute("aria-hidden", "true");
        const element = row.appendChild(document.createElement("td"));
        element.colSpan = 7;
        element.style.height = pixels + "px";
        return row;
      };
      const draw = (isNew) => {
        if (!height || isNew) {
          height = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize) || 44;
        }
        const from = Math.max(0, Math.floor(view.scrollTop / height) - 10);
        const to = Math.min(shown.length, Math.ceil((view.scrollTop + view.clientHeight) / height) + 10);
        if (!isNew && from === first && to === last) { return; }
        const focused = document.activeElement?.closest?.("#rows tr")?.getAttribute("aria-rowindex");
        first = from;
        last = to;
        const rows = [space(from * height)];
        for (let index = from; index < to; index++) { rows.push(make(shown[index], index)); }
        rows.push(space((shown.length - to) * height));
        body.replaceChildren(...rows);
        if (focused) { (body.querySelector('[aria-rowindex="' + focused + '"] button') ?? view).focus({ preventScroll: true }); }
      };

      const open = (line) => {
        byId("detail-title").textContent = line[1] || "row " + line[0];
        const facts = [["Attribute", placeOf(line)], ["Row of the sheet", number.format(line[0])], ["Time", time(line) && time(line) + " UTC"], ["Outcome", outcomes[line[5]]]];
        byId("detail-facts").replaceChildren(...facts.filter((fact) => fact[1]).flatMap(([name, text]) => {
          const term = document.createElement("dt"), value = document.createElement("dd");
          term.textContent = name;
          value.appendChild(document.createElement("bdi")).textContent = text;
          return [term, value];
        }));
        byId("detail-before").textContent = line[3] === 0 ? "(not read)" : line[3] ?? "(empty)";
        byId("detail-after").textContent = line[4] ?? "(empty)";
        byId("detail-note").textContent = line[8] ?? "";
        byId("detail").showModal();
      };

      const options = (id, names) => { for (const name of names) { byId(id).add(new Option(name, name)); } };
      options("kind", [...new Set(all.map(kindOf))].filter(Boolean).sort().slice(0, 300));
      options("outcome", [...new Set(all.map((line) => outcomes[line[5]]))]);
      for (const head of table.querySelectorAll("th")) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        button.addEventListener("click", () => {
          order = { key: head.dataset.key, down: order.key === head.dataset.key && !order.down };
          sort();
        });
        head.replaceChildren(button);
      }
      let timer = 0;
      byId("search").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(select, 120); });
      byId("kind").addEventListener("change", select);
      byId("outcome").addEventListener("change", select);
      byId("controls").addEventListener("submit", (event) => event.preventDefault());
      view.addEventListener("scroll", () => draw(false), { passive: true });
      addEventListener("resize", () => draw(true));
      addEventListener("beforeprint", () => {
        const rows = shown.slice(0, 500);
        body.replaceChildren(...rows.map(make));
        byId("printed").hidden = rows.length === shown.length;
        byId("printed").textContent = "Only the first " + number.format(rows.length) + " of " + number.format(shown.length) + " lines are printed; changes.csv in the run's folder has all of them.";
        for (const part of document.querySelectorAll("details")) { part.open = true; }
      });
      addEventListener("afterprint", () => { byId("printed").hidden = true; draw(true); });
      byId("controls").hidden = false;
      sort();
      document.documentElement.dataset.ready = "yes";
    })();
    """#
}
