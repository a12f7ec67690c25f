/** The page's style: two colour schemes, tables that scroll on a phone, nothing from elsewhere. */
export const statusStyle = `
:root { color-scheme: light dark; --paper: #f6f7f6; --card: #fff; --ink: #17211f; --muted: #5d6b69; --line: #dfe5e3;
  --accent: #0b7a75; --wash: #bfe0dc; --warm: #b4540a; --alarm: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #101615; --card: #18201f; --ink: #e6edeb; --muted: #98a7a4;
  --line: #2b3634; --accent: #4fc3b8; --wash: #23504c; --warm: #f0a35e; --alarm: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 56px; }
h1 { font-size: 1.8rem; letter-spacing: -.02em; margin: 0; }
p { margin: .25rem 0 1rem; color: var(--muted); }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding-bottom: .5rem; }
th, td { text-align: right; padding: .5rem 0 .5rem 1.1rem; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
thead th { color: var(--muted); font-weight: 500; font-size: .85rem; vertical-align: bottom; }
tbody tr:last-child > * { border-bottom: 0; }
th:first-child { padding-left: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
th small, td small { display: block; font-weight: 400; color: var(--muted); white-space: normal; }
.state { font-weight: 600; color: var(--warm); }
.ready, .certified { color: var(--accent); font-weight: 600; }
.void, .unavailable { color: var(--alarm); font-weight: 600; }
.bar { display: flex; width: 9rem; height: 14px; border-radius: 4px; overflow: hidden; background: var(--line); margin-left: auto; }
.bar i { background: var(--accent); border-right: 1px solid var(--card); }
.bar i:nth-child(even) { background: var(--wash); }
.bar i.full { background: var(--warm); }
form { display: flex; gap: .75rem; align-items: center; margin: 0 0 1rem; }
form[hidden] { display: none; }
input, button { font: inherit; padding: .35rem .7rem; border: 1px solid var(--muted); border-radius: 8px; background: var(--card); color: inherit; }
a { color: var(--accent); }
`;
