import test from 'ava';
import { smallPrize } from '../../../cascades/search/prize.js';
import { logisticRegression } from '../../../index.js';
import type { Objective } from '../../../lib/costs/index.js';
import { profileOf } from '../../support/agreement.js';

/** Features of 2 and 13 µs a row, and a model of next to nothing. */
const names = ['near', 'far'] as const;
const said = (seconds: number, objective: Objective = 'latency') =>
  smallPrize(
    { learners: [logisticRegression()] },
    { profile: profileOf({ near: 2, far: 13 }), reads: names, names, objective },
    seconds,
  );

test('a small prize is said where ten million rows don’t save what tuning takes', (t) => {
  // 13 µs a row are to gain: 130 s by ten million rows.
  t.is(said(129), undefined);
  t.is(
    said(570),
    'A small prize: the full model takes 15.0 µs a row, at most 13.0 µs to gain; tune takes about 570 s, as much as ' +
      '44,000,000 rows can save.',
  );
});

test('money isn’t weighed against seconds', (t) => {
  t.is(said(1e9, 'price'), undefined);
});
