import { readFile } from 'node:fs/promises';
import test from 'ava';
import * as spillway from '../../index.js';
import { anchorsOf } from '../../scripts/docs/markdown.js';

const root = new URL('../../', import.meta.url);

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
  const page = await readFile(new URL('docs/errors.md', root), 'utf8');
  const anchors = anchorsOf(page);
  t.true(codes.length > 10);
  for (const code of codes) t.true(anchors.includes(code.toLowerCase()), code);
  const headings = [...page.matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code);
  t.deepEqual(
    headings.filter((code) => !codes.includes(code)),
    [],
  );
});
