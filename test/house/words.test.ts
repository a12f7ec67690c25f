import test from 'ava';
import { retiredIn, retiredWords } from '../../scripts/house/words.js';

test('a word is retired as a whole part of a name, however it is written', (t) => {
  for (const name of ['asked', 'askedRows', 'rowsAsked', 'ROWS_ASKED', 'rows-asked', 'AskedFlat', 'asked2'])
    t.is(retiredIn(name), 'asked', name);
  for (const name of ['masked', 'maskedRows', 'essay', 'boldly', 'tasks', 'open', 'go', 'on'])
    t.is(retiredIn(name), undefined, name);
  t.is(retiredIn('goOnFrom'), 'goOn');
  t.is(retiredIn('gonOn'), undefined);
});

test('a complaint names the file, the line, the name and a better word; prose is free', (t) => {
  t.deepEqual(retiredWords('lib/a.ts', "// careful\nconst careful = 'bold';"), [
    "lib/a.ts:2 careful: the word 'careful' is retired; use 'conservative' or the like",
  ]);
});

test('names of files count', (t) => {
  t.is(retiredWords('lib/workshop.test.ts', '').length, 1);
  t.deepEqual(retiredWords('lib/trainer.test.ts', ''), []);
});
