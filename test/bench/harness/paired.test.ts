import test from 'ava';
import { limitsIn, PairedAnswers } from '../../../bench/harness/paired.js';

/** 100 rows, all 'a' in truth and by the full model but the last, which it gets wrong: four answers differ. */
const truth = Array.from({ length: 100 }, () => 'a');
const full = truth.with(99, 'b');
const answers = truth.with(0, 'b').with(1, 'b').with(2, 'b');
const keys = truth.map((_, row) => row);
const paired = PairedAnswers.of(keys, { answers, full, truth });

test('three right answers made wrong and one wrong made right: the difference and its limits', (t) => {
  const { disagreement, accuracyLost } = paired.figures;
  t.is(disagreement.estimate, 0.04);
  t.is(accuracyLost.estimate, 0.02);
  // Squares about the mean: 4 - 2 * .02 * 2 + 100 * .02^2 = 3.96, and 4 - 2 * .04 * 4 + 100 * .04^2 = 3.84.
  const reach = (squares: number) => (1.959964 * Math.sqrt(squares)) / 100;
  t.true(Math.abs(accuracyLost.upper - (0.02 + reach(3.96))) < 1e-8);
  t.true(Math.abs(accuracyLost.lower - (0.02 - reach(3.96))) < 1e-8);
  t.true(Math.abs(disagreement.upper - (0.04 + reach(3.84))) < 1e-8);
});

test('a row that is unseen in two seeds is one draw: the limits stay as wide', (t) => {
  const twice = PairedAnswers.over([paired, paired]).figures;
  t.true(Math.abs(twice.accuracyLost.upper - paired.figures.accuracyLost.upper) < 1e-12);
  const others = PairedAnswers.of(
    keys.map((key) => `other ${key}`),
    { answers, full, truth },
  );
  const more = PairedAnswers.over([paired, others]).figures.accuracyLost;
  t.is(more.estimate, 0.02);
  const width = ({ lower, upper }: typeof more) => upper - lower;
  t.true(Math.abs(width(more) * Math.SQRT2 - width(paired.figures.accuracyLost)) < 1e-12);
});

test('gains and losses cancel, answers that are wrong otherwise change no accuracy', (t) => {
  const { figures } = PairedAnswers.of([1, 2], { answers: ['b', 'c'], full: ['a', 'b'], truth: ['b', 'a'] });
  t.is(figures.disagreement.estimate, 1);
  t.is(figures.accuracyLost.estimate, -0.5);
});

test('JSON and tables have the figures alone', (t) => {
  t.deepEqual(JSON.parse(JSON.stringify(paired)), JSON.parse(JSON.stringify(paired.figures)));
  t.is(limitsIn({ estimate: 0.0061, lower: 0.0048, upper: 0.0074 }, '%'), '0.61 % (0.48 to 0.74)');
});
