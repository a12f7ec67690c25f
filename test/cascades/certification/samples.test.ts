import test from 'ava';
import { certifyPath } from '../../../cascades/certification/index.js';
import type { UnitSample } from '../../../cascades/holdout/index.js';
import type { BoundSpec } from '../../../cascades/losses/index.js';
import { bandLimits, random } from '../../../lib/stats/index.js';

const ROWS = 400;
const SPEC: BoundSpec = { loss: 'disagreement', epsilon: 0.05, delta: 0.05 };
const LOST = 8;
const PATH = [[Float64Array.of(Number.POSITIVE_INFINITY, 0)]];

/** All rows exit, with the answer 1; the first few differ from the full model. */
function certified(samples: readonly UnitSample[] | undefined, spec = SPEC, labels?: Float64Array) {
  const stage = {
    answers: new Float64Array(ROWS).fill(1),
    confidence: new Float64Array(ROWS).fill(1),
    loss: new Float64Array(ROWS),
  };
  const full = Float64Array.from({ length: ROWS }, (_, row) => Number(row >= LOST));
  const table = { stages: [stage], full, labels, groups: undefined, samples, classes: [0, 1] };
  return certifyPath(PATH, table, spec, random(1));
}

const from = (first: number, count: number) => Int32Array.from({ length: count }, (_, i) => first + i);

test('a plan passes what passes every sample, at the whole of delta each', (t) => {
  t.is(certified(undefined).step, 0);
  t.is(certified([{}, { rows: from(0, ROWS) }]).step, 0);
  t.is(certified([{}, { rows: from(0, 100) }]).step, -1, 'the second sample has all that is lost');
  t.is(certified([{ rows: from(0, 100) }, { rows: from(200, 200) }]).step, -1, 'and so may the first');
  t.is(certified([{}, { rows: new Int32Array(0) }]).step, -1, 'nothing passes without rows');
});

test('units that were tuned on count, and as lost', (t) => {
  const clean = from(200, 200);
  const { step, n, lost } = certified([{}, { rows: clean, seen: 4 }]);
  t.deepEqual([step, n, lost], [0, 204, 4]);
  t.is(certified([{}, { rows: clean, seen: 5 }]).step, -1);
  const { recall } = { recall: 1 };
  const ofClass = certified([{}, { rows: clean, seen: 4 }], { ...SPEC, loss: { recall } });
  t.deepEqual([ofClass.n, ofClass.lost], [204, 4]);
});

test('beside them a gain makes up for no loss', (t) => {
  // All that differs is right where the full model is wrong.
  const labels = new Float64Array(ROWS).fill(1);
  const spec: BoundSpec = { ...SPEC, loss: 'accuracy' };
  const gains = { rows: from(0, 200) };
  t.is(certified([{}, { ...gains, seen: 4 }], spec, labels).step, 0);
  t.is(certified([{}, { ...gains, seen: 6 }], spec, labels).step, -1);
  t.is(certified([{}, gains], spec, labels).lost, -LOST, 'where there can be none, it does');
});

test('what is observed is of the first sample, and the band holds for each', (t) => {
  const first = from(0, 300);
  const second = { rows: from(LOST, 200), seen: 3 };
  const { observed, band } = certified([{ rows: first }, second]);
  t.deepEqual([observed.rows, observed.changed], [300, LOST]);
  t.deepEqual(band, [Math.max(bandLimits(300, 0.05)[LOST], bandLimits(203, 0.05)[3])]);
});
