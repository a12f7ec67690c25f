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
<script defer src="${up}copy.js"></script>
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

/** Where a page's neighbour is, and what it is called. */
export interface Neighbour {
  readonly href: string;
  readonly title: string;
}

/** The way to the pages before and after this one. */
export function turn(before: Neighbour | undefined, after: Neighbour | undefined): string {
  const link = (to: Neighbour | undefined, rel: string, text: string) =>
    to === undefined
      ? ''
      : `<a rel="${rel}" href="${to.href}"><small>${text}</small> ${escaped(to.title)}</a>`;
  return `<nav class="turn" aria-label="Before and after">${link(before, 'prev', 'Before')}${link(after, 'next', 'Next')}</nav>\n`;
}

/**
 * Code with a button that copies it. Where an example rests on others, the button copies a whole program, which can be looked at too.
 *
 * @param program what is copied of an example
 */
export function codePart(code: string, lang: string, program: string | undefined): string {
  const pre = (text: string) => `<pre tabindex="0"><code data-lang="${lang}">${escaped(text)}</code></pre>\n`;
  if (lang !== 'ts') return pre(code);
  const button = (text: string) => `<button type="button" class="copy" hidden>${text}</button>`;
  if (program === undefined || program === code.trim())
    return `<div class="example">${pre(code)}${button('Copy')}</div>\n`;
  const whole = `<details class="whole"><summary>The whole program</summary>\n${pre(program)}</details>`;
  return `<div class="example">${pre(code)}${button('Copy as a program')}${whole}</div>\n`;
}

/** What a notebook's cell gave. */
export function outputPart(lang: 'output' | 'svg' | 'png', text: string): string {
  if (lang === 'output') return `<pre class="output" tabindex="0"><samp>${escaped(text)}</samp></pre>\n`;
  const picture =
    lang === 'svg' ? text : `<img src="data:image/png;base64,${text.replace(/\s/g, '')}" alt="">`;
  return `<figure class="output" tabindex="0">${picture}</figure>\n`;
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export const css = `:root { color-scheme: light dark; --paper: #fff; --side: #f6f7f6; --ink: #17211f; --muted: #5d6b69; --line: #dfe5e3; --accent: #0b7a75; }
@media (prefers-color-scheme: dark) { :root { --paper: #101615; --side: #18201f; --ink: #e6edeb; --muted: #98a7a4; --line: #2b3634; --accent: #4fc3b8; } }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
body > nav { background: var(--side); border-right: 1px solid var(--line); padding: 1.5rem 1.25rem; height: 100vh; overflow: auto; position: sticky; top: 0; font-size: .92rem; }
nav ul { list-style: none; padding: 0; margin: .75rem 0; } nav li { margin: .2rem 0; }
nav h2 { font-size: .8rem; color: var(--muted); margin: 1.25rem 0 .25rem; text-transform: uppercase; letter-spacing: .05em; }
.home { font-weight: 700; font-size: 1.2rem; display: block; margin-bottom: 1rem; }
label { display: block; color: var(--muted); } input { width: 100%; font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
nav summary { display: none; } #found { padding-left: 1.2rem; } #found small { color: var(--muted); display: block; }
a { color: var(--accent); } nav a { text-decoration: none; } [aria-current] { font-weight: 700; }
main { max-width: 54rem; padding: 2rem 2.5rem 5rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
pre { background: var(--side); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; overflow: auto; font-size: .86rem; line-height: 1.5; } code { font-family: ui-monospace, monospace; font-size: .92em; }
table { border-collapse: collapse; display: block; overflow: auto; font-size: .92rem; } th, td { border-bottom: 1px solid var(--line); padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: top; }
img { max-width: 100%; border: 1px solid var(--line); border-radius: 8px; }
pre.output, figure.output { background: none; border-left: 3px solid var(--accent); } figure.output { margin: 1rem 0; padding: .5rem 1rem; overflow: auto; } figure.output svg { max-width: 100%; height: auto; overflow: visible; }
.example { position: relative; margin: 1rem 0; } .example > pre { margin: 0; } .example:has(> .copy) > pre { padding-top: 2.4rem; }
.copy { position: absolute; top: .4rem; right: .4rem; font: inherit; font-size: .8rem; color: var(--accent); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .1rem .6rem; cursor: pointer; }
.whole summary { cursor: pointer; color: var(--muted); font-size: .86rem; margin: .25rem 0; }
.turn { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1rem; margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; } .turn small { display: block; color: var(--muted); } .turn a[rel=next] { text-align: right; margin-left: auto; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 800px) { body { display: block; } body > nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } nav summary { display: list-item; margin-top: 1rem; } main { padding: 1.25rem; } }
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

/** Buttons copy the program under them, or the example itself. Where a browser lends no clipboard, the text is selected. */
export const copy = `for (const button of document.querySelectorAll('.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const example = button.parentElement;
    const whole = example.querySelector('.whole');
    const code = example.querySelector('.whole code') ?? example.querySelector('code');
    const says = button.textContent;
    try {
      await navigator.clipboard.writeText(code.textContent + '\\n');
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = says; }, 2000);
    } catch {
      if (whole) whole.open = true;
      getSelection().selectAllChildren(code);
    }
  });
}
`;
