import test from 'ava';
import { anchorsOf, mapLinks, mapProse, titleOf } from '../../scripts/docs/markdown.js';

const page = `# A \`page\`

Text.

~~~~ts
# code
~~~
[a](b)
~~~~

## Text: [linked](there.md), \`code\`

\`\`\`sh
# more code
\`\`\`

## A \`page\`
`;

test('prose changes, fenced code stays', (t) => {
  const changed = mapProse(page, (prose) => prose.toUpperCase());
  t.true(changed.startsWith('# A `PAGE`\n\nTEXT.\n\n~~~~ts\n# code\n~~~\n[a](b)\n~~~~\n'));
  t.true(changed.endsWith('```sh\n# more code\n```\n\n## A `PAGE`\n'));
  t.is(
    mapProse(page, (prose) => prose),
    page,
  );
});

test('links and pictures change, code does not', (t) => {
  const text = 'See [one](a.md#b), ![two](c.svg "Two") and [`three`](d.md); not `x[0](e.md)`.\n';
  t.is(
    mapLinks(text, (target) => target.toUpperCase()),
    'See [one](A.MD#B), ![two](C.SVG "Two") and [`three`](D.MD); not `x[0](e.md)`.\n',
  );
  t.true(mapLinks(page, () => 'x').includes('[a](b)'));
});

test('anchors are those of GitHub, numbered where a heading repeats', (t) => {
  t.deepEqual(anchorsOf(page), ['a-page', 'text-linked-code', 'a-page-1']);
  t.deepEqual(anchorsOf('### NOT_ENOUGH_ROWS\n## What is promised, and what isn’t\n'), [
    'not_enough_rows',
    'what-is-promised-and-what-isnt',
  ]);
});

test('a title is the first heading, without marks of code', (t) => {
  t.is(titleOf(page, 'fallback'), 'A page');
  t.is(titleOf('## None\n', 'fallback'), 'fallback');
});
