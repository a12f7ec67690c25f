import test from 'ava';
import { testOfStage } from '../../../cascades/batch/index.js';
import { lettingOut } from '../../../cascades/batch/walk.js';
import { random, restPValue } from '../../../lib/stats/index.js';

/** Answers to rows of two classes: the surer, the rarer wrong. */
function answered(rows: number, seed: number) {
  const draw = random(seed);
  const confidence = Float64Array.from({ length: rows }, () => 0.5 + draw.uniform() / 2);
  return {
    answers: Float64Array.from(confidence, () => draw.integer(2)),
    confidence,
    loss: confidence.map((sure) => Number(draw.uniform() > sure)),
  };
}

const others = answered(500, 2);
const of = (batch: { rows: number; allowed: number }) =>
  testOfStage({ classes: 2, known: answered(2_000, 1), others, batch: { ...batch, delta: 0.05 } });

test('the test of one stage keeps its level on a batch of which the rows are a part', (t) => {
  for (const rows of [500, 5_000]) {
    const { path, design, open, closed } = of({ rows, allowed: 0.05 * rows });
    const { opens } = lettingOut([others], path, 500);
    t.deepEqual(
      [...open],
      [...opens.keys()].filter((row) => opens[row] < design.plans),
    );
    // As many rows of the batch are open as of these.
    const all = (open.length * rows) / 500;
    t.true(design.count > 0 && design.plans < path.length && open.length < 500);
    t.true(restPValue(design.errors, design.count, all, 0.05 * rows) <= 0.05);
    t.true(
      restPValue(design.errors, design.count - 1, all, 0.05 * rows) > 0.05,
      'and no row is asked for nothing',
    );
    // Those that stay in any case are all that are beyond the design, and perhaps more.
    t.true(closed.length >= 500 - open.length);
    const last = Math.min(...Array.from(closed, (row) => opens[row]));
    t.deepEqual(
      [...closed],
      [...opens.keys()].filter((row) => opens[row] >= last),
    );
  }
});
