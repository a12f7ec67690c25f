import { join } from 'node:path';
import test from 'ava';
import { type AgreementRow, agreementWorld } from '../../datasets/index.js';
import type { Measurable } from '../../entries/types.js';
import {
  absoluteError,
  type Certificate,
  type Label,
  measure,
  type Plan,
  precision,
  recall,
} from '../../index.js';
import type { Objective } from '../../lib/costs/index.js';
import { loadWorld, tuneWorld } from '../support/agreement.js';
import { folderFor } from '../support/files.js';
import { near } from '../support/near.js';
import { certificateOf, stageOf } from '../support/plans.js';
import { perRow, profileWith } from '../support/profile.js';

/** A cascade whose answers are given, so that every figure can be worked out by hand. Rows are their own positions. */
function given<L extends Label>({
  full,
  own,
  exits,
  classes = [],
  objective = 'throughput',
  losses = classes.length === 0 ? [{ absoluteError: 4 }] : ['disagreement'],
  requested = [],
  isPriced = true,
}: {
  readonly full: readonly L[];
  readonly own: readonly L[];
  readonly exits: readonly number[];
  readonly classes?: readonly L[];
  readonly objective?: Objective;
  readonly losses?: readonly Certificate['loss'][];
  readonly requested?: string[];
  readonly isPriced?: boolean;
}): Measurable<number, L> {
  const answersOf = (labels: readonly L[], rows: readonly number[]) => ({
    labels: rows.map((row) => labels[row]),
    scores: new Float64Array(rows.length),
    exits: Uint8Array.from(rows, (row) => exits[row]),
    degraded: new Uint8Array(rows.length),
    faults: [],
    verdict: 'certified' as const,
  });
  const one = (labels: readonly L[], row: number) => ({
    label: labels[row],
    scores: new Float64Array(1),
    exit: exits[row],
    degraded: false,
    faults: [],
    verdict: 'certified' as const,
  });
  const plan: Plan<L> = {
    classes,
    decision: { kind: classes.length === 0 ? 'value' : 'argmax' },
    stages: [stageOf({ features: ['known'], exits: 0.75 })],
    full: { features: ['known', 'bought'], reach: 0.25, cost: 32 },
    expected: { cost: 9, fullCost: 33, speedup: 33 / 9 },
  };
  const profile = profileWith(
    isPriced
      ? { known: perRow(10, { price: 1 }), bought: perRow(30, { price: 30 }) }
      : { known: perRow(10), bought: perRow(30) },
    { full: perRow(0, { price: isPriced ? 2 : 0 }) },
  );
  const all = losses.map((loss) => ({
    loss,
    epsilon: 0.05,
    method: 'a test',
    bound: 'exact' as const,
    n: 100,
    lost: 1,
    upper: null,
    rowsNeeded: null,
  }));
  const certificate = certificateOf({
    ...all[0],
    ...(all.length > 1 && { all }),
    labelled: true,
    observed: { rows: 100, changed: 1, worse: 1, better: 0, byClass: [] },
  });
  return {
    plan,
    profile,
    objective,
    certificate,
    full: {
      predict: async (rows) => {
        requested.push('batch');
        return answersOf(full, rows);
      },
      predictOne: async (row) => {
        requested.push('full one');
        return one(full, row);
      },
    },
    predict: async (rows) => {
      requested.push('batch');
      return answersOf(own, rows);
    },
    predictOne: async (row) => {
      requested.push('one');
      return one(own, row);
    },
  };
}

const rows = [0, 1, 2, 3];
const numbers = { full: [1, 2, 3, 4], own: [1.5, 2, 3, 10], exits: [0, 1, 1, 0] };

test('rows and labels that the caller changes while answers are waited for change nothing', async (t) => {
  const cascade = given({ full: ['a', 'b'], own: ['a', 'a'], exits: [0, 0], classes: ['a', 'b'] });
  const rows = [0, 1];
  const labels: ('a' | 'b')[] = ['a', 'b'];
  const measuring = measure(cascade, rows, labels, { rounds: 1 });
  rows.fill(0);
  labels.fill('b');
  const { full, losses } = await measuring;
  t.is(full.accuracy, 1);
  t.deepEqual(
    losses?.map(({ found }) => found),
    [0.5],
  );
});

test('caches of features are passed by, but where requests are paid', async (t) => {
  for (const isPriced of [false, true]) {
    const cascade = given({ ...numbers, isPriced });
    const asked = new Set<unknown>();
    const predict: typeof cascade.predict = (some, options) => {
      asked.add(options?.cached);
      return cascade.predict(some, options);
    };
    const full = { ...cascade.full, predict };
    await measure({ ...cascade, predict, full }, rows, undefined, { rounds: 1 });
    t.deepEqual([...asked], [isPriced ? undefined : false]);
  }
});

test('numbers have errors and differences in their units, not accuracy and disagreement', async (t) => {
  const cascade = given({ ...numbers, losses: [absoluteError(4)] });
  const { full, cascade: own, losses } = await measure(cascade, rows, [1, 1, 3, 6], { rounds: 1 });
  const { rowsPerSecond: _, ...fullFound } = full;
  const { rowsPerSecond: __, ...ownFound } = own;
  // |1-1|, |2-1|, |3-3|, |4-6|; |1.5-1|, |2-1|, |3-3|, |10-6|; |1.5-1|, 0, 0, |10-4|.
  t.deepEqual(fullFound, { meanAbsoluteError: 3 / 4, meanDifference: 0 });
  t.deepEqual(ownFound, { meanAbsoluteError: 5.5 / 4, meanDifference: 6.5 / 4 });
  // Of a scale of 4 a difference of 6 counts as 4.
  t.is(losses?.length, 1);
  t.like(losses?.[0], { epsilon: 0.05, found: (0.5 / 4 + 1) / 4, scale: 4 });
});

test('classes have accuracy and disagreement, and each promised loss as found', async (t) => {
  const cascade = given({
    full: ['a', 'a', 'b', 'b'],
    own: ['a', 'b', 'b', 'b'],
    exits: [0, 0, 1, 1],
    classes: ['a', 'b'],
    losses: ['accuracy', 'harm', 'disagreement', recall('a'), precision('b'), { name: 'own' }],
  });
  const { full, cascade: own, losses } = await measure(cascade, rows, ['a', 'a', 'b', 'a'], { rounds: 1 });
  t.like(full, { accuracy: 0.75, disagreement: 0 });
  t.like(own, { accuracy: 0.5, disagreement: 0.25 });
  t.false('meanAbsoluteError' in own);
  // Of two rows that the full model calls a one is missed; of three that the cascade calls b the full model calls one a.
  t.deepEqual(
    losses?.map(({ found }) => found),
    [0.25, 0.25, 0.25, 1 / 2, 1 / 3],
  );
  t.regex(losses?.[3].loss ?? '', /^recall of "a" against the full model's answers$/);
});

test('without labels there is no accuracy and no error, and no loss that compares with them', async (t) => {
  const classes = given({
    full: ['a', 'b'],
    own: ['a', 'a'],
    exits: [0, 0],
    classes: ['a', 'b'],
    losses: ['accuracy', 'disagreement'],
  });
  const found = await measure(classes, [0, 1], undefined, { rounds: 1 });
  t.false('accuracy' in found.cascade);
  t.is(found.cascade.disagreement, 0.5);
  t.is(found.losses?.length, 1);
  const { cascade } = await measure(given({ ...numbers, losses: [absoluteError(4)] }), rows, undefined, {
    rounds: 1,
  });
  t.false('meanAbsoluteError' in cascade);
  t.is(cascade.meanDifference, 6.5 / 4);
});

test('prices are compared with prices, and time with time', async (t) => {
  for (const objective of ['price', 'throughput'] as const) {
    const cascade = given({ ...numbers, objective });
    const { price, predictedSpeedup } = await measure(cascade, rows, [1, 1, 3, 6], { rounds: 1 });
    // Every row pays 1; the two that went on pay 30 and the full model's 2 as well; a quarter was expected to.
    t.deepEqual(price, { full: 33, cascade: 1 + 0.5 * 32, predicted: 1 + 0.25 * 32 }, objective);
    // 40 us through the full model, 10 + a quarter of 30 through the cascade.
    if (objective === 'price') near(t, predictedSpeedup, 40 / 17.5, 1e-12);
    else t.is(predictedSpeedup, cascade.plan.expected.speedup);
  }
});

test('a plan for latency is timed row by row', async (t) => {
  const requested: string[] = [];
  const { mode } = await measure(given({ ...numbers, objective: 'latency', requested }), rows, [1, 1, 3, 6], {
    rounds: 1,
  });
  t.is(mode, 'one by one');
  // Each run once untimed and once timed; then both answer once to be compared.
  t.is(requested.filter((what) => what === 'one').length, 8);
  t.is(requested.filter((what) => what === 'full one').length, 8);
  t.is(requested.filter((what) => what === 'batch').length, 2);
});

test('both are warmed up where answers are free, and where rows have a price nothing more is bought', async (t) => {
  const ran = async (isPriced: boolean) => {
    const requested: string[] = [];
    await measure(given({ ...numbers, requested, isPriced }), rows, undefined, { rounds: 1 });
    return requested.length;
  };
  // Both once untimed and once timed; then both answer once to be compared.
  t.is(await ran(true), 6);
  t.true((await ran(false)) >= 8);
});

test('several rounds show the spread of their speedups, and one has none', async (t) => {
  const cascade = given(numbers);
  const many = await measure(cascade, rows, undefined, { rounds: 4 });
  const { least, most } = many.speedupRange ?? { least: Number.NaN, most: Number.NaN };
  t.is(many.rounds, 4);
  t.true(least <= many.speedup && many.speedup <= most);
  const one = await measure(cascade, rows, undefined, { rounds: 1 });
  t.is(one.rounds, 1);
  t.false('speedupRange' in one);
});

test('rows that made the cascade are counted, by what they hold, also for one that comes from a file', async (t) => {
  const world = agreementWorld({ rows: 400, seed: 1 });
  const cascade = await tuneWorld(world);
  const used = async (of: Measurable<AgreementRow, 'no' | 'yes'>, all: readonly AgreementRow[]) =>
    (await measure(of, all, undefined, { rounds: 1 })).usedRows;
  const fresh = agreementWorld({ rows: 100, seed: 2 }).rows;
  t.is(await used(cascade, fresh), 0);
  // Those of the certificate are among them; a copy is as well known as the row.
  t.is(await used(cascade, world.rows), world.rows.length);
  t.is(await used(cascade, [...fresh, ...structuredClone(world.rows.slice(0, 7))]), 7);
  const path = join(await folderFor(t), 'used.cascade');
  await cascade.save(path);
  t.is(await used(await loadWorld(path), [...fresh, ...world.rows.slice(0, 7)]), 7);
  // Another object than `Cascade` doesn't tell.
  const { plan, full, certificate, profile, objective } = cascade;
  const part = { plan, full, certificate, profile, objective };
  const bare = {
    ...part,
    predict: cascade.predict.bind(cascade),
    predictOne: cascade.predictOne.bind(cascade),
  };
  t.is(await used(bare, fresh), undefined);
});

test('where inputs repeat, rows that equal used ones are draws', async (t) => {
  const cascade = given(numbers);
  const repeating = {
    ...cascade,
    certificate: { ...cascade.certificate, repeating: { are: 'draws' as const } },
  };
  t.is((await measure(repeating, rows, undefined, { rounds: 1 })).repeats, true);
  t.false('repeats' in (await measure(cascade, rows, undefined, { rounds: 1 })));
});
