import test from 'ava';
import fc from 'fast-check';
import { ArtifactError, DataError } from '../../../../lib/errors.js';
import { deferral } from '../../../../lib/learn/exits/deferral.js';
import { loadExitScore } from '../../../../lib/learn/exits/exitScores.js';
import { fitDeferral, type Unlearnable } from '../../../../lib/learn/exits/fitDeferral.js';
import { type ExitRows, type ExitScore, top } from '../../../../lib/learn/exits/index.js';
import { random } from '../../../../lib/stats/index.js';
import { atLength } from '../../../support/atLength.js';
import { near } from '../../../support/near.js';
import { softmaxOf } from './worlds.js';

const context = { seed: 1 };

/**
 * Scores of random sureness. Agreement is likelier the larger the log-odds are, by a slope and an intercept of the class
 * decided, and the flatter the rest is: of that, `top` sees but a part.
 */
function world(seed: string, rows: number, classes: number): ExitRows & { readonly chance: Float64Array } {
  const rng = random(seed);
  const made = {
    scores: new Float64Array(rows * classes),
    classes,
    decided: new Int32Array(rows),
    agrees: new Uint8Array(rows),
    folds: new Int32Array(rows),
    chance: new Float64Array(rows),
  };
  for (let row = 0; row < rows; row++) {
    const p = softmaxOf(Array.from({ length: classes }, () => 2 * rng.normal()));
    const decided = p.indexOf(Math.max(...p));
    const odds = Math.log(p[decided] / (1 - p[decided]));
    const entropy = p.reduce((sum, q) => sum - q * Math.log(q), 0) / Math.log(classes);
    const own = decided === 0 ? [-1, 0.4] : [0.5, 0.9];
    made.chance[row] = 1 / (1 + Math.exp(-(own[0] + own[1] * odds + 2 * entropy)));
    made.scores.set(p, row * classes);
    made.decided[row] = decided;
    made.agrees[row] = Number(rng.uniform() < made.chance[row]);
    made.folds[row] = row % 5;
  }
  return made;
}

const scoresOf = (exit: ExitScore, { scores, classes, decided }: ExitRows) => {
  const out = new Float64Array(decided.length);
  exit.score(scores, classes, decided, out);
  return out;
};

const apart = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

test('the true chance of agreement is found again, within .015 on average, on rows that are new', async (t) => {
  const rows = world('fit', atLength(8_000, 12_000), 3);
  const { score, held, unlearnable } = await fitDeferral(rows, context);
  const fresh = world('fresh', 4_000, 3);
  const error = apart(scoresOf(score, fresh), fresh.chance);
  t.true(error < 0.015, `${error}`);
  t.true(apart(held, rows.chance) < 0.015, `${apart(held, rows.chance)}`);
  t.true(apart(scoresOf(top, fresh), fresh.chance) > 5 * error);
  t.is(unlearnable, undefined);
});

test('of the half that it trusts most, fewer disagree than of the half that top does', async (t) => {
  const rows = world('order', atLength(5_000, 12_000), 4);
  const { score } = await fitDeferral(rows, context);
  const half = atLength(3_000, 6_000);
  const fresh = world('order, fresh', 2 * half, 4);
  const risk = (exits: Float64Array) => {
    const order = [...exits.keys()].sort((a, b) => exits[b] - exits[a]).slice(0, half);
    return order.reduce((sum, row) => sum + 1 - fresh.chance[row], 0) / half;
  };
  const [ours, tops] = [risk(scoresOf(score, fresh)), risk(scoresOf(top, fresh))];
  t.true(ours < 0.85 * tops, `${ours}, top ${tops}`);
});

test('two signs alone, by hand: a class that agrees more often is trusted more', async (t) => {
  // One score for all: no sign but the class decided. 40 of 50 against 20 of 50, drawn a little towards each other.
  const rows = 100;
  const decided = Int32Array.from({ length: rows }, (_, row) => row % 2);
  const scores = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === decided[i >> 1] ? 0.8 : 0.2));
  const agrees = Uint8Array.from({ length: rows }, (_, row) =>
    Number(row % 2 === 0 ? row % 10 < 8 : row % 10 < 4),
  );
  const folds = new Int32Array(rows).map((_, row) => row % 5);
  const { score } = await fitDeferral({ scores, classes: 2, decided, agrees, folds }, context);
  const out = scoresOf(score, { scores, classes: 2, decided, agrees, folds });
  near(t, out[0], 0.8, 0.03);
  near(t, out[1], 0.4, 0.05);
});

test('what is held out of a fold does not know whether it agreed', async (t) => {
  const rows = world('held', 300, 3);
  const before = await fitDeferral(rows, context);
  const agrees = rows.agrees.map((value, row) => (rows.folds[row] === 2 ? 1 - value : value));
  const after = await fitDeferral({ ...rows, agrees }, context);
  let changed = 0;
  rows.folds.forEach((fold, row) => {
    if (fold === 2) t.is(after.held[row], before.held[row]);
    else if (after.held[row] !== before.held[row]) changed++;
  });
  t.true(changed > 200);
});

test('the same fit again, and the score from its state, answer bit for bit alike', async (t) => {
  const rows = world('state', 300, 3);
  const { score, held } = await fitDeferral(rows, context);
  const again = await fitDeferral(rows, context);
  t.deepEqual(again.held, held);
  t.deepEqual(again.score.state, score.state);
  const { json, tensors } = score.state;
  const loaded = loadExitScore({ json: JSON.parse(JSON.stringify(json)), tensors });
  t.is(loaded.kind, 'deferral');
  t.deepEqual(scoresOf(loaded, rows), scoresOf(score, rows));
  t.deepEqual(loaded.state, score.state);
});

test('a score in [0, 1] for any row, or NaN where it is degenerate', async (t) => {
  const { score } = await fitDeferral(world('any', 300, 3), context);
  const number = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(0, 1, 0.5, 5e-324, -1, 2, Infinity, Number.NaN),
  );
  fc.assert(
    fc.property(fc.tuple(number, number, number), fc.integer({ min: -1, max: 2 }), (row, decided) => {
      const rows = { scores: Float64Array.from(row), classes: 3, decided: Int32Array.of(decided) };
      const [out, reference] = [score, top].map((exit) => {
        const one = new Float64Array(1);
        exit.score(rows.scores, 3, rows.decided, one);
        return one[0];
      });
      t.is(Number.isNaN(out), Number.isNaN(reference));
      t.true(Number.isNaN(out) || (out >= 0 && out <= 1));
    }),
    { seed: 71, numRuns: 500 },
  );
});

test('degenerate rows are left out of the fit, and held as NaN', async (t) => {
  const rows = world('some', 200, 3);
  const { score } = await fitDeferral(rows, context);
  const more = await fitDeferral(
    {
      scores: Float64Array.of(...rows.scores, Number.NaN, 0.5, 0.5, 0.4, 0.4, 0.2),
      classes: 3,
      decided: Float64Array.of(...Float64Array.from(rows.decided), Number.NaN, 0),
      agrees: Uint8Array.of(...rows.agrees, 1, 1),
      folds: Int32Array.of(...rows.folds, 0, 1),
    },
    context,
  );
  t.deepEqual(more.score.state, score.state);
  t.true(more.held.subarray(0, 200).every(Number.isFinite));
  t.deepEqual([...more.held.subarray(200)], [Number.NaN, Number.NaN]);
});

test('where there is nothing to learn no row ever exits, and it says why', async (t) => {
  const rows = world('nothing', 40, 3);
  const same = rows.scores.map((_, i) => [0.7, 0.2, 0.1][i % 3]);
  const cases: [Unlearnable, Partial<ExitRows>][] = [
    ['always agrees', { agrees: new Uint8Array(40).fill(1) }],
    ['never agrees', { agrees: new Uint8Array(40) }],
    ['constant', { scores: same, decided: new Int32Array(40) }],
    ['degenerate', { decided: new Int32Array(40).fill(-1) }],
  ];
  for (const [why, change] of cases) {
    const { score, held, unlearnable } = await fitDeferral({ ...rows, ...change }, context);
    t.is(unlearnable, why);
    t.true(held.every(Number.isNaN));
    t.true(scoresOf(score, rows).every(Number.isNaN));
    t.true(scoresOf(loadExitScore(score.state), rows).every(Number.isNaN));
    t.is(await deferral.fit({ ...rows, ...change }, context), undefined);
  }
});

test('a fold whose others all agree holds NaN, and the rest is as ever', async (t) => {
  const rows = world('lopsided', 100, 3);
  const agrees = rows.agrees.map((value, row) => (rows.folds[row] === 4 ? value : 1));
  t.true(agrees.includes(0));
  const { held, unlearnable } = await fitDeferral({ ...rows, agrees }, context);
  t.is(unlearnable, undefined);
  rows.folds.forEach((fold, row) => {
    t.is(Number.isNaN(held[row]), fold === 4);
  });
});

test('lengths that differ, other widths and a broken state are refused', async (t) => {
  const rows = world('refused', 20, 3);
  for (const [change, message] of [
    [{ decided: Int32Array.from(rows.decided).slice(1) }, /'decided' has 19 rows, the scores have 20/],
    [{ folds: rows.folds.slice(1) }, /'folds' has 19/],
    [{ agrees: rows.agrees.with(3, 2) }, /row 3 agrees by 2: expected 0 or 1/],
    [{ scores: rows.scores.slice(1) }, /59 scores of 3 classes/],
  ] as const) {
    await t.throwsAsync(fitDeferral({ ...rows, ...change }, context), { instanceOf: DataError, message });
  }
  const { score } = await fitDeferral(rows, context);
  t.throws(() => score.score(rows.scores, 2, rows.decided, new Float64Array(20)), {
    instanceOf: DataError,
    message: /fitted to 3 classes, got 2/,
  });
  for (const state of [
    { ...score.state, tensors: {} },
    { ...score.state, json: { kind: 'deferral', classes: 4 } },
  ]) {
    t.throws(() => loadExitScore(state), { instanceOf: ArtifactError, message: /deferral/ });
  }
});

test('what it may say has no bound', (t) => {
  t.is(deferral.least({ kind: 'argmax' }, 4, 2), 0);
});

test('a fit is aborted', async (t) => {
  const reason = new Error('enough');
  const fit = fitDeferral(world('abort', 50, 3), { seed: 1, signal: AbortSignal.abort(reason) });
  await t.throwsAsync(fit, { is: reason });
});
