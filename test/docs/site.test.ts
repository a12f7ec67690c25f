import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { declarationsOf } from '../../scripts/docs/declarations.js';
import { declarationFile, entriesOf } from '../../scripts/docs/entries.js';
import { anchorsOf, mapLinks, mapProse } from '../../scripts/docs/markdown.js';
import { placeOf, siteOf } from '../../scripts/docs/pages.js';
import { referencePages } from '../../scripts/docs/reference.js';
import { type SidebarItem, sidebarOf } from '../../scripts/docs/sidebar.js';
import { folderFor } from '../support/files.js';

/** The Markdown that the site is made of. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const { pages, files } = siteOf(root);
const sidebar = sidebarOf(pages, await readFile(join(root, 'docs/README.md'), 'utf8'));

const linksOf = (items: readonly SidebarItem[]): string[] =>
  items.flatMap(({ link, items: under = [] }) => [...(link === undefined ? [] : [link]), ...linksOf(under)]);

test('the sidebar has every page once, in the order of docs/README.md', (t) => {
  const links = linksOf(sidebar);
  const places = links.map((link) => `${link.slice(1)}${link.endsWith('/') ? 'index' : ''}.md`);
  t.deepEqual([...places].sort(), [...pages.keys()].filter((place) => place !== 'index.md').sort());
  t.deepEqual(links.slice(0, 3), ['/docs/', '/docs/getting-started', '/docs/tabular']);
  t.deepEqual(
    sidebar.map(({ text }) => text),
    ['Start', 'Guide', 'Other models and questions', 'Reference', 'Notebooks', 'API', 'The project'],
  );
});

test('every link leads to a page, an anchor or a file', (t) => {
  let links = 0;
  for (const [place, text] of pages) {
    mapLinks(text, (href) => {
      if (/^[a-z]+:/.test(href)) return href;
      links++;
      const [path, anchor] = href.split('#');
      if (path.startsWith('/')) t.true(files.has(path.slice(1)), `${place}: ${href}`);
      else {
        const to = path === '' ? place : posix.join(posix.dirname(place), path);
        t.true(pages.has(to), `${place}: ${href}`);
        if (anchor !== undefined)
          t.true(anchorsOf(pages.get(to) ?? '').includes(anchor), `${place}: ${href}`);
      }
      return href;
    });
  }
  t.true(links > 300, `${links}`);
});

test('the reference has a page for each entry point, with every symbol that it exports', (t) => {
  const entries = entriesOf(root);
  t.true(entries.length > 8);
  for (const entry of entries) {
    const { name } = entry;
    const text = pages.get(`docs/reference/${name.replace('/', '-')}.md`) ?? '';
    const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    const names = declarationsOf(declarationFile(root, entry)).map((each) => each.name);
    t.deepEqual(headings.sort(), names.sort(), name);
    t.false(/\{@link/.test(text), name);
  }
});

test('a symbol of another entry point is linked to on its page', async (t) => {
  const folder = await folderFor(t);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write(
    'package.json',
    JSON.stringify({
      name: 'a',
      exports: {
        '.': { types: './dist/a.d.ts', default: './dist/a.js' },
        './b': { types: './dist/b.d.ts', default: './dist/b.js' },
        './package.json': './package.json',
      },
    }),
  );
  const links = 'See {@link Plan}, {@link plan.x}, {@link Other} and {@link None}.';
  await write(
    'out/types/a.d.ts',
    `/** ${links} */\nexport declare function plan(): Plan;\n/** P. */\nexport type Plan = 1;\n`,
  );
  await write('out/types/b.d.ts', '/** See {@link Plan}. */\nexport type Other = 2;\n');
  const reference = referencePages(`${folder}/`);
  t.deepEqual([...reference.keys()], ['a.md', 'a-b.md']);
  t.true(
    reference
      .get('a.md')
      ?.includes('See [`Plan`](#plan-1), [`plan.x`](#plan), [`Other`](a-b.md#other) and `None`.'),
  );
  t.true(reference.get('a-b.md')?.includes('See [`Plan`](a.md#plan-1).'));
});

test('notebooks show what they gave, and are there to download', (t) => {
  const notebooks = [...pages].filter(([place]) => place.startsWith('notebooks/'));
  t.true(notebooks.length >= 4);
  for (const [place, text] of notebooks) {
    t.regex(text, /^~~~output$/m, place);
    t.regex(text, /^~~~svg$/m, place);
    const file = place.replace('.md', '.ipynb');
    t.true(text.includes(`[The notebook itself](/${file})`) && files.has(file), place);
  }
});

test('comments stay in the repository', (t) => {
  for (const [place, text] of pages) {
    mapProse(text, (prose) => {
      t.false(/^<!--/m.test(prose), place);
      return prose;
    });
  }
});

test('pages of the repository have a place in the site', (t) => {
  t.is(placeOf('README.md'), 'index.md');
  t.is(placeOf('docs/decisions/README.md'), 'docs/decisions/index.md');
  t.is(placeOf('notebooks/tutorial.ipynb'), 'notebooks/tutorial.md');
  t.is(placeOf('docs/MY-README.md'), 'docs/MY-README.md');
});

test('a link to a file that does not exist is an error', async (t) => {
  const folder = await folderFor(t);
  for (const path of ['docs', 'bench', 'notebooks']) await mkdir(join(folder, path));
  await writeFile(join(folder, 'package.json'), '{ "name": "a", "exports": {} }');
  for (const path of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md'])
    await writeFile(join(folder, path), '# A page\n');
  await writeFile(join(folder, 'docs/README.md'), '# Docs\n\n[a](../lib/a.ts)\n');
  t.throws(() => siteOf(`${folder}/`), {
    message: 'docs/README.md links to ../lib/a.ts: there is no such file',
  });
  await mkdir(join(folder, 'lib'));
  t.throws(() => siteOf(`${folder}/`));
  await writeFile(join(folder, 'lib/a.ts'), '');
  t.deepEqual([...siteOf(`${folder}/`).files], ['lib/a.ts']);
  await writeFile(join(folder, 'lib/a.md'), '');
  await writeFile(join(folder, 'docs/README.md'), '# Docs\n\n[a](../lib/a.md)\n');
  t.throws(() => siteOf(`${folder}/`), { message: /no page of the site/ });
});
