/// The style of a page: calm, in light and dark, on a telephone and on paper.
enum PageStyle {
  static let text = #"""
    :root{color-scheme:light dark;--back:#f7f7f5;--card:#fff;--text:#1c2127;--muted:#5b646d;--line:#e2e4e6;--accent:#2c5b8a;--good:#2f7d5c;--bad:#b2402f;--fair:#93650a;--calm:#7f93a6;--track:#eceeef;--tint:44,91,138;--row:2.75rem}
    @media(prefers-color-scheme:dark){:root{--back:#13161a;--card:#1b1f24;--text:#e4e7ea;--muted:#9aa5af;--line:#2e343b;--accent:#8ab4de;--good:#6dbd9c;--bad:#e68c7c;--fair:#d8b05b;--calm:#7489a0;--track:#262b31;--tint:138,180,222}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:74rem;padding:2.5rem 1.5rem 4rem;background:var(--back);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
    h1{margin:.2rem 0 .6rem;font-size:clamp(1.6rem,4.5vw,2.4rem);line-height:1.2;font-weight:650;letter-spacing:-.015em}
    h2{margin:0 0 1rem;font-size:1.15rem;font-weight:650}
    section h2:not(:first-child){margin-top:2rem}
    h3{margin:1.2rem 0 .5rem;font-size:.95rem;font-weight:600}
    p{margin:0 0 .6rem}
    code,pre,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
    pre{margin:0;padding:.75rem 1rem;background:var(--back);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap}
    section{margin:1.25rem 0;padding:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
    header{padding:0 .25rem}
    footer{padding:0 .25rem;color:var(--muted);font-size:.85rem}
    .kind{margin:0;color:var(--muted);font-size:.85rem;letter-spacing:.02em}
    .lede{color:var(--muted)}
    .note{color:var(--muted);font-size:.88rem;font-weight:400}
    dd .note{display:block}
    .away,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .skip:focus{position:fixed;top:.5rem;left:.5rem;z-index:9;padding:.5rem 1rem;background:var(--card);color:var(--accent);border-radius:8px}
    .badge{display:inline-block;margin-right:.4rem;padding:.1rem .65rem;border:1px solid currentColor;border-radius:99px;font-size:.85rem;font-weight:600}
    .good{color:var(--good)}.bad{color:var(--bad)}.fair,.wait{color:var(--fair)}.calm{color:var(--calm)}
    dl{margin:0}dd{margin:0}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1.25rem 2rem}
    dt{color:var(--muted);font-size:.82rem}
    .facts dd{font-weight:550}
    .why{grid-column:1/-1}.why dd{font-size:1.15rem;font-weight:450;line-height:1.45}
    .missing{color:var(--fair)}
    div.next{margin-top:1.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
    .next p{margin:.6rem 0 .3rem}
    table{border-collapse:collapse;width:100%}
    th{font-weight:550;text-align:start}
    .number{text-align:end;white-space:nowrap}
    .bars tr{border-top:1px solid var(--line)}.bars tbody tr:first-child{border-top:0}
    .bars th,.bars td{padding:.5rem .75rem .5rem 0;vertical-align:middle}
    .bars th{width:8.5rem}.bars .bar{width:36%}.bars .number{width:6rem;padding-right:1.5rem}
    .bars .bar svg{display:inline-block;vertical-align:middle;width:calc(100% - 3.6rem);height:.7rem;border-radius:3px}
    .bars .share{display:inline-block;width:3.4rem;text-align:end;color:var(--muted);font-size:.85rem}
    .bars rect{fill:currentColor}.bars .track{fill:var(--track)}
    .meaning{color:var(--muted);font-size:.9rem}
    .causes{margin:0;padding:0;list-style:none}
    .causes li{padding:.9rem 0;border-top:1px solid var(--line)}.causes li:first-child{padding-top:0;border-top:0}
    .causes p{margin:0 0 .25rem}.cause strong{color:var(--bad)}
    .hint{color:var(--muted)}.hint::before{content:"What to do: "}
    .plain{margin:0;padding-left:1.2rem}
    .attribute+.attribute{margin-top:1.25rem;padding-top:.1rem;border-top:1px solid var(--line)}
    .examples{margin:0;padding:0;list-style:none}.examples li{padding:.2rem 0}
    del{color:var(--muted);text-decoration-thickness:1px}ins{text-decoration:none;font-weight:550}
    .scroll{overflow-x:auto;overflow-wrap:normal}
    .matrix{width:auto;min-width:min(100%,24rem)}
    .matrix th,.matrix td{padding:.4rem .8rem;border:1px solid var(--line);font-size:.9rem}
    .matrix td{text-align:end;white-space:nowrap}.matrix thead th{font-weight:550;min-width:4.5rem}.matrix th{max-width:16rem;overflow-wrap:break-word}.matrix tbody th{min-width:9rem}
    .corner{color:var(--muted);font-weight:400}
    .none{color:var(--muted)}
    .shade1{background:rgba(var(--tint),.08)}.shade2{background:rgba(var(--tint),.16)}.shade3{background:rgba(var(--tint),.25)}.shade4{background:rgba(var(--tint),.36)}
    .sum{color:var(--muted)}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:2rem}
    figure{margin:0}figcaption{font-weight:550;margin-bottom:.6rem}figcaption .note{display:block}
    .chart{display:block;width:100%;height:11rem;border-bottom:1px solid var(--line);border-top:1px dashed var(--line)}
    .chart path{vector-effect:non-scaling-stroke}
    .done{fill:var(--good);opacity:.75}.left{fill:var(--bad);opacity:.55}
    .median,.p95{fill:none;stroke:var(--calm);stroke-width:2;stroke-linejoin:round}.p95{stroke:var(--fair);stroke-width:1.5}
    .axis{display:flex;gap:1rem;margin:.25rem 0;color:var(--muted);font-size:.8rem}.axis span:first-child{flex:1}
    .key::before{content:"";display:inline-block;width:.6rem;height:.6rem;margin-right:.35rem;border-radius:2px;background:currentColor}
    .controls{display:grid;grid-template-columns:2fr 1fr 1fr;gap:1rem;margin-bottom:.75rem}.controls[hidden]{display:none}
    label{color:var(--muted);font-size:.82rem}
    input,select,button{display:block;width:100%;min-height:2.5rem;margin-top:.2rem;padding:.4rem .7rem;border:1px solid var(--line);border-radius:8px;background:var(--back);color:var(--text);font:inherit}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    .view{max-height:min(70vh,44rem);overflow:auto;border:1px solid var(--line);border-radius:8px}
    .list{table-layout:fixed;font-size:.9rem}
    .list thead th{position:sticky;top:0;z-index:1;padding:0 .75rem;height:2.75rem;background:var(--card);box-shadow:inset 0 -1px var(--line)}
    .list thead button{display:inline;width:auto;min-height:0;margin:0;padding:.3rem 0;border:0;background:none;font-weight:550}
    .list thead button::after{content:" ↕";color:var(--muted)}
    .list [aria-sort=ascending] button::after{content:" ↑"}.list [aria-sort=descending] button::after{content:" ↓"}
    .list th:nth-child(1){width:12%}.list th:nth-child(2){width:17%}.list th:nth-child(5){width:5.5rem}.list th:nth-child(6){width:12.5rem}.day th:nth-child(6){width:6.5rem}.list th:nth-child(7){width:8rem}
    .list td{height:var(--row);padding:0 .75rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;border-bottom:1px solid var(--line)}
    .list .space td{padding:0;border:0;height:0}
    .list tbody button{display:inline;width:auto;min-height:0;margin:0;padding:0;border:0;background:none;color:var(--accent);text-align:start;text-decoration:underline;text-underline-offset:2px;text-decoration-thickness:1px}
    .empty{color:var(--muted)}
    .calls{font-size:.9rem}.calls th,.calls td{padding:.4rem 1.25rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
    .calls td{min-width:5rem}.calls td:first-child{white-space:nowrap}
    .papers{display:grid;gap:.75rem;margin:1.25rem 0}
    details{margin-top:1rem}summary{cursor:pointer;color:var(--accent);margin-bottom:.75rem}
    dialog{width:min(46rem,calc(100vw - 2rem));max-height:85vh;padding:1.5rem;border:1px solid var(--line);border-radius:12px;background:var(--card);color:var(--text);overflow-wrap:anywhere}
    dialog::backdrop{background:rgba(0,0,0,.45)}
    dialog dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem}dialog button{margin-top:1.25rem;cursor:pointer}
    .value{max-height:30vh;overflow:auto}
    @media screen and (max-width:46rem){body{padding:1.25rem .75rem 3rem}section{padding:1rem}
    .bars tr{display:grid;grid-template-columns:1fr auto;padding:.5rem 0}.bars th,.bars td,.bars .bar,.bars .number{width:auto;padding:.1rem 0}.bars .bar,.bars .meaning{grid-column:1/-1}.bars .number{grid-row:1;grid-column:2}
    .controls{grid-template-columns:1fr 1fr}.controls label:first-child{grid-column:1/-1}
    :root{--row:6.75rem}.list thead tr{display:flex;flex-wrap:wrap;gap:0 .9rem;padding:.3rem .75rem;position:sticky;top:0;background:var(--card);box-shadow:inset 0 -1px var(--line);z-index:1}
    .list thead th{position:static;width:auto!important;padding:0;height:2rem;box-shadow:none}
    .list,.list tbody,.list thead{display:block}.list tbody tr:not(.space){display:grid;grid-template-columns:1fr auto;align-content:center;height:var(--row);padding:.4rem .75rem;border-bottom:1px solid var(--line)}
    .list tbody td{height:auto;padding:0;border:0}.list tbody td:nth-child(n+2):nth-child(-n+4){grid-column:1/-1}
    .list tbody td:nth-child(1){order:0}.list tbody td:nth-child(7){order:1;text-align:end}.list tbody td:nth-child(n+2){order:2}.list tbody td:nth-child(7){order:1}.list tbody td:nth-child(5),.list tbody td:nth-child(6){display:none}
    .list tbody td:nth-child(3)::before{content:"− ";color:var(--muted)}.list tbody td:nth-child(4)::before{content:"+ ";color:var(--muted)}
    .list .space{display:block}.list .space td{display:block}}
    @media print{:root{--back:#fff;--card:#fff;--text:#000;--muted:#444;--line:#bbb;--accent:#000;--good:#2f7d5c;--bad:#b2402f;--fair:#93650a;--calm:#7f93a6;--track:#eceeef;--tint:44,91,138;--row:auto;color-scheme:light}body{max-width:none;padding:0;font-size:10pt}section{padding:0;border:0;margin:1.2rem 0;break-inside:auto}h2,h3{break-after:avoid}
    .controls,.skip,dialog,.next{display:none!important}.view{max-height:none;overflow:visible;border:0}.list td{height:auto;white-space:normal;padding:.2rem .4rem .2rem 0}.list thead th{position:static;height:auto;padding:.2rem .4rem .2rem 0}.list tr,.causes li,figure{break-inside:avoid}.list{font-size:8pt}.list th:nth-child(n){width:auto}.list thead button::after{content:none}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    @media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
    """#
}
