import test from 'ava';
import { unitsNeeded } from '../../../cascades/certification/index.js';

test('a limit of 0, or the least number above it, is never certified, and asking ends', (t) => {
  for (const epsilon of [0, Number.MIN_VALUE]) {
    for (const loss of ['disagreement', 'accuracy', { absoluteError: 4 }] as const) {
      t.is(unitsNeeded({ loss, epsilon, delta: 0.05 }, 'rows'), Number.POSITIVE_INFINITY);
    }
  }
});
