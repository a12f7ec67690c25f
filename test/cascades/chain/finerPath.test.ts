import test from 'ava';
import fc from 'fast-check';
import { exitStage, finerPath, type Thresholds } from '../../../cascades/chain/index.js';
import { random } from '../../../lib/stats/index.js';

const never = Number.POSITIVE_INFINITY;

/** Rows of two classes, each as confident as its position says. */
function ladder(rows: number) {
  return {
    answers: Float64Array.from({ length: rows }, (_, row) => row % 2),
    confidence: Float64Array.from({ length: rows }, (_, row) => (row + 0.5) / rows),
  };
}

function leaving(stages: Parameters<typeof exitStage>[0], at: Thresholds, rows: number): number {
  return Array.from({ length: rows }, (_, row) => exitStage(stages, at, row)).filter(
    (stage) => stage < stages.length,
  ).length;
}

test('between two plans every class passes its most confident rows first, at one pace', (t) => {
  const stages = [ladder(500)];
  const from = [Float64Array.of(never, never)];
  const to = [Float64Array.of(0.9, 0.9)];
  const path = finerPath([from, to], stages);
  t.is(path[0], from);
  t.is(path.at(-1), to);
  t.deepEqual(
    path.map((at) => leaving(stages, at, 500)),
    // Steps of two rows in 500, one of each class.
    Array.from({ length: 26 }, (_, j) => 2 * j),
  );
});

test('plans that stand stay on the path, no step is large, and none moves away from the next plan', (t) => {
  const threshold = fc.oneof(fc.constant(never), fc.double({ min: 0, max: 1, noNaN: true }));
  const plan = fc.array(fc.tuple(threshold, threshold), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(fc.array(plan, { minLength: 1, maxLength: 5 }), fc.nat(1_000), (plans, seed) => {
      const draw = random(seed);
      const rows = 300;
      const stages = [0, 1].map(() => ({
        answers: Float64Array.from({ length: rows }, () => draw.integer(2)),
        confidence: Float64Array.from({ length: rows }, () => draw.uniform()),
      }));
      const coarse: Thresholds[] = plans.map((stage) => stage.map((own) => Float64Array.from(own)));
      const path = finerPath(coarse, stages);
      t.deepEqual(
        path.filter((at) => coarse.includes(at)),
        coarse,
      );
      path.forEach((at, j) => {
        if (coarse.includes(at)) return;
        const before = path.slice(0, j).findLast((each) => coarse.includes(each));
        const next = path.slice(j).find((each) => coarse.includes(each));
        at.forEach((stage, s) => {
          stage.forEach((value, c) => {
            const ends = [before?.[s][c] ?? 0, next?.[s][c] ?? 0];
            t.true(value >= Math.min(...ends) && value <= Math.max(...ends));
          });
        });
      });
    }),
    { seed: 1, numRuns: 100 },
  );
});

test('one class alone moves where the other one stays', (t) => {
  const stages = [ladder(1_000)];
  const path = finerPath([[Float64Array.of(0.8, 0.5)], [Float64Array.of(0.6, 0.5)]], stages);
  t.true(path.length > 20);
  t.true(path.every(([at]) => at[1] === 0.5));
  const counts = path.map((at) => leaving(stages, at, 1_000));
  t.true(counts.every((count, j) => j === 0 || (count >= counts[j - 1] && count - counts[j - 1] <= 5)));
});

test('a path of one plan, or without rows, is as it was', (t) => {
  const plan: Thresholds = [Float64Array.of(0.5)];
  t.deepEqual(finerPath([plan], [ladder(10)]), [plan]);
  t.deepEqual(finerPath([plan, [Float64Array.of(0.1)]], []), [plan, [Float64Array.of(0.1)]]);
});
