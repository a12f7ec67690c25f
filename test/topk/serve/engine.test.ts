import test from 'ava';
import fc from 'fast-check';
import { type RankedRow, rankingWorld } from '../../../datasets/index.js';
import { define, dense, type Feature, transform } from '../../../index.js';
import { RowView } from '../../../lib/features/define/index.js';
import { kept, type TopKCut } from '../../../topk/cuts/cut.js';
import type { Candidates } from '../../../topk/serve/candidateStream.js';
import { type RankEngine, rank } from '../../../topk/serve/engine.js';
import { lastModel, plainTopK, rankingFeatures } from '../world.js';

const ranking = { classes: [], width: 1, rankClass: -1, by: undefined };
const names = ['rough', 'fair', 'costly'] as const;

async function fittedOf<Row>(features: { names: readonly string[]; get(name: string): Feature<Row> }) {
  const fitted = [];
  for (const name of features.names)
    fitted.push({ name, fitted: await features.get(name).fit(RowView.of<Row>([])) });
  return fitted;
}

const fitted = await fittedOf(rankingFeatures);

function engineOf(cuts: readonly TopKCut[]): RankEngine<RankedRow, never> {
  return {
    features: fitted,
    ranking,
    stages: cuts.map((cut, s) => ({ model: lastModel, output: 'scores', cut, reads: [s] })),
    full: { model: lastModel, reads: [2] },
  };
}

const request = (k: number) => ({ k, rankClass: -1, filter: undefined, signal: undefined });

/** The same in the plainest way: every stage looks at everything that is left. */
function plainly(rows: readonly RankedRow[], cuts: readonly TopKCut[], k: number) {
  let left = [...rows.keys()];
  const reached = [left.length];
  cuts.forEach((cut, s) => {
    const scores = Float64Array.from(left, (row) => rows[row][names[s]]);
    left = Array.from(kept(cut, scores, k, rows.length), (i) => left[i]);
    reached.push(left.length);
  });
  const best = plainTopK(
    left.map((row) => rows[row].costly),
    k,
  );
  return { indices: best.map((i) => left[i]), scores: best.map((i) => rows[left[i]].costly), reached };
}

function asPlain({ indices, scores, reached }: Awaited<ReturnType<typeof rank>>) {
  return { indices: [...indices], scores: [...scores], reached: [...reached] };
}

async function* slowly<Row>(rows: Iterable<Row>): AsyncGenerator<Row> {
  for (const row of rows) yield row;
}

const rule = {
  weights: [0.1, 0, 0.5, 0, 0, 0, -0.2],
  intercept: 0.5,
  least: 1,
  most: 8,
  spread: 0.3,
  depth: 6,
  classes: {},
};
const CUTS: readonly (readonly TopKCut[])[] = [
  [],
  [{ kind: 'ratio', keep: 3 }],
  [{ kind: 'margin', margin: 0.4 }],
  [{ kind: 'learned', factor: 1.5, rule }],
  [
    { kind: 'learned', factor: 2, rule },
    { kind: 'margin', margin: 0.2 },
  ],
  [
    { kind: 'margin', margin: 1 },
    { kind: 'ratio', keep: 2 },
  ],
];

test('array, iterable and async iterable get the answer of the plain way', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CUTS),
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 1, max: 30 }),
      fc.nat(1_000),
      async (cuts, candidates, wanted, seed) => {
        const [rows] = rankingWorld({ queries: 1, candidates, seed });
        const k = Math.min(wanted, candidates);
        const expected = plainly(rows, cuts, k);
        for (const source of [rows, new Set(rows), slowly(rows)] satisfies Candidates<RankedRow>[]) {
          t.deepEqual(asPlain(await rank(engineOf(cuts), source, request(k))), expected);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('more candidates than are held at a time, in the best and the worst order', async (t) => {
  const [rows] = rankingWorld({ queries: 1, candidates: 150_000, seed: 1 });
  const rising = [...rows].sort((a, b) => a.rough - b.rough);
  for (const [order, cuts] of [
    [rows, CUTS[4]],
    [rising, CUTS[1]],
    [rising.toReversed(), CUTS[5]],
    [rising, []],
  ] as const) {
    t.deepEqual(asPlain(await rank(engineOf(cuts), slowly(order), request(50))), plainly(order, cuts, 50));
  }
});

test('the order of the candidates decides nothing but ties', async (t) => {
  const [rows] = rankingWorld({ queries: 1, candidates: 400, seed: 3 });
  // Two of each: whatever is kept of one is kept of the other.
  const twice = [...rows, ...rows];
  for (const cuts of CUTS) {
    const one = await rank(engineOf(cuts), twice, request(20));
    const other = await rank(engineOf(cuts), twice.toReversed(), request(20));
    t.deepEqual(one.scores, other.scores);
    t.deepEqual(one.reached, other.reached);
    t.is(new Set(one.indices).size, 20, 'a duplicate is a candidate of its own');
  }
});

test('of equal scores the earlier candidate comes first', async (t) => {
  const rows = Array.from({ length: 2_500 }, (): RankedRow => ({ rough: 1, fair: 1, costly: 1 }));
  for (const cuts of CUTS) {
    const { indices } = await rank(engineOf(cuts), rows, request(5));
    t.deepEqual([...indices], [0, 1, 2, 3, 4]);
  }
});

test('nothing is computed twice: features, and transforms that stages share', async (t) => {
  const counts = { parsed: 0, cheap: 0, costly: 0 };
  const parsed = transform((row: RankedRow) => {
    counts.parsed++;
    return row;
  });
  const features = define({
    cheap: dense(1, parsed, (all) => {
      counts.cheap += all.length;
      return Float32Array.from(all, (row) => row.fair);
    }),
    costly: dense(1, parsed, (all) => {
      counts.costly += all.length;
      return Float32Array.from(all, (row) => row.costly);
    }),
  });
  const [rows] = rankingWorld({ queries: 1, candidates: 5_000, seed: 4 });
  const engine: RankEngine<RankedRow, never> = {
    features: await fittedOf(features),
    ranking,
    stages: [
      { model: lastModel, output: 'scores', cut: { kind: 'ratio', keep: 8 }, reads: [0] },
      { model: lastModel, output: 'scores', cut: { kind: 'ratio', keep: 4 }, reads: [0] },
    ],
    full: { model: lastModel, reads: [0, 1] },
  };
  const { reached } = await rank(engine, rows, request(10));
  t.deepEqual(reached, [5_000, 80, 40]);
  t.deepEqual(counts, { parsed: 5_000, cheap: 5_000, costly: 40 });
});

test('what is held stays bounded: the rows of a stream are let go', async (t) => {
  // A feature sees each row while it is held; at the end only survivors are looked at again.
  let most = 0;
  const features = define({
    rough: dense(1, (rows: readonly number[]) => Float32Array.from(rows, (row) => Math.sin(row * 12.9898))),
    costly: dense(1, (rows: readonly number[]) => {
      most = Math.max(most, rows.length);
      return Float32Array.from(rows, (row) => Math.sin(row * 78.233));
    }),
  });
  const engine: RankEngine<number, never> = {
    features: await fittedOf(features),
    ranking,
    stages: [{ model: lastModel, output: 'scores', cut: { kind: 'ratio', keep: 5 }, reads: [0] }],
    full: { model: lastModel, reads: [1] },
  };
  function* many() {
    for (let i = 0; i < 300_000; i++) yield i;
  }
  const { reached } = await rank(engine, many(), request(20));
  t.is(reached[0], 300_000);
  t.true(reached[1] >= 100 && reached[1] < 120, 'with ties');
  t.is(most, reached[1]);
});

test('an array that changes while features are waited for is answered as it was', async (t) => {
  const [before] = rankingWorld({ queries: 1, candidates: 60, seed: 4 });
  const rows = [...before];
  const waiting = rank(engineOf([{ kind: 'ratio', keep: 3 }]), rows, request(5));
  await Promise.resolve();
  rows.reverse();
  rows.length = 10;
  t.deepEqual(
    asPlain(await waiting),
    asPlain(await rank(engineOf([{ kind: 'ratio', keep: 3 }]), before, request(5))),
  );
});
