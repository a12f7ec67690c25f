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
import { css, pageOf, search } from './page.js';
import { referencePages } from './reference.js';

/**
 * Builds the documentation as a site in out/site that needs no server and no network: every page of Markdown, the reference from the code, and a search.
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
for (const [name, text] of referencePages(join(root, 'dist'))) pages.set(`docs/reference/${name}`, text);

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
  return path.replace(/\.md$/, '.html');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

/** @param at where the page goes */
function render(path: string, text: string, at = place(path)): string {
  const title = /^# (.+)$/m.exec(text)?.[1].replaceAll('`', '') ?? path;
  const own = new Set<string>(['main']);
  anchors.set(at, own);
  let section: Section | undefined;
  const begin = (heading: string, anchor: string) => {
    section = { page: title, title: heading, at: `${at}#${anchor}`, text: '' };
    if (at !== 'index.html') sections.push(section);
  };
  const marked = new Marked({
    gfm: true,
    walkTokens(token) {
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
        return `<pre tabindex="0"><code data-lang="${lang ?? ''}">${escaped(code)}</code></pre>\n`;
      },
    },
  });
  const body = marked.parse(text, { async: false });
  return pageOf(title, body, navigation(at), '../'.repeat(at.split('/').length - 1));
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
        const name = /^# (.+)$/m.exec(pages.get(path) ?? '')?.[1].replaceAll('`', '') ?? path;
        const to = place(path);
        return `<li><a href="${posix.relative(posix.dirname(at), to)}"${to === at ? ' aria-current="page"' : ''}>${escaped(name)}</a></li>`;
      })
      .join('')}</ul>`;
  const start = ['docs/getting-started.md', 'docs/tabular.md', 'docs/how-to.md', 'docs/comparison.md'];
  const all = [...pages.keys()];
  const isGuide = (path: string) => /^docs\/[^/]+\.md$/.test(path) && !start.includes(path);
  return [
    '<h2>Start</h2>',
    items(start),
    '<h2>Guide</h2>',
    items(all.filter(isGuide)),
    '<h2>Reference</h2>',
    items(all.filter((path) => path.startsWith('docs/reference/'))),
    '<h2>Why</h2>',
    items(['docs/decisions/README.md', 'bench/README.md', 'CHANGELOG.md', 'CONTRIBUTING.md']),
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

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
