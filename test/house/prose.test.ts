import test from 'ava';
import { unlisted, untidyProse } from '../../scripts/house/prose.js';

const wide = `${'a '.repeat(50)}a`;

test('a line beyond 100 characters is named, with its number', (t) => {
  t.deepEqual(untidyProse('docs/a.md', `${'a'.repeat(100)}\n${wide}\n`), [
    'docs/a.md:2 101 characters; wrap at 100',
  ]);
});

test('tables, code, pictures, and a link at the end may be wider', (t) => {
  t.deepEqual(
    untidyProse('docs/a.md', `| ${wide} |\n\n\`\`\`ts\n${wide}\n\`\`\`\n\n![${wide}](b.svg)\n`),
    [],
  );
  t.deepEqual(untidyProse('docs/a.md', `${wide} [b](b.md)\n`), []);
  t.is(untidyProse('docs/a.md', `[b](b.md) ${wide}\n`).length, 1);
  t.is(untidyProse('docs/a.md', `\`\`\`ts\n\`\`\`\n${wide}\n`).length, 1);
});

test('a decision has at most 40 lines; other pages as many as they like', (t) => {
  t.deepEqual(untidyProse('docs/decisions/01-a.md', 'a\n'.repeat(40)), []);
  t.deepEqual(untidyProse('docs/decisions/01-a.md', 'a\n'.repeat(41)), [
    'docs/decisions/01-a.md: 41 lines; a decision has at most 40',
  ]);
  t.deepEqual(untidyProse('docs/decisions/README.md', 'a\n'.repeat(41)), []);
});

test('a decision stands once in the list, by its title', (t) => {
  const list = '| 1 | [One](01-one.md) |\n| 2 | [Two](02-two.md) |\n| 2 | [Two](02-two.md) |';
  const one = ['01-one.md', '# 1. One\n\nText\n'] as const;
  t.deepEqual(unlisted(list, new Map([one])), []);
  t.deepEqual(unlisted(list, new Map([['01-one.md', '# 1. One more\n']])), [
    "docs/decisions/README.md lists 01-one.md by another title than 'One more'",
  ]);
  t.deepEqual(unlisted(list, new Map([one, ['02-two.md', '# 2. Two'], ['03-three.md', '# 3. Three']])), [
    'docs/decisions/README.md lists 02-two.md 2 times; expected once',
    'docs/decisions/README.md lists 03-three.md 0 times; expected once',
  ]);
});
