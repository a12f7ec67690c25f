import test from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { cells, type TextColumn, textTable, wrap } from '../../../../lib/report/terminal/columns.js';
import { thresholdWords } from '../../../../lib/report/words/index.js';
import { atLength } from '../../../support/atLength.js';

const columns: readonly TextColumn[] = [
  { head: 'name', align: 'left' },
  { head: 'cost', align: 'right' },
];

test('columns line up under their heads', (t) => {
  const { head, rule, body } = textTable(
    columns,
    [
      ['a', '10'],
      ['longer', '9'],
    ],
    40,
  );
  t.deepEqual([head, rule, ...body], ['name     cost', '──────   ────', 'a          10', 'longer      9']);
});

test('text gives way to numbers and goes on below, broken between its pieces', (t) => {
  const { body } = textTable(columns, [[['ham ≥ 0.9', 'spam never'], '1,000']], 20);
  t.deepEqual(body, ['ham ≥ 0.9      1,000', 'spam never']);
});

test('a name wider than its column breaks at its joints before it breaks anywhere else', (t) => {
  t.deepEqual(wrap(['signals+subject+lede'], 10), ['signals+', 'subject+', 'lede']);
  t.deepEqual(wrap(['abcdefgh'], 3), ['abc', 'def', 'gh']);
});

test('wide characters take two cells, combining marks none', (t) => {
  t.is(cells('漢字'), 4);
  t.is(cells('e\u0301'), 1);
  const { body } = textTable(
    columns,
    [
      ['漢字', '1'],
      ['abcd', '2'],
    ],
    40,
  );
  t.deepEqual(body, ['漢字      1', 'abcd      2']);
});

test('cells are those of string-width', (t) => {
  const texts = ['「日本」', 'ＡＢ', 'ｶﾅ', '한국', 'a\u200bb', '🇩🇪', '👨‍👩‍👧', '⚠️', '1️⃣', '①', '…', '→'];
  for (const text of texts) t.is(cells(text), stringWidth(text), text);
  const differ: string[] = [];
  // Few of those beyond are different.
  for (let code = 0x20; code < 0x11_0000; code += code < 0x3000 ? 1 : atLength(7, 1)) {
    const text = String.fromCodePoint(code);
    // A lone half of a flag is no text.
    if (/[\p{Unassigned}\p{Surrogate}\p{Private_Use}\p{Regional_Indicator}]/u.test(text)) continue;
    if (cells(text) !== stringWidth(text)) differ.push(code.toString(16));
  }
  t.deepEqual(differ, []);
});

test('no line is wider than asked, and nothing of a cell is lost', (t) => {
  const word = fc.stringMatching(/^[a-z+]{1,30}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(word, { minLength: 1, maxLength: 6 }), fc.nat(99_999)), { minLength: 1 }),
      fc.integer({ min: 20, max: 80 }),
      (rows, width) => {
        const { head, rule, body } = textTable(
          columns,
          rows.map(([words, n]) => [words, String(n)]),
          width,
        );
        for (const line of [head, rule, ...body]) t.true(cells(line) <= width);
        const letters = (text: string) => text.replace(/[^a-z+]/g, '');
        t.is(letters(body.join('')), letters(rows.flatMap(([words]) => words).join('')));
      },
    ),
    { numRuns: 50 },
  );
});

test('a table without rows still has its heads', (t) => {
  t.deepEqual(textTable(columns, [], 40), { head: 'name   cost', rule: '────   ────', body: [] });
});

test('a number isn’t broken, nor parted from its sign', (t) => {
  const text = 'expected difference ≤ 32,700.5';
  t.deepEqual(textTable([{ head: 'exits', align: 'left' }], [[[text]]], 12).body, [
    'expected',
    'difference',
    '≤ 32,700.5',
  ]);
  t.deepEqual(thresholdWords([{ label: 'expected difference', threshold: 32_712, atMost: true }]), [
    'expected difference ≤ 32,700',
  ]);
});
