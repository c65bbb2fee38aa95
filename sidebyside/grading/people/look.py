"""The book's look for a page that stands alone: one file, no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape

# Nothing may run or be fetched, whatever gets into the page: its own style and pictures suffice.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'"
)

LOGO = (
    '<svg class="logo" viewBox="0 0 48 48" aria-hidden="true">'
    '<rect x="3" y="6" width="12" height="36" rx="6" fill="#009e73"/>'
    '<rect x="18" y="6" width="12" height="36" rx="6" fill="#d55e00"/>'
    '<rect x="33" y="6" width="12" height="36" rx="6" fill="#0072b2"/>'
    '<path d="M9 24h30" stroke="#fff" stroke-width="2.5"/>'
    '<circle cx="9" cy="24" r="3.5" fill="#fff"/><circle cx="24" cy="24" r="3.5" fill="#fff"/>'
    '<circle cx="39" cy="24" r="3.5" fill="#fff"/></svg>'
)

# Colours of book/_static/book.css.
STYLE = """
:root {
  color-scheme: light dark;
  --green: #009e73; --red: #d55e00; --blue: #0072b2;
  --paper: #ffffff; --wash: #f4f6f9; --code: #fafbfc; --line: #d7dce4;
  --ink: #1b222c; --quiet: #4a5564;
  --accent: #0b5c8f; --warm: #8a3d00; --good: #006b4e; --bar: #4f93c0; --rest: #dfe5ec;
  --pass: #dff3ec; --part: #fdf1cf; --fail: #fbe3d4; --open: #e6e9f8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --green: #2fc99c; --red: #f08a3c; --blue: #56b4e9;
    --paper: #14181e; --wash: #1d232c; --code: #1d232c; --line: #37414f;
    --ink: #e5e9ee; --quiet: #adb7c4;
    --accent: #7cc4f0; --warm: #f5b07d; --good: #5fd9b3; --bar: #4a90bd; --rest: #303a47;
    --pass: #12382e; --part: #403616; --fail: #4a2b18; --open: #262d4d;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; }
body {
  background: var(--paper); color: var(--ink); line-height: 1.6; margin: 0 auto;
  font-family: -apple-system, BlinkMacSystemFont, "Segoe UI", "Helvetica Neue", Arial,
    "Noto Sans", sans-serif;
  max-width: 68rem; overflow-wrap: break-word; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem;
}
body::before {
  background: linear-gradient(
    90deg, var(--green) 0 33.3%, var(--red) 33.3% 66.6%, var(--blue) 66.6%);
  content: ""; height: 4px; inset: 0 0 auto; position: fixed; z-index: 2;
}
h1, h2, h3 { font-weight: 650; letter-spacing: -0.012em; line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.7rem, 1.3rem + 2vw, 2.4rem); margin: 0; }
h2 { font-size: 1.45rem; margin: 3rem 0 0.5rem; }
h3 { font-size: 1.08rem; margin: 1.75rem 0 0.4rem; }
p, ul, ol { margin: 0.5rem 0 0.75rem; text-wrap: pretty; }
p, li { max-width: 46rem; }
a { color: var(--accent); text-decoration-thickness: from-font; text-underline-offset: 0.18em; }
a:hover { color: var(--warm); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, pre, .mono {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  font-size: 0.86em;
}
.quiet { color: var(--quiet); }
.small { font-size: 0.88rem; }
header.top { align-items: center; display: flex; gap: 0.9rem; margin: 0.75rem 0 1.25rem; }
header.top p { color: var(--quiet); margin: 0.15rem 0 0; }
.logo { flex: none; height: 2.75rem; width: 2.75rem; }

.facts { border-block: 1px solid var(--line); display: grid; gap: 1rem 1.5rem; margin: 1.25rem 0;
  grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); padding: 1rem 0; }
.facts > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.facts dt { color: var(--quiet); font-size: 0.82rem; line-height: 1.35; }
.facts dd { font-size: 1.55rem; font-variant-numeric: tabular-nums; font-weight: 650;
  line-height: 1.2; letter-spacing: -0.015em; margin: 0; }
.facts dd small { color: var(--quiet); font-size: 0.85rem; font-weight: 400; letter-spacing: 0; }

.scrolls { margin-block: 0.75rem; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums;
  width: 100%; }
caption { color: var(--quiet); font-size: 0.85rem; padding-bottom: 0.35rem; text-align: start; }
th, td { border-bottom: 1px solid var(--line); padding: 0.5rem 0.75rem; text-align: start;
  vertical-align: top; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
th:first-child, td:first-child { padding-inline-start: 0; }
.n { text-align: end; white-space: nowrap; }
td ul { list-style: none; margin: 0; padding: 0; }
td li + li { margin-top: 0.3rem; }
.share { align-items: center; display: flex; gap: 0.6rem; justify-content: flex-end; }
.share svg { flex: none; height: 0.6rem; width: 6rem; }
.warm { color: var(--warm); }

figure { margin: 1rem 0; }
figcaption { color: var(--quiet); font-size: 0.88rem; margin-top: 0.35rem; max-width: 46rem; }
svg.chart { display: block; height: auto; max-width: 100%; width: 100%; }
svg.chart text { fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
svg.chart .value { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--paper);
  stroke-width: 4px; }
.on-phone { display: none !important; }
svg.chart .line { stroke: var(--line); stroke-width: 1; }
svg.chart .bar { fill: var(--bar); }
svg.chart .mark { stroke: var(--red); stroke-width: 2; stroke-dasharray: 4 3; }
svg .bar { fill: var(--bar); } svg .rest { fill: var(--rest); }
.pair { display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); }

details { border: 1px solid var(--line); border-radius: 0.5rem; margin: 1rem 0; padding: 0 1rem; }
summary { cursor: pointer; font-weight: 600; padding: 0.6rem 0; }
details[open] > summary { border-bottom: 1px solid var(--line); margin-bottom: 0.75rem; }
.grid { font-size: 0.8rem; width: auto; }
.grid th, .grid td { padding: 0.2rem 0.45rem; }
.grid thead th { vertical-align: bottom; }
.grid td.c { text-align: center; }
.grid td[data-s="passed"] { background: var(--pass); }
.grid td[data-s="partial"] { background: var(--part); }
.grid td[data-s="failed"], .grid td[data-s="unproven"] { background: var(--fail); }
.grid td[data-s="manual"] { background: var(--open); }
.grid tbody th { font-weight: 400; padding-inline-start: 0; white-space: nowrap; }
dl.plain { display: grid; gap: 0.35rem 1.5rem; grid-template-columns: max-content 1fr; }
dl.plain dt { color: var(--quiet); } dl.plain dd { margin: 0; overflow-wrap: anywhere; }
footer { border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.85rem;
  margin-top: 3rem; padding-top: 1rem; }

@media (max-width: 600px) {
  .on-desk { display: none !important; } .on-phone { display: block !important; }
  body { padding-inline: 1rem; }
  th, td { padding: 0.45rem 0.5rem; }
  .share svg { width: 3.5rem; }
  dl.plain { grid-template-columns: 1fr; gap: 0; } dl.plain dd { margin-bottom: 0.5rem; }
  .stack thead { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute;
    width: 1px; }
  .stack caption, .stack, .stack tbody, .stack tr, .stack th, .stack td { display: block; }
  .stack tr { border-bottom: 1px solid var(--line); padding: 0.6rem 0; }
  .stack th, .stack td { border: 0; padding: 0.1rem 0; text-align: start; }
  .stack .share { justify-content: flex-start; }
  .stack td[data-label]::before { color: var(--quiet); content: attr(data-label) ": "; }
  .stack td[data-label] > .share { display: inline-flex; }
  .stack td:empty { display: none; }
}
@media print {
  body { max-width: none; padding: 0; } body::before { position: absolute; }
  h2, h3, summary { break-after: avoid; } tr, figure { break-inside: avoid; }
  .scrolls { overflow: visible; } a { color: inherit; }
}
"""


def page(title: str, body: str, style: str = "") -> str:
    """A whole page. ``body`` is HTML already, ``title`` is not."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
