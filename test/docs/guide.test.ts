import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';
import { guideOf } from '../../scripts/docs/guide.js';

const root = new URL('../../', import.meta.url);

test('numbered links under headings are the guide, other links are not', (t) => {
  const text = `# Title

[One](one.md)

## First

1. [One](one.md): about [two](two.md)
2. [Two](decisions/README.md)

## Words

[Three](three.md)

## Second

3. [Four](../notebooks/four.ipynb)
`;
  t.deepEqual(guideOf(text), [
    { title: 'First', pages: ['docs/one.md', 'docs/decisions/README.md'] },
    { title: 'Second', pages: ['notebooks/four.ipynb'] },
  ]);
});

test('the guide has every page and notebook once, and begins where a newcomer does', async (t) => {
  const pages = guideOf(await readFile(new URL('docs/README.md', root), 'utf8')).flatMap(
    (group) => group.pages,
  );
  const docs = (await readdir(new URL('docs', root))).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  const notebooks = (await readdir(new URL('notebooks', root))).filter((name) => name.endsWith('.ipynb'));
  const there = [
    ...docs.map((name) => `docs/${name}`),
    'docs/decisions/README.md',
    ...notebooks.map((name) => `notebooks/${name}`),
  ];
  t.deepEqual([...pages].sort(), there.sort());
  t.deepEqual(pages.slice(0, 2), ['docs/getting-started.md', 'docs/tabular.md']);
});

test('its numbers count', async (t) => {
  const text = await readFile(new URL('docs/README.md', root), 'utf8');
  const numbers = [...text.matchAll(/^(\d+)\. \[/gm)].map(([, number]) => Number(number));
  t.deepEqual(
    numbers,
    Array.from(numbers, (_, i) => i + 1),
  );
});
