import test from 'ava';
import { measuredWords } from '../../../../lib/report/words/measured.js';

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
    'mean difference: 0.100 on these rows; bound: at most 0.2 on average',
  ]);
});

test('a measurement says how far its rounds were apart, and which of its rows flatter the cascade', (t) => {
  const full = { rowsPerSecond: 50, accuracy: 0.9, disagreement: 0 };
  const measured = { rows: 6_046, full, cascade: full, speedup: 5.5, predictedSpeedup: 5 };
  const range = { rounds: 5, speedupRange: { least: 5.2, most: 5.81 } };
  t.deepEqual(measuredWords({ ...measured, ...range, usedRows: 0 }).sentences, [
    'speedup 5.50× measured (median of 5 rounds, which gave 5.20× to 5.81×), 5.00× predicted',
  ]);
  t.deepEqual(measuredWords({ ...measured, rounds: 1, usedRows: 4_231 }).sentences, [
    'speedup 5.50× measured (in one round, which shows no spread), 5.00× predicted',
    '4,231 of these 6,046 rows equal rows that fitted, chose or certified this cascade, or one made from it: if they ' +
      'are the same rows, their speedup, errors and losses flatter it; measure on rows that it has never seen',
  ]);
  t.is(
    measuredWords({ ...measured, ...range, usedRows: 4_231, repeats: true }).sentences[1],
    '4,231 of these 6,046 rows equal a used row, as repeating inputs do',
  );
  t.is(
    measuredWords({ ...measured, ...range, speedup: 0.9, usedRows: 0 }).sentences[0],
    'speedup 0.900× measured (slower than the full model; median of 5 rounds, which gave 5.20× to 5.81×), 5.00× predicted',
  );
  t.is(
    measuredWords({ ...measured, ...range }).sentences[1],
    "whether these rows were used to make this cascade isn't known",
  );
});

test('the change is that of the figures shown, with its sign, and a full model alone has none', (t) => {
  const full = { rowsPerSecond: 305_138, accuracy: 0.9 };
  const cascade = { rowsPerSecond: 295_341, accuracy: 0.905 };
  const measured = { rows: 10, full, cascade, speedup: 0.61, predictedSpeedup: 1, rounds: 5, usedRows: 0 };
  t.deepEqual(measuredWords({ ...measured, stages: 1 }).rows[2], ['Change', '0.968×', '+0.50 points']);
  const same = measuredWords({ ...measured, stages: 0 });
  t.deepEqual(
    same.rows.map(([name]) => name),
    ['Full model', 'Cascade'],
  );
  t.deepEqual(same.sentences, ['no speedup: both are the full model, and differ by chance alone']);
});
