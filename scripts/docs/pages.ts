import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { mapLinks, mapProse } from './markdown.js';
import { notebookPage } from './notebook.js';
import { referencePages } from './reference.js';

/** The input of VitePress: pages of Markdown, and the files that they show or link to. */
export interface Site {
  /** By a page's path in the site: the one in the repository, with `index.md` in place of `README.md`. */
  readonly pages: ReadonlyMap<string, string>;
  /** Paths from the repository's root, which are also those in the site. */
  readonly files: ReadonlySet<string>;
}

/**
 * Every page of the documentation: those written by hand, notebooks with their stored outputs, and the reference, a page an entry point.
 *
 * @param root the repository, ending with a slash, after a build
 * @throws {Error} for a link that leads neither to a page nor to a file
 */
export function siteOf(root: string): Site {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const list = (folder: string, isDeep: boolean) =>
    readdirSync(join(root, folder), { recursive: isDeep, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .sort();
  const written = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    // Benches install packages in their folder.
    ...[...list('bench', true), ...list('docs', true)].filter((path) =>
      /^(?!.*\/node_modules\/).*\.md$/.test(path),
    ),
  ];
  const sources = new Map([
    ...written.map((path): [string, string] => [path, read(path)]),
    ...list('notebooks', false)
      .filter((path) => path.endsWith('.ipynb'))
      .map((path): [string, string] => [path, withDownload(notebookPage(read(path)), path)]),
    ...[...referencePages(root)].map(([name, text]): [string, string] => [`docs/reference/${name}`, text]),
  ]);
  const files = new Set<string>();
  const target = (from: string, href: string) => {
    // A path that begins with `/` is a file of the repository, which has no page.
    if (/^(?:[a-z]+:|#)/.test(href)) return href;
    const [path, anchor] = href.split('#');
    const to = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(from), path);
    const isPage = sources.has(to) && !path.startsWith('/');
    if (!isPage) {
      if (!statSync(join(root, to), { throwIfNoEntry: false })?.isFile())
        throw new Error(`${from} links to ${href}: there is no such file`);
      if (to.endsWith('.md')) throw new Error(`${from} links to ${href}, which is no page of the site`);
      files.add(to);
    }
    const place = isPage ? posix.relative(posix.dirname(placeOf(from)), placeOf(to)) : `/${to}`;
    return anchor === undefined ? place : `${place}#${anchor}`;
  };
  const pages = new Map(
    [...sources].map(([path, text]) => [
      placeOf(path),
      mapLinks(withoutComments(text), (href) => target(path, href)),
    ]),
  );
  return { pages, files };
}

/** The site's path of a page of the repository. */
export function placeOf(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.md').replace(/\.ipynb$/, '.md');
}

function withDownload(markdown: string, path: string): string {
  return `${markdown}\n[The notebook itself](/${path}); \`npm run notebooks\` runs it.\n`;
}

function withoutComments(markdown: string): string {
  return mapProse(markdown, (prose) => prose.replace(/^<!--[\s\S]*?-->$/gm, ''));
}
