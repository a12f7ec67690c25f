/** A page of the site. @param up from the page to the site's root, such as '../' */
export function pageOf(title: string, body: string, navigation: string, up: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · spillway</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}site.css">
<script defer src="${up}index.js"></script>
<script defer src="${up}search.js"></script>
</head>
<body data-up="${up}">
<a class="skip" href="#main">To the text</a>
<nav aria-label="Pages">
<a class="home" href="${up}index.html">spillway</a>
<label for="search">Search</label>
<input id="search" type="search" autocomplete="off" aria-controls="found">
<ol id="found" aria-live="polite"></ol>
<details open><summary>Pages</summary>
${navigation}
</details>
</nav>
<main id="main">
${body}
</main>
</body>
</html>
`;
}

export const css = `:root { color-scheme: light dark; --paper: #fff; --side: #f6f7f6; --ink: #17211f; --muted: #5d6b69; --line: #dfe5e3; --accent: #0b7a75; }
@media (prefers-color-scheme: dark) { :root { --paper: #101615; --side: #18201f; --ink: #e6edeb; --muted: #98a7a4; --line: #2b3634; --accent: #4fc3b8; } }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
nav { background: var(--side); border-right: 1px solid var(--line); padding: 1.5rem 1.25rem; height: 100vh; overflow: auto; position: sticky; top: 0; font-size: .92rem; }
nav ul { list-style: none; padding: 0; margin: .75rem 0; } nav li { margin: .2rem 0; }
nav h2 { font-size: .8rem; color: var(--muted); margin: 1.25rem 0 .25rem; text-transform: uppercase; letter-spacing: .05em; }
.home { font-weight: 700; font-size: 1.2rem; display: block; margin-bottom: 1rem; }
label { display: block; color: var(--muted); } input { width: 100%; font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
summary { display: none; } #found { padding-left: 1.2rem; } #found small { color: var(--muted); display: block; }
a { color: var(--accent); } nav a { text-decoration: none; } [aria-current] { font-weight: 700; }
main { max-width: 54rem; padding: 2rem 2.5rem 5rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
pre { background: var(--side); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; overflow: auto; font-size: .86rem; line-height: 1.5; } code { font-family: ui-monospace, monospace; font-size: .92em; }
table { border-collapse: collapse; display: block; overflow: auto; font-size: .92rem; } th, td { border-bottom: 1px solid var(--line); padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: top; }
img { max-width: 100%; border: 1px solid var(--line); border-radius: 8px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 800px) { body { display: block; } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } summary { display: list-item; margin-top: 1rem; } main { padding: 1.25rem; } }
`;

/**
 * Looks for words, or their beginnings, in the sections of all pages; those in headings count most, and pages on how things came to be less than
 * others. On a phone the list of pages is folded, so that the text comes first.
 */
export const search = `const field = document.querySelector('#search');
const list = document.querySelector('#found');
const up = document.body.dataset.up;
const fold = (text) => text.toLowerCase();
if (matchMedia('(max-width: 800px)').matches) document.querySelector('nav details').open = false;
const weight = ({ at }) => (/^(docs\\/decisions|CHANGELOG|CONTRIBUTING|bench)/.test(at) ? 0.3 : 1);
field.addEventListener('input', () => {
  const words = fold(field.value).split(/[^\\p{L}\\p{N}_]+/u).filter(Boolean);
  const found = words.length === 0 ? [] : SECTIONS.map((section) => {
    let score = 0;
    for (const word of words) {
      const inTitle = fold(section.title).includes(word) ? 10 : 0;
      const inText = fold(section.text).split(word).length - 1;
      if (inTitle + inText === 0) return { section, score: 0 };
      score += inTitle + Math.min(5, inText);
    }
    return { section, score: score * weight(section) };
  }).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, 12);
  if (words.length > 0 && found.length === 0) {
    list.replaceChildren(Object.assign(document.createElement('li'), { textContent: 'Nothing has all of these words.' }));
    return;
  }
  list.replaceChildren(...found.map(({ section }) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = up + section.at;
    link.textContent = section.title;
    const page = document.createElement('small');
    page.textContent = section.page === section.title ? '' : section.page;
    item.append(link, page);
    return item;
  }));
});
`;
