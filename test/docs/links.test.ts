import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';
import * as spillway from '../../index.js';

const root = new URL('../../', import.meta.url);

test('every link inside the documentation leads somewhere', async (t) => {
  const inDocs = await readdir(new URL('docs', root), { recursive: true });
  const pages = [...inDocs.map((path) => `docs/${path}`), 'README.md', 'CONTRIBUTING.md', 'bench/README.md'];
  let links = 0;
  for (const page of pages.filter((path) => path.endsWith('.md'))) {
    const url = new URL(page, root);
    for (const [, target] of (await readFile(url, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      links++;
      const to = new URL(target, url);
      const anchor = to.hash.slice(1);
      to.hash = '';
      t.true(existsSync(to), `${page} links to ${target}`);
      if (anchor !== '') t.true((await anchorsOf(to)).includes(anchor), `${page} links to ${target}`);
    }
  }
  t.true(links > 20);
});

test('every error has a place in docs/errors.md, under its code', async (t) => {
  const page = await readFile(new URL('docs/errors.md', root), 'utf8');
  for (const [name, value] of Object.entries(spillway)) {
    const isError = typeof value === 'function' && value.prototype instanceof Error;
    if (isError) t.true(page.includes(`\`${name}\``), name);
  }
});

test('every code of an error has a heading of its own there, and nothing else has', async (t) => {
  const sources = ['lib/errors.ts', 'lib/protocol/messages/errors.ts'].map((path) =>
    readFile(new URL(path, root), 'utf8'),
  );
  const source = (await Promise.all(sources)).join('\n');
  const codes = [...source.matchAll(/super\(\s*'([A-Z_]+)'/g)].map(([, code]) => code);
  const anchors = await anchorsOf(new URL('docs/errors.md', root));
  t.true(codes.length > 10);
  for (const code of codes) t.true(anchors.includes(code.toLowerCase()), code);
  const page = await readFile(new URL('docs/errors.md', root), 'utf8');
  const headings = [...page.matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code);
  t.deepEqual(
    headings.filter((code) => !codes.includes(code)),
    [],
  );
});

async function anchorsOf(page: URL): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
