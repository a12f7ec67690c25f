import test from 'ava';
import { identifiersOf } from '../../scripts/house/identifiers.js';

const namesOf = (source: string) => identifiersOf(source).map(({ name }) => name);

test('names, keywords and private members, by line', (t) => {
  t.deepEqual(identifiersOf('const a =\n  this.#b;'), [
    { name: 'const', line: 1 },
    { name: 'a', line: 1 },
    { name: 'this', line: 2 },
    { name: 'b', line: 2 },
  ]);
});

test('comments and strings are no names', (t) => {
  t.deepEqual(namesOf(`// one\n/* two\n three */ a('four', "fi\\"ve"); /** six */`), ['a']);
});

test('templates: their text is none, what stands in braces is, at any depth', (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a source
  t.deepEqual(namesOf('a(`one ${b({ c: `two ${d} $three` })} four \\${five}`); e'), [
    'a',
    'b',
    'c',
    'd',
    'e',
  ]);
});

test('lines are counted through comments and templates', (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a source
  t.deepEqual(identifiersOf('/*\n\n*/`\n${a}\n` + b'), [
    { name: 'a', line: 4 },
    { name: 'b', line: 5 },
  ]);
});

test('regular expressions are none, divisions are no regular expressions', (t) => {
  t.deepEqual(namesOf("a.replace(/one'[/'two]/g, '')"), ['a', 'replace']);
  t.deepEqual(namesOf('return /one/.test(a)'), ['return', 'test', 'a']);
  t.deepEqual(namesOf('(a / b) / c / 2 / d'), ['a', 'b', 'c', 'd']);
});

test('numbers are none', (t) => {
  t.deepEqual(namesOf('0x1f + 1e5 + .5 + 10n + a1'), ['a1']);
});
