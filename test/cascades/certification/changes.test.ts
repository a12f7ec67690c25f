import test from 'ava';
import { batchChanges, pathChanges, planChanges } from '../../../cascades/certification/changes.js';
import { type CertificationTable, certifyPath } from '../../../cascades/certification/index.js';
import type { BoundSpec } from '../../../cascades/losses/index.js';
import { finitePValue, random } from '../../../lib/stats/index.js';
import { byHand, exiting } from '../../support/tables.js';

const classes = ['common', 'other', 'rare'];
const spec: BoundSpec = { loss: 'disagreement', epsilon: 0.5, delta: 0.05 };

/** A table of the full model's answers alone: plans are given by their answers. */
function tableOf(full: readonly number[], terms: Partial<CertificationTable> = {}): CertificationTable {
  return {
    stages: [],
    full: Float64Array.from(full),
    labels: undefined,
    groups: undefined,
    classes,
    ...terms,
  };
}

/** What one plan changes, by its answers. */
function changed(table: CertificationTable, plans: readonly (readonly number[])[], plan = 0) {
  const counts = pathChanges(plans.length, (j) => Float64Array.from(plans[j]), table);
  if (counts === undefined) throw new Error('no classes');
  return planChanges(counts, plan, classes, 0.05, table.groups === undefined ? 'rows' : 'groups');
}

test('counts by the full model’s answer, and limits with a share of delta for each answer and plan', (t) => {
  const table = tableOf([0, 0, 0, 2, 2, 0, 2]);
  const plans = [
    [0, 0, 0, 2, 2, 0, 2],
    [0, 1, 0, 0, 1, 0, 0],
  ];
  const { limits, delta, plans: tested, answers } = changed(table, plans, 1);
  t.deepEqual([limits, delta, tested], ['simultaneous', 0.05, 2]);
  t.deepEqual(
    answers.map(({ full, rows, changed: count, to }) => ({ full, rows, count, to })),
    [
      { full: 'common', rows: 4, count: 1, to: [{ cascade: 'other', rows: 1 }] },
      {
        full: 'rare',
        rows: 3,
        count: 3,
        to: [
          { cascade: 'common', rows: 2 },
          { cascade: 'other', rows: 1 },
        ],
      },
    ],
    'the full model never answers "other"',
  );
  // 2 answers x 2 plans x 2 sides: .05 / 8 = .00625 each. All of 3 changed: p^3 = .00625 at p = .1842.
  t.is(answers[1].upper, 1);
  t.true(Math.abs(answers[1].lower - 0.00625 ** (1 / 3)) < 1e-9);
  // None of 4: (1 - p)^4 = .00625.
  const [none] = changed(table, plans, 0).answers;
  t.deepEqual([none.changed, none.lower], [0, 0]);
  t.true(Math.abs(none.upper - (1 - 0.00625 ** (1 / 4))) < 1e-9);
});

test('of two samples the wider limits hold, with what was seen counted either way', (t) => {
  const table = tableOf([0, 0, 0, 0, 2], { samples: [{}, { rows: Int32Array.of(0, 4), seen: 1 }] });
  const [common, rare] = changed(table, [[0, 0, 0, 1, 2]]).answers;
  t.deepEqual([common.rows, common.changed, rare.rows, rare.changed], [4, 1, 1, 0]);
  // .05 / 4 on each side. The second sample has one row of each, unchanged, and one that may be changed.
  t.is(common.lower, 0);
  t.true(Math.abs(1 - (1 - rare.upper ** 2) - (1 - 0.0125)) < 1e-9, 'one of two: p^2 = 1 - .0125');
});

test('rows of groups have estimates, and numbers no table', (t) => {
  t.is(changed(tableOf([0, 1], { groups: Int32Array.of(0, 0) }), [[0, 1]]).limits, 'estimate');
  t.is(
    pathChanges(1, () => Float64Array.of(1), { ...tableOf([1]), classes: [] }),
    undefined,
  );
});

test('the limits hold for all answers and plans together', (t) => {
  const source = random(11);
  const shares = [0.01, 0.05, 0.2];
  const plans = 4;
  let broken = 0;
  const trials = 300;
  for (let trial = 0; trial < trials; trial++) {
    const full = Array.from({ length: 300 }, () =>
      source.uniform() < 0.9 ? 0 : source.uniform() < 0.5 ? 1 : 2,
    );
    const luck = full.map(() => source.uniform());
    // Each plan changes what the one before does, and twice as much.
    const answers = Array.from({ length: plans }, (_, j) =>
      full.map((own, row) => (luck[row] < shares[own] * 2 ** (j - 1) ? (own + 1) % 3 : own)),
    );
    const isKept = answers.every((_, j) =>
      changed(tableOf(full), answers, j).answers.every(({ full: label, lower, upper }) => {
        const truth = shares[classes.indexOf(String(label))] * 2 ** (j - 1);
        return lower <= truth && truth <= upper;
      }),
    );
    broken += Number(!isKept);
  }
  t.true(broken <= 0.05 * trials, `${broken} of ${trials}`);
});

test('of a batch the sampled rows are counted, of which the full model has answered', (t) => {
  const full = Float64Array.of(0, 0, -1, 2, 2, 0, 2, 0);
  const answers = Float64Array.of(0, 1, 0, 2, 0, 1, 0, 1);
  const batch = { rows: 50, open: 20, plans: 4 };
  const counts = batchChanges(answers, full, Int32Array.of(0, 1, 2, 3, 4), classes, batch);
  const found = planChanges(counts ?? t.fail(), 0, classes, 0.05, 'rows');
  t.deepEqual([found.limits, found.plans, found.batch], ['simultaneous', 4, { rows: 50, open: 20 }]);
  t.deepEqual(
    found.answers.map(({ full: label, rows, changed: many, to }) => [label, rows, many, to]),
    [
      ['common', 2, 1, [{ cascade: 'other', rows: 1 }]],
      ['rare', 2, 1, [{ cascade: 'common', rows: 1 }]],
    ],
  );
  // 2 answers x 4 plans x 2 sides: .05 / 16 each, and of that 1 - e^-.003125. One of two: p^2 = 1 - that.
  t.true(Math.abs(1 - found.answers[0].upper ** 2 - (1 - Math.exp(-0.05 / 16))) < 1e-9);
  const unread = batchChanges(answers, full, Int32Array.of(2), classes, batch);
  t.is(unread, undefined, 'none of these rows has an answer of the full model');
});

test('limits of a batch hold for every batch and size of the sample, by enumeration', (t) => {
  // One answer, one plan: two sides, each at half of delta.
  for (const delta of [0.4, 0.1, 0.02]) {
    for (let rows = 1; rows <= 24; rows++) {
      for (let count = 1; count <= rows; count++) {
        const limits = Array.from({ length: count + 1 }, (_, k) => {
          const answers = Float64Array.from({ length: count }, (_own, row) => Number(row < k));
          const drawn = Int32Array.from(answers.keys());
          const own = batchChanges(answers, new Float64Array(count), drawn, ['no', 'yes'], {
            rows,
            open: rows,
            plans: 1,
          });
          return planChanges(own ?? t.fail(), 0, ['no', 'yes'], delta, 'rows').answers[0];
        });
        for (let wrong = 0; wrong <= rows; wrong++) {
          // The most errors with which the upper limit is too low, the fewest with which the lower one is too high.
          const low = limits.findLastIndex(({ upper }) => upper < wrong / rows);
          const high = limits.findIndex(({ lower }) => lower > wrong / rows);
          const below = low < 0 ? 0 : finitePValue(low, count, rows, wrong);
          const above = high < 0 ? 0 : 1 - finitePValue(high - 1, count, rows, wrong);
          const place = `${wrong} of ${rows}, ${count} drawn, delta ${delta}`;
          t.true(below <= delta / 2 + 1e-12 && above <= delta / 2 + 1e-12, place);
        }
      }
    }
  }
});

test('a path’s changes are counted of all plans, and agree with what was observed', (t) => {
  const table = { ...byHand(400, [1, 7, 30]), labels: undefined };
  const path = [exiting(0, 400), exiting(8, 400), exiting(40, 400)];
  const { observedAt, changes, observed } = certifyPath(path, table, spec, random(1));
  t.deepEqual(observed.byClass, [], 'without labels no answer is known to be worse');
  for (const [j, seen] of observedAt.entries()) {
    const { answers } = planChanges(changes ?? t.fail(), j, table.classes, 0.05, 'rows');
    t.is(
      answers.reduce((sum, each) => sum + each.changed, 0),
      seen.changed,
    );
  }
});
