import test from 'ava';
import { certifyPath, unitsNeeded } from '../../../cascades/certification/index.js';
import { procedureFor } from '../../../cascades/certification/procedures/index.js';
import type { Limit } from '../../../cascades/losses/index.js';
import { random, rowsNeeded } from '../../../lib/stats/index.js';
import { byHand, exiting } from '../../support/tables.js';

const LIMITS: readonly Limit[] = [
  { loss: 'disagreement', epsilon: 0.02 },
  { loss: 'accuracy', epsilon: 0.02 },
  { loss: 'harm', epsilon: 0.02, method: 'betting' },
  { loss: 'accuracy', epsilon: 0.05, method: 'betting' },
  { loss: 'harm', epsilon: 0.02, method: 'hoeffding-bentkus' },
];

test('each procedure says itself how few units could pass it, and tests agree', (t) => {
  const delta = 0.05;
  for (const limit of LIMITS) {
    const what = JSON.stringify(limit);
    const needed = unitsNeeded({ ...limit, delta }, 'rows');
    const procedure = procedureFor(limit, 'rows');
    t.true(procedure.passesLossless(limit, needed, delta), what);
    t.false(procedure.passesLossless(limit, needed - 1, delta), what);
    t.true(needed >= rowsNeeded(limit.epsilon, delta), what);
    const stepOf = (n: number) =>
      certifyPath([exiting(0, n)], byHand(n, []), { ...limit, delta }, random(1)).step;
    t.deepEqual([stepOf(needed - 1), stepOf(needed)], [-1, 0], what);
  }
});
