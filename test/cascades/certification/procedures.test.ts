import test from 'ava';
import { certifyPath, unitsNeeded } from '../../../cascades/certification/index.js';
import { unitsOn } from '../../../cascades/certification/procedures/independentUnits.js';
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

test('units are bet on in an order by chance, the same for every plan: rows may come with a trend', (t) => {
  const first = Array.from({ length: 200 }, (_, row) => row);
  const table = byHand(400, first);
  const groups = Int32Array.from({ length: 400 }, (_, row) => row >> 1);
  for (const [own, most] of [
    [table, 200],
    [{ ...table, groups }, 100],
  ] as const) {
    const unitsOf = unitsOn('disagreement', own, random(1));
    const { lost } = unitsOf(new Float64Array(400).fill(1));
    t.is(lost.length, 2 * most);
    t.is(sum(lost), most);
    // Of the first half as many as of the second, but for chance: its deviation is 5 or 3.5.
    t.true(Math.abs(sum(lost.subarray(0, most)) - most / 2) < 25, `${sum(lost.subarray(0, most))}`);
    // Of the first row, or group, alone.
    const one = unitsOf(Float64Array.from({ length: 400 }, (_, row) => Number(row < 2 || row >= 200)));
    t.is(lost[one.lost.indexOf(1)], 1);
  }
});

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
