import test from 'ava';
import fc from 'fast-check';
import { designFor, designWith, errorsDue, type Prospects } from '../../../cascades/batch/sampleDesign.js';
import { random, restPValue, restRowsNeeded, sample } from '../../../lib/stats/index.js';

const delta = 0.05;

/** A hundred plans, of which each lets out one more hundredth and errs there as often as `risk` says, at most once a row. */
function world(rows: number, risk: (share: number) => number, seed: string): Int32Array {
  const draw = random(seed);
  const first = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const share = row / rows;
    first[row] = draw.uniform() < risk(share) ? Math.floor(100 * share) : 100;
  }
  return first;
}

/** @param first of each row the first plan that errs there */
function prospectsOf(first: Int32Array, rows: number): Prospects {
  const plans = Array.from({ length: 100 }, (_, j) => j);
  const changed = plans.map((j) => first.filter((plan) => plan <= j).length);
  return nested(
    first.length,
    changed,
    plans.map((j) => Math.round((rows * (j + 1)) / 100)),
  );
}

/** Of plans that each let out the rows of those before. */
function nested(rows: number, changed: number[], leaving: number[]): Prospects {
  return { rows, changed, leaving, open: leaving };
}

/**
 * Share of rows spared on average over draws: those that the most aggressive tested plan lets out which errs often enough,
 * but for the drawn.
 */
function sparedBy(
  first: Int32Array,
  { count, errors, plans = 100 }: { count: number; errors: number; plans?: number },
): number {
  const draws = 40;
  const open = Math.round((first.length * plans) / 100);
  let spared = 0;
  for (let seed = 0; seed < draws; seed++) {
    const drawn = sample(open, count, random(seed).fork('draw'));
    const wrong = Array.from(drawn, (row) => first[row]).sort((a, b) => a - b);
    const plan = Math.min(plans, wrong[errors] ?? plans);
    spared += (plan / 100) * (1 - count / open);
  }
  return spared / draws;
}

test('the design spares nearly as much as the best of all that could be chosen', (t) => {
  const risks: ((share: number) => number)[] = [
    (share) => 0.5 * share,
    (share) => 0.3 * share ** 3,
    (share) => 0.02 * Math.sqrt(share),
    (share) => Number(share > 0.98) / 3,
  ];
  for (const [r, risk] of risks.entries()) {
    for (const [rows, epsilon] of [
      [400, 0.05],
      [1_814, 0.01],
      [5_000, 0.05],
    ]) {
      const batch = { rows, allowed: Math.floor(epsilon * rows), delta };
      const first = world(rows, risk, `batch ${r}`);
      const prospects = prospectsOf(world(2_000, risk, `before ${r}`), rows);
      const chosen = designFor(batch, prospects);
      const open = prospects.open[chosen.plans - 1];
      t.true(restPValue(chosen.errors, chosen.count, open, batch.allowed) <= delta);
      const others = [0, 1, 2, 4, 8, 16, 32].map((errors) =>
        sparedBy(first, { count: restRowsNeeded(errors, rows, batch.allowed, delta), errors }),
      );
      const spared = sparedBy(first, chosen);
      t.true(
        spared >= 0.9 * Math.max(...others),
        `${r}, ${rows}: ${spared} with ${chosen.errors}, ${others}`,
      );
    }
  }
});

test('a path whose end is too bold to pass is tested as far as it may', (t) => {
  const batch = { rows: 2_000, allowed: 60, delta };
  // Half of the rows are easy, and of the others half would be wrong.
  const risk = (share: number) => (share < 0.5 ? 0.01 : 0.5);
  const prospects = prospectsOf(world(2_000, risk, 'before'), 2_000);
  const chosen = designFor(batch, prospects);
  t.true(chosen.plans >= 50 && chosen.plans < 80, String(chosen.plans));
  const whole = { ...chosen, plans: 100, count: restRowsNeeded(chosen.errors, 2_000, 60, delta) };
  const first = world(2_000, risk, 'batch');
  t.true(sparedBy(first, chosen) >= 0.98 * sparedBy(first, whole));
});

test('where it is known how many rows were open before, errors are counted among these', (t) => {
  const batch = { rows: 1_000, allowed: 50, delta };
  const prospects = nested(1_000, [0, 10, 100], [400, 700, 1_000]);
  const plain = designFor(batch, prospects);
  t.deepEqual(designFor(batch, { ...prospects, opened: prospects.open }), plain);
  // Only a tenth as many rows were open there as here: the errors seen are too many for any plan but the first.
  const harder = designFor(batch, { ...prospects, changed: [0, 40, 100], opened: [40, 70, 100] });
  t.is(harder.plans, 1);
  t.true(plain.plans > 1);
});

test('errors are expected plan by plan: hard rows that were seen are no evidence against easy ones', (t) => {
  const seen = { rows: 100, changed: [0, 0, 40], opened: [10, 10, 100], leaving: [800, 900, 950] };
  // The second plan was never seen to let out a row: what it lets out goes with the third.
  const due = errorsDue({ rows: 1_000 }, seen);
  t.deepEqual(
    due.map((errors) => Math.round(10 * errors)),
    [0, 0, 667],
  );
  t.deepEqual(errorsDue({ rows: 1_000 }, { ...seen, opened: undefined }), [0, 0, 400]);
  const batch = { rows: 1_000, allowed: 150, delta };
  t.is(designFor(batch, { ...seen, open: seen.leaving }).plans, 3);
});

test('whatever was seen before, the level is kept', (t) => {
  const whole = (max: number) => fc.integer({ min: 0, max });
  // Plans that aren't nested let out fewer rows than are open.
  const plans = fc.array(fc.tuple(whole(50), whole(99)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(plans, whole(900), whole(600), (each, allowed, request) => {
      const changed = each.map(([errors]) => errors);
      const open = each.map((_, j) => 100 * (j + 1));
      const prospects = { rows: 600, changed, open, leaving: each.map(([, held], j) => open[j] - held) };
      const batch = { rows: 1_000, allowed, delta };
      for (const design of [designFor(batch, prospects), designWith(batch, prospects, request)]) {
        const open = prospects.open[design.plans - 1];
        if (design.errors >= 0) t.true(restPValue(design.errors, design.count, open, allowed) <= delta);
      }
    }),
    { seed: 5, numRuns: 200 },
  );
});

const mails = { rows: 1_814, allowed: 18, delta };

test('where no plan ever erred, or nothing is known, the fewest rows are asked about', (t) => {
  const fewest = { count: 264, errors: 0 };
  t.deepEqual(designFor(mails, nested(1_000, [0, 0], [900, 1_814])), { plans: 2, ...fewest });
  t.deepEqual(designFor(mails, nested(0, [0], [1_814])), { plans: 1, ...fewest });
});

test('where fewer rows leave than may be wrong, none is asked about', (t) => {
  t.is(designFor(mails, nested(1_000, [400], [18])).count, 0);
  t.is(designFor(mails, nested(10, [0], [0])).count, 0);
});

test('a given number of rows bears as many errors as it can, and is no more than there are', (t) => {
  t.deepEqual(designWith(mails, nested(100, [1], [1_814]), 391), { plans: 1, count: 391, errors: 1 });
  t.deepEqual(designWith(mails, nested(100, [1], [1_814]), 263), { plans: 1, count: 263, errors: -1 });
  t.is(designWith(mails, nested(100, [1], [100]), 391).count, 100);
});

test('rows are drawn from all that tested plans let out, though the last lets out fewer', (t) => {
  const prospects = { rows: 1_000, changed: [0], leaving: [900], open: [1_814] };
  t.deepEqual(designFor(mails, prospects), { plans: 1, count: 264, errors: 0 });
  t.deepEqual(designWith(mails, prospects, 263), { plans: 1, count: 263, errors: -1 });
  t.deepEqual(designWith(mails, prospects, 391), { plans: 1, count: 391, errors: 1 });
});

test('rows that are too few for the whole path test its conservative part', (t) => {
  // A share of .146 of the rows that leave: 264 of all, 146 of a thousand.
  const prospects = nested(1_000, [0, 0, 5], [400, 1_000, 1_814]);
  t.deepEqual(designWith(mails, prospects, 150), { plans: 2, count: 150, errors: 0 });
  t.deepEqual(designWith(mails, prospects, 60), { plans: 1, count: 60, errors: 0 });
  t.is(designWith(mails, prospects, 10).errors, -1);
});
