import test from 'ava';
import { jsonIn } from '../../../lib/util/jsonOf.js';

test('what is no JSON is named by its place, and never quoted', (t) => {
  t.deepEqual(jsonIn<unknown>('{"a": [1]}'), { a: [1] });
  const cases: readonly [text: string, place: string][] = [
    ['', 'line 1, column 1'],
    ['{"keys": [SECRET]}', 'line 1, column 11'],
    ['{"keys": ["SECRET",]}', 'line 1, column 20'],
    ['{"keys": ["SECRET"', 'line 1, column 19'],
    ['{\n  "key" "SECRET"\n}', 'line 2, column 9'],
    [`{"SECRET": 1}\n${' '.repeat(200)}SECRET`, 'line 2, column 201'],
    ['{"a": "SECRET\n"}', 'line 1, column 14'],
  ];
  for (const [text, place] of cases)
    t.throws(() => jsonIn(text), { instanceOf: SyntaxError, message: `isn't JSON: see ${place}` }, text);
});
