/** The page's style: two colour schemes, one column on a phone, no font or picture from elsewhere. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f6; --card: #ffffff; --ink: #17211f; --muted: #5d6b69; --line: #dfe5e3;
  --accent: #0b7a75; --wash: #bfe0dc; --warm: #b4540a; --alarm: #b3261e; --shade: #17211f38;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101615; --card: #18201f; --ink: #e6edeb; --muted: #98a7a4; --line: #2b3634;
    --accent: #4fc3b8; --wash: #23504c; --warm: #f0a35e; --alarm: #ff8a80; --shade: #e6edeb40;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 1040px; margin: 0 auto; padding: 48px 24px 72px; }
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; letter-spacing: -.02em; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; letter-spacing: -.01em; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; max-width: 68ch; overflow-wrap: anywhere; }
section > :last-child { margin-bottom: 0; }
.overline { display: flex; gap: .75rem; align-items: center; margin-bottom: .9rem; color: var(--muted); font-size: .9rem; }
.verdict { border-radius: 99px; padding: .1rem .7rem; font-weight: 600; border: 1.5px solid; color: var(--warm); }
.verdict.certified { color: var(--accent); }
.verdict.void { color: var(--alarm); }
.lead { font-size: 1.1rem; }
.aside { color: var(--muted); font-size: .92rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; margin: 1.75rem 0 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.figures div { background: var(--card); padding: 1rem 1.15rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--muted); font-size: .85rem; line-height: 1.35; }
.figures dd { margin: 0; font-size: 1.65rem; font-weight: 650; letter-spacing: -.02em; line-height: 1.3; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; margin-top: 1.25rem; }
.pair { display: grid; gap: 1.5rem 2.5rem; margin-top: 1rem; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
figure { margin: 0; }
figcaption { font-weight: 600; font-size: .95rem; margin-bottom: .6rem; }
svg { display: block; width: 100%; max-width: 480px; height: auto; overflow: visible; font-family: inherit; }
svg .label { font-weight: 600; fill: var(--ink); stroke: var(--card); stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
svg [aria-label$="axis tick label"], svg [aria-label$="axis label"] { fill: var(--muted); }
svg [aria-label="x-axis tick"] { stroke: var(--muted); }
/* Shades at the edges that there is more beyond; the card's own colour, which scrolls along, hides them at the ends. */
.scroll { overflow-x: auto; margin-top: 1rem;
  background: linear-gradient(to right, var(--card) 30%, transparent) left / 36px 100% no-repeat local,
    linear-gradient(to left, var(--card) 30%, transparent) right / 36px 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 12px 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 12px 100% no-repeat scroll; }
.hint { display: none; font-weight: 600; color: var(--ink); }
/* Where the browser can tell whether a table scrolls, the hint is there if and only if it does. */
@keyframes there { from, to { visibility: visible; } }
@supports (animation-timeline: scroll()) {
  .scroll .hint { display: inline; visibility: hidden; animation: there linear both; animation-timeline: scroll(inline); }
}
.pair .scroll { margin-top: 0; }
.narrow { max-width: 40rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding-bottom: .4rem; }
th, td { text-align: right; padding: .5rem 0 .5rem 1.25rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td { white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; font-size: .85rem; vertical-align: bottom; }
tbody th { font-weight: 600; overflow-wrap: break-word; min-width: 6rem; }
tbody tr:last-child > * { border-bottom: 0; }
th:first-child, td:first-child { padding-left: 0; }
.text { text-align: left; }
td.text { white-space: normal; min-width: 9rem; overflow-wrap: anywhere; }
.whole { white-space: nowrap; }
td .whole, .threshold { display: inline-block; margin-right: .75rem; }
.mark { color: var(--accent); font-weight: 600; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .4rem 1.25rem; margin: 0; font-size: .95rem; }
dl.facts dt { color: var(--muted); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
ol.funnel { list-style: none; margin: 1.25rem 0 0; padding: 0; }
ol.funnel li { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 20rem); gap: .35rem 1.5rem; align-items: center; margin-bottom: 1.1rem; }
.funnel .stage { grid-column: 1 / -1; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
.funnel small { font-weight: 400; font-size: .83rem; color: var(--muted); line-height: 1.35; }
.stage small { margin-left: .6rem; }
.spent small { display: block; }
.bar { grid-column: 1 / -1; }
.bar { display: flex; height: 34px; background: var(--line); background-clip: content-box; border-radius: 4px; }
.bar i { display: block; min-width: 0; }
.bar .on { background: var(--wash); }
.bar .out { background: var(--accent); border-radius: 0 4px 4px 0; }
.bar .full { background: var(--warm); }
.fall { font-size: .88rem; line-height: 1.3; color: var(--muted); }
.fall b { color: var(--ink); font-weight: 600; }
.spent { display: flex; align-items: center; gap: .6rem; font-size: .88rem; font-variant-numeric: tabular-nums; line-height: 1.3; }
.spent i { display: block; flex: 1; height: 6px; border-radius: 3px; background: var(--line); overflow: hidden; }
.spent i i { background: var(--ink); opacity: .65; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 0; font-size: .85rem; color: var(--muted); }
.key i { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; margin-right: .4rem; vertical-align: -.08rem; }
#here { fill: var(--alarm); stroke: var(--card); stroke-width: 2px; }
.slide { display: grid; grid-template-columns: max-content minmax(8rem, 1fr) minmax(12rem, max-content) max-content; gap: .5rem 1.25rem; align-items: center; margin: .9rem 0 .75rem; }
.slide label, .slide output { font-weight: 600; } .slide output { font-variant-numeric: tabular-nums; }
.slide input { width: 100%; min-height: 28px; accent-color: var(--accent); }
.slide button { font: inherit; font-size: .9rem; color: var(--accent); background: none; border: 1.5px solid; border-radius: 99px; padding: .2rem .8rem; cursor: pointer; }
.slide button:disabled { color: var(--muted); cursor: default; opacity: .6; }
[hidden] { display: none; }
.shade { display: block; margin: -.5rem 0 -.5rem; padding: .5rem .4rem; min-height: 1em; background: color-mix(in srgb, var(--wash) calc(100% * var(--share)), transparent); }
ol.rows { list-style: none; padding: 0; margin: 1rem 0 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
ol.rows li { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; font-size: .9rem; }
tbody th small { font-weight: 400; color: var(--muted); display: block; }
ol.rows p { margin: .5rem 0 0; } ol.rows small { color: var(--muted); white-space: nowrap; }
ol.rows blockquote { margin: 0; white-space: pre-line; overflow-wrap: anywhere; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 8; }
ol.rows img { display: block; min-width: 84px; max-width: 100%; image-rendering: pixelated; }
.differs { color: var(--alarm); font-weight: 600; } .same { font-weight: 600; }
code { font-size: .92em; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
ul.warnings { margin: 0 0 1rem; padding: .6rem .8rem .6rem 2rem; border: 2px solid currentColor; max-width: 72ch; }
ul.notes, ul.found { margin: .5rem 0 0; padding-left: 1.2rem; max-width: 72ch; }
@media (max-width: 760px) {
  main { padding: 28px 14px 48px; }
  section { padding: 1.15rem 1rem; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  .figures { grid-template-columns: 1fr 1fr; } .figures div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  dl.facts { grid-template-columns: minmax(0, 7.5rem) minmax(0, 1fr); }
  .slide { grid-template-columns: 1fr max-content; } .slide input { grid-column: 1 / -1; order: 3; }
  table, thead th { font-size: .8rem; }
  th, td { padding-left: .6rem; }
  tbody th { min-width: 4.5rem; }
  caption span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 66px); }
  ol.funnel li { grid-template-columns: minmax(0, 1fr); }
  .stage small { display: block; margin: 0; }
  .wide .hint { display: inline; }
}
@media print { body { background: #fff; } section { break-inside: avoid; } }
`;
