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
    'mean difference: 0.100 on these rows; bound: at most 0.2 on average (5 % of 4)',
  ]);
});
