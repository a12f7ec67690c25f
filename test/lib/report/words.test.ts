import test from 'ava';
import { terminalSummary } from '../../../lib/report/index.js';
import { measuredWords } from '../../../lib/report/measured.js';
import {
  allThresholdWords,
  certificateFacts,
  costName,
  gain,
  isShortened,
  thresholdWords,
} from '../../../lib/report/words.js';
import { sample } from './sample.js';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const many = letters.map((label, c) => ({ label, threshold: c < 3 ? null : 0.5 + 0.015 * c }));

test('thresholds of 26 classes fit on a screen', (t) => {
  t.deepEqual(thresholdWords(many), ['23 classes ≥ 0.545 to 0.875', 'a, b, c never']);
  t.true(isShortened(many));
  t.is(allThresholdWords(many).length, 26);
  t.deepEqual(thresholdWords(many.map((each) => ({ ...each, threshold: null }))), ['26 classes never']);
  t.deepEqual(thresholdWords(many.map((each) => ({ ...each, threshold: 0.9 }))), ['26 classes ≥ 0.900']);
  t.false(isShortened(many.slice(0, 6)));
  const stages = sample.stages.map((stage) => ({ ...stage, thresholds: many }));
  t.true(terminalSummary({ ...sample, stages }).split('\n').length < 60);
});

test('harm of many classes: the most harmed by name, the others together', (t) => {
  const byClass = letters.map((label, c) => ({
    label,
    rows: 10,
    worse: c < 8 ? 9 - c : 0,
    better: c === 7 ? 1 : 0,
  }));
  const facts = new Map(certificateFacts({ ...sample.certificate, byClass }));
  t.is(
    facts.get('by class'),
    'a 9 worse, 0 better of 10; b 8 worse, 0 better of 10; c 7 worse, 0 better of 10; d 6 worse, 0 better of 10; e 5 worse, 0 better of 10; f 4 worse, 0 better of 10; 20 others: 5 worse, 1 better',
  );
  const none = certificateFacts({ ...sample.certificate, byClass: [{ label: 'a', worse: 0, better: 0 }] });
  t.is(new Map(none).get('by class'), 'no right answer made wrong, and no wrong one right');
});

test('losses of numbers are told in the units of the answers', (t) => {
  const facts = new Map(certificateFacts({ ...sample.certificate, epsilon: 0.05, upper: 0.0457, scale: 4 }));
  t.is(facts.get('bound'), 'at most 0.2 on average (5 % of 4)');
  t.is(facts.get('upper limit'), '0.183 on average (for this plan alone, pointwise)');
});

test('where too few rows were there it says how many are enough, and what they would buy', (t) => {
  const prospect = {
    unit: 'rows',
    cost: 20,
    fullCost: 481,
    speedup: 24.05,
    certify: 2_917,
    total: 7_293,
    least: 748,
  } as const;
  const facts = new Map(certificateFacts({ ...sample.certificate, prospect }));
  t.is(facts.get('rows in all'), 'at least 748, with this split');
  t.is(
    facts.get('enough rows'),
    'a plan that loses half of epsilon takes some 2,900 certification rows, 7,300 rows in all',
  );
  t.is(
    facts.get('to be gained'),
    'on the tuning rows such a plan costs 20.0 µs a row instead of 481 µs, 24.1×; an estimate, no promise',
  );
  const nothing = certificateFacts({
    ...sample.certificate,
    prospect: { ...prospect, speedup: 1, least: null, total: null },
  });
  t.is(
    new Map(nothing).get('to be gained'),
    'on the tuning rows no such plan is cheaper than the full model',
  );
  t.false(new Map(nothing).has('rows in all'));
});

test('a certificate says when, by what, from which seed and how many rows', (t) => {
  const made = {
    date: '2026-03-01T09:30:00.000Z',
    version: '1.2.3',
    seed: 7,
    rows: { tune: 3_000, certify: 2_000 },
  };
  t.is(
    new Map(certificateFacts({ ...sample.certificate, made })).get('made'),
    '2026-03-01 by spillway 1.2.3, seed 7; tuned on 3,000 rows, 2,000 kept for the certificate',
  );
});

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

test('a measurement tells money beside money and errors in their units', (t) => {
  const { heads, rows, sentences } = measuredWords({
    rows: 100,
    full: { rowsPerSecond: 50, meanAbsoluteError: 0.4, meanDifference: 0 },
    cascade: { rowsPerSecond: 51, meanAbsoluteError: 0.45, meanDifference: 0.1 },
    speedup: 1.02,
    predictedSpeedup: 1.01,
    price: { full: 0.33, cascade: 0.011, predicted: 0.01 },
    losses: [{ loss: 'mean difference', epsilon: 0.05, found: 0.025, scale: 4 }],
  });
  t.deepEqual(heads, ['', 'Rows a second', 'MAE', 'Mean difference', 'Price a row']);
  t.deepEqual(rows, [
    ['Full model', '50', '0.400', '0', '0.330'],
    ['Cascade', '51', '0.450', '0.100', '0.0110'],
    ['Change', '1.02×', '+0.0500', '', '30.0× cheaper'],
  ]);
  t.deepEqual(sentences.slice(0, 3), [
    'speedup 1.02× measured, 1.01× predicted',
    'price a row 0.0110 measured, 0.0100 predicted, 0.330 for the full model: 30.0× cheaper measured, 33.0× predicted',
    'mean difference: 0.100 on these rows, promised at most 0.2 on average (5 % of 4)',
  ]);
});
