/** One sheet for the report and the dashboard: light and dark by variables, a phone's width, and paper. */
export const STYLE = `
:root { color-scheme: light dark;
  --bg: #f6f7f9; --panel: #ffffff; --ink: #16191d; --muted: #545c66; --line: #d9dde3; --grid: #e8ebef; --axis: #8a929c;
  --accent: #1f5fbf; --good: #17683a; --good-bg: #e3f4e9; --warn: #8a5300; --warn-bg: #fdf1dc; --bad: #b0222a; --bad-bg: #fde8e8;
  --calm: #454d57; --calm-bg: #eceff3;
  --c0: #6b7580; --c1: #1f77b4; --c2: #c4560a; --c3: #7d3fb0; }
@media (prefers-color-scheme: dark) { :root {
  --bg: #101317; --panel: #181c22; --ink: #e8ebef; --muted: #a3acb8; --line: #2f3640; --grid: #262c34; --axis: #6c7683;
  --accent: #7db0ff; --good: #6fd196; --good-bg: #14301f; --warn: #f0b45a; --warn-bg: #362812; --bad: #ff8d8d; --bad-bg: #3c191b;
  --calm: #c0c8d2; --calm-bg: #262c34;
  --c0: #97a1ad; --c1: #62b0ec; --c2: #ff9d5c; --c3: #c79bf2; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 1rem; background: var(--panel); padding: .5rem 1rem; z-index: 9; }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .35rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 0 0 .9rem; letter-spacing: -.005em; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .4rem 0; } .sub { color: var(--muted); }
nav { position: sticky; top: 0; z-index: 5; background: var(--bg); border-bottom: 1px solid var(--line); margin-top: 1.2rem; }
nav ul { max-width: 1120px; margin: 0 auto; padding: .55rem 1.25rem; list-style: none; display: flex; gap: 1.1rem; overflow-x: auto; white-space: nowrap; }
nav a { text-decoration: none; color: var(--muted); font-size: .9rem; } nav a:hover { color: var(--ink); text-decoration: underline; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 1.3rem 1.4rem; margin: 1.1rem 0; }
.pill { display: inline-block; padding: .1rem .6rem; border-radius: 99px; font-size: .82rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); background: var(--good-bg); } .warn { color: var(--warn); background: var(--warn-bg); }
.bad { color: var(--bad); background: var(--bad-bg); } .calm { color: var(--calm); background: var(--calm-bg); }
.standing { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; margin: .8rem 0 0; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: .9rem 1.5rem; margin: 1.1rem 0 0; }
dl.facts dt { color: var(--muted); font-size: .82rem; } dl.facts dd { margin: 0; font-weight: 550; font-variant-numeric: tabular-nums; }
ol.phases { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(116px, 1fr)); gap: .45rem; padding: 0; margin: 0; }
ol.phases li { border: 1px solid var(--line); border-top: 4px solid var(--line); border-radius: 7px; padding: .5rem .55rem; font-size: .82rem; min-width: 0; overflow-wrap: anywhere; }
ol.phases li.done { border-top-color: var(--good); } ol.phases li.current { border-top-color: var(--accent); background: var(--calm-bg); }
ol.phases li.failed { border-top-color: var(--bad); } ol.phases b { display: block; font-size: .86rem; } ol.phases span { color: var(--muted); display: block; }
.scroll { overflow-x: auto; margin: 0 -.3rem; padding: 0 .3rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .5rem .7rem .5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th { color: var(--muted); font-weight: 550; font-size: .82rem; } tbody th { color: var(--ink); font-size: .9rem; }
tbody tr:last-child > * { border-bottom: 0; } td.num, th.num { text-align: right; white-space: nowrap; } td.mono, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .86em; overflow-wrap: anywhere; }
td.tight { white-space: nowrap; } tbody th.mono { min-width: 11.8rem; }
td.when { white-space: nowrap; color: var(--muted); } td ul { margin: 0; padding-left: 1.1rem; }
figure { margin: 1.2rem 0 0; padding: 0; } figcaption b { display: block; } figcaption { margin-bottom: .5rem; }
figure { min-width: 0; } figure svg { display: block; width: 100%; height: auto; max-width: 640px; } .narrow { display: none; }
.charts { display: grid; gap: 2rem 2.2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); } .charts figure { margin: 0; }
details { margin: .5rem 0 0; } summary { cursor: pointer; color: var(--accent); font-size: .9rem; }
details table { margin-top: .5rem; } details .scroll { max-height: 24rem; overflow: auto; }
ol.timeline { list-style: none; padding: 0; margin: 0; }
ol.timeline li { display: grid; grid-template-columns: 11.5rem 1fr; gap: .2rem 1rem; padding: .34rem 0 .34rem .8rem; border-left: 3px solid var(--line); }
ol.timeline li.good { border-color: var(--good); } ol.timeline li.warn { border-color: var(--warn); } ol.timeline li.bad { border-color: var(--bad); }
ol.timeline li.good, ol.timeline li.warn, ol.timeline li.bad { background: none; color: inherit; }
ol.timeline time { color: var(--muted); font-variant-numeric: tabular-nums; font-size: .88rem; } ol.timeline small { color: var(--muted); font-size: .88rem; }
ol.timeline .bad-text { color: var(--bad); font-weight: 600; } ol.timeline .what { overflow-wrap: anywhere; }
img.page { display: block; width: 100%; max-width: 720px; height: auto; border: 1px solid var(--line); border-radius: 7px; margin-top: .5rem; }
.gap { border-left: 4px solid var(--warn); padding: .2rem 0 .2rem .8rem; margin: .5rem 0; }
.open { border: 1px dashed var(--axis); border-radius: 7px; padding: .7rem .9rem; color: var(--muted); min-height: 3.4rem; }
footer { color: var(--muted); font-size: .85rem; padding-bottom: 3rem; }
@media (max-width: 640px) {
  header, main, footer { padding-left: .8rem; padding-right: .8rem; } nav ul { padding-left: .8rem; }
  section { padding: 1rem .9rem; } .wide { display: none; } .narrow { display: block; }
  ol.timeline li { grid-template-columns: 1fr; } h1 { font-size: 1.35rem; }
  table.stack thead { position: absolute; left: -9999px; } table.stack tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  table.stack td, table.stack tbody th { display: block; border: 0; padding: .12rem 0; white-space: normal; text-align: left; }
  table.stack td[data-label]::before { content: attr(data-label) ": "; color: var(--muted); font-size: .82rem; } }
@media print {
  :root { --bg: #fff; --panel: #fff; --ink: #000; --muted: #444; --line: #bbb; --grid: #ddd; --axis: #777; --c0: #6b7580; --c1: #1f77b4; --c2: #c4560a; --c3: #7d3fb0;
    --good: #17683a; --warn: #8a5300; --bad: #b0222a; --calm: #454d57; --good-bg: #fff; --warn-bg: #fff; --bad-bg: #fff; --calm-bg: #fff; }
  body { font-size: 11px; } nav, .skip { display: none; } section { border: 0; padding: 0; margin: 1.2rem 0; break-inside: auto; }
  figure, tr, li { break-inside: avoid; } .pill { border: 1px solid currentColor; } details { display: none; } header, main, footer { max-width: none; } }
`.trim();
