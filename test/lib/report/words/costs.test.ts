import test from 'ava';
import { terminalSummary } from '../../../../lib/report/index.js';
import { costName, gain } from '../../../../lib/report/words/costs.js';
import { sample } from '../sample.js';

test('a price is no time, and a saving no speed', (t) => {
  t.is(costName('price'), 'price');
  t.is(costName('µs'), 'cost');
  t.is(gain(3.1, 'price'), '3.10× cheaper');
  t.is(gain(3.1, 'µs'), '3.10×');
  const text = terminalSummary({ ...sample, unit: 'price' });
  t.regex(text, /price 15\.4 a row expected, 481 for the full model: 31\.3× cheaper/);
  t.regex(text, /price a row/);
  t.notRegex(text.replace(/Measured[\s\S]*/, ''), /µs|money|cost a row/);
});
