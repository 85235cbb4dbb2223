// How a report looks: light and dark as the reader's system is, and one column on a phone.

export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2430; --muted: #667182; --line: #d7dce3; --main: #1f6feb; --second: #d9480f;
  font: 16px/1.5 system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #0f141b; --card: #171e28; --ink: #e4e9f0; --muted: #8d99aa; --line: #2c3644; --main: #6ea8fe; --second: #ff9a62; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 0.75rem; }
h3 { font-size: 0.95rem; margin: 0 0 0.5rem; }
p { margin: 0 0 0.75rem; max-width: 46rem; }
.quiet { color: var(--muted); font-size: 0.85rem; overflow-wrap: anywhere; }
.notice { border-left: 4px solid var(--second); padding: 0.35rem 0.75rem; font-size: 0.9rem; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
.tiles { grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0.9rem 1rem; min-width: 0; margin: 0; }
.card svg { display: block; width: 100%; height: auto; color: var(--ink); overflow: visible; }
.card svg [aria-label$="grid"] { stroke: var(--line); stroke-opacity: 1; }
.tiles { margin-bottom: 0.75rem; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.track { position: relative; height: 6px; border-radius: 3px; background: var(--line); margin: 0.4rem 0; min-width: 5rem; }
.track i { position: absolute; top: 0; height: 100%; border-radius: 3px; background: var(--main); opacity: 0.45; min-width: 2px; }
.track u { position: absolute; top: -3px; width: 12px; height: 12px; margin-left: -6px; border-radius: 50%; background: var(--main); border: 2px solid var(--card); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 0.8rem; }
td, th { padding: 0.35rem 1rem 0.35rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
td:first-child { font-weight: 600; }
td .quiet { font-size: 0.75rem; }
.sheet { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
.sheet figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.sheet img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #000; image-rendering: pixelated; }
.sheet figcaption { padding: 0.4rem 0.6rem; font-size: 0.8rem; line-height: 1.35; overflow-wrap: anywhere; }
`;
