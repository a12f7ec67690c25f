import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';
import { guideOf } from './guide.js';
import { notebookPage } from './notebook.js';
import { codePart, copy, css, escaped, outputPart, pageOf, search, turn } from './page.js';
import { examplesOf, programsOf } from './programs.js';
import { referencePages } from './reference.js';

/**
 * Builds the documentation as a site in out/site that needs no server and no network: every page of Markdown, the notebooks with their outputs,
 * the reference from the code, and a search.
 * Exit code 1 where a link leads nowhere.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = join(root, 'out', 'site');

/** Markdown by its place in the site, which is that in the repository. */
const pages = new Map<string, string>();
const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map(
  (path) => `docs/${path.replaceAll('\\', '/')}`,
);
for (const path of [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  '.changeset/README.md',
  'bench/README.md',
  ...inDocs.sort(),
]) {
  if (path.endsWith('.md')) pages.set(path, readFileSync(join(root, path), 'utf8'));
}
for (const name of readdirSync(join(root, 'notebooks')).sort()) {
  if (!name.endsWith('.ipynb')) continue;
  const path = `notebooks/${name}`;
  pages.set(path, notebookPage(readFileSync(join(root, path), 'utf8')));
}
for (const [name, text] of referencePages(root)) pages.set(`docs/reference/${name}`, text);

const index = pages.get('docs/README.md') ?? '';
const guide = guideOf(index);
const order = guide.flatMap((group) => group.pages);
const [given] = examplesOf(index);

interface Section {
  readonly page: string;
  readonly title: string;
  readonly at: string;
  text: string;
}

const sections: Section[] = [];
const anchors = new Map<string, Set<string>>();
const links: { readonly from: string; readonly to: string }[] = [];
const outside = new Set<string>();
const files = new Set<string>();

rmSync(out, { recursive: true, force: true });
for (const [path, text] of pages) write(place(path), render(path, text));
write('index.html', render('README.md', pages.get('README.md') ?? '', 'index.html'));
write('site.css', css);
write('search.js', search);
write('copy.js', copy);
write('index.js', `const SECTIONS = ${JSON.stringify(sections)};\n`);
for (const file of files) {
  mkdirSync(dirname(join(out, file)), { recursive: true });
  copyFileSync(join(root, file), join(out, file));
}

const broken = links.filter(({ to }) => {
  const [file, anchor] = to.split('#');
  if (!existsSync(join(out, file))) return true;
  return anchor !== undefined && anchor !== '' && !anchors.get(file)?.has(anchor);
});
for (const { from, to } of broken) console.error(`${from} links to ${to}, which isn't there`);
console.log(
  `${pages.size} pages, ${sections.length} sections, ${links.length} links, ${broken.length} broken; ${outside.size} lead outside. Open out/site/index.html`,
);
process.exitCode = broken.length > 0 ? 1 : 0;

function place(path: string): string {
  return path.replace(/\.(md|ipynb)$/, '.html');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

/** @param at where the page goes */
function render(path: string, text: string, at = place(path)): string {
  const title = titleOf(path);
  const own = new Set<string>(['main']);
  anchors.set(at, own);
  let section: Section | undefined;
  const begin = (heading: string, anchor: string) => {
    section = { page: title, title: heading, at: `${at}#${anchor}`, text: '' };
    if (at !== 'index.html') sections.push(section);
  };
  const isNotebook = path.endsWith('.ipynb');
  const programs = isNotebook ? [] : programsOf(text, path === 'docs/README.md' ? '' : given);
  let example = 0;
  const marked = new Marked({
    gfm: true,
    walkTokens(token) {
      if (token.type === 'code' && isPicture(token.lang)) return;
      if (section && (token.type === 'text' || token.type === 'code' || token.type === 'codespan'))
        section.text += ` ${token.text}`;
      if (token.type === 'heading') begin(plainOf(token.text), slugOf(token.text));
    },
    renderer: {
      heading({ tokens, depth, text: heading }) {
        const slug = slugOf(heading);
        own.add(slug);
        return `<h${depth} id="${slug}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${target(path, at, href)}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: alt }) {
        return `<img src="${target(path, at, href)}" alt="${alt}" loading="lazy">`;
      },
      code({ text: code, lang }) {
        if (isPicture(lang) || lang === 'output') return outputPart(lang, code);
        return codePart(code, lang ?? '', lang === 'ts' ? programs[example++] : undefined);
      },
    },
  });
  const body = marked.parse(text, { async: false });
  return pageOf(
    title,
    body + download(path) + neighbours(path, at),
    navigation(at),
    '../'.repeat(at.split('/').length - 1),
  );
}

function isPicture(lang: string | undefined): lang is 'svg' | 'png' {
  return lang === 'svg' || lang === 'png';
}

/** A notebook's own file lies beside its page. */
function download(path: string): string {
  if (!path.endsWith('.ipynb')) return '';
  files.add(path);
  return `<p><a href="${posix.basename(path)}" download>The notebook itself</a>; <code>npm run notebooks</code> runs it.</p>\n`;
}

/** Links to the pages that are read before and after one of the guide. */
function neighbours(path: string, at: string): string {
  const place = order.indexOf(path);
  if (place < 0) return '';
  const to = (other: string | undefined) =>
    other === undefined ? undefined : { href: relativeTo(at, other), title: titleOf(other) };
  return turn(to(order[place - 1]), to(order[place + 1]));
}

function titleOf(path: string): string {
  return /^# (.+)$/m.exec(pages.get(path) ?? '')?.[1].replaceAll('`', '') ?? path;
}

function relativeTo(at: string, path: string): string {
  return posix.relative(posix.dirname(at), place(path));
}

/** A link as the page has it; pages of Markdown are pages of the site, and files are copied beside them. */
function target(path: string, at: string, href: string): string {
  if (/^[a-z]+:/.test(href)) {
    outside.add(href);
    return href;
  }
  const [file, anchor] = href.split('#');
  const to = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
  const isPage = pages.has(to);
  if (!isPage && existsSync(join(root, to)) && !to.endsWith('/')) files.add(to);
  const found = file === '' ? at : isPage ? place(to) : to;
  links.push({ from: at, to: anchor === undefined ? found : `${found}#${anchor}` });
  return `${posix.relative(posix.dirname(at), found)}${anchor === undefined ? '' : `#${anchor}`}`;
}

function navigation(at: string): string {
  const items = (paths: readonly string[]) =>
    `<ul>${paths
      .map((path) => {
        const current = place(path) === at ? ' aria-current="page"' : '';
        return `<li><a href="${relativeTo(at, path)}"${current}>${escaped(titleOf(path))}</a></li>`;
      })
      .join('')}</ul>`;
  return [
    ...guide.flatMap(({ title, pages: own }) => [`<h2>${escaped(title)}</h2>`, items(own)]),
    '<h2>Reference</h2>',
    items([...pages.keys()].filter((path) => path.startsWith('docs/reference/'))),
    '<h2>The project</h2>',
    items(['docs/README.md', 'bench/README.md', 'CHANGELOG.md', 'CONTRIBUTING.md']),
  ].join('\n');
}

/** As GitHub makes anchors of headings. */
function slugOf(heading: string): string {
  return plainOf(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function plainOf(heading: string): string {
  return heading.replaceAll('`', '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
