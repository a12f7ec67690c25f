import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import {
  gradientBoosting,
  isEnsemble,
  isPrefix,
  prefixOf,
  ridgeRegression,
} from '../../../../lib/learn/learners/index.js';
import { random } from '../../../../lib/stats/index.js';

function problem(classes: number) {
  const stream = random(classes).fork('ensemble');
  const values = Float32Array.from({ length: 300 * 3 }, () => stream.normal());
  const labels = Int32Array.from({ length: 300 }, (_, row) => {
    const [a, b, c] = values.subarray(3 * row, 3 * row + 3);
    return classes === 2 ? Number(a * b + c > 0) : Number(a > 0.3) + Number(b * c > 0);
  });
  const blocks = [denseBlock(300, 3, values)];
  return { blocks, rows: 300, labels, classes };
}

for (const classes of [2, 3]) {
  test(`left after any round and gone on with, boosted trees of ${classes} classes say what they say in one go`, async (t) => {
    const set = problem(classes);
    const model = await gradientBoosting({ rounds: 12 }).fit(set, { seed: 1 });
    t.true(isEnsemble(model));
    t.is(model.rounds, 12);
    const whole = new Float64Array(300 * classes);
    model.score(set.blocks, whole);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { maxLength: 4 }), (cuts) => {
        const sums = new Float64Array(300 * model.sums);
        model.begin(300, sums);
        const out = new Float64Array(300 * classes);
        let from = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), 12]) {
          model.advance(set.blocks, sums, from, cut);
          model.conclude(300, sums, out);
          const alone = new Float64Array(300 * classes);
          prefixOf(model, cut).score(set.blocks, alone);
          t.deepEqual(out, alone);
          from = cut;
        }
        t.deepEqual(out, whole);
      }),
      { numRuns: 20 },
    );
  });
}

test('a prefix is what training for fewer rounds would have given, and no longer than its ensemble', async (t) => {
  const set = problem(2);
  const scoresOf = async (rounds: number, kept: number) => {
    const model = await gradientBoosting({ rounds }).fit(set, { seed: 1 });
    const prefix = prefixOf(model, kept);
    t.true(isPrefix(prefix) && !isEnsemble(prefix));
    t.is(prefix.rounds, Math.min(rounds, kept));
    const out = new Float64Array(600);
    prefix.score(set.blocks, out);
    return out;
  };
  t.deepEqual(await scoresOf(12, 5), await scoresOf(5, 5));
  t.deepEqual(await scoresOf(5, 100), await scoresOf(5, 5));
});

test('other models are no ensembles', async (t) => {
  const { blocks, rows } = problem(2);
  const values = Float64Array.from({ length: rows }, (_, row) => row);
  const model = await ridgeRegression().fit(
    { blocks, rows, classes: 1, labels: new Int32Array(0), values },
    { seed: 1 },
  );
  t.false(isEnsemble(model) || isPrefix(model));
});

test('a copy that scores otherwise is no ensemble, nor is what somebody calls one', async (t) => {
  const set = problem(2);
  const model = await gradientBoosting({ rounds: 5 }).fit(set, { seed: 1 });
  t.true(isEnsemble({ ...model, name: 'a copy' }));
  const score = () => {};
  t.false(isEnsemble({ ...model, score }));
  t.false(isPrefix({ ...prefixOf(model, 2), score }));
  const theirs = { name: 'theirs', classes: 2, rounds: 9, ensemble: ['a', 'b'], advance: score, score };
  t.false(isEnsemble(theirs) || isPrefix(theirs));
});

test('what is no round to leave after, or to go on from, is refused; so are scores without room', async (t) => {
  const set = problem(3);
  const model = await gradientBoosting({ rounds: 5 }).fit(set, { seed: 1 });
  for (const rounds of [-1, 4 / 3, Number.NaN]) {
    t.throws(() => prefixOf(model, rounds), { code: 'OPTION', message: /rounds/ });
  }
  const sums = new Float64Array(900);
  for (const from of [-2, 1 / 3, 0.5]) {
    t.throws(() => model.advance(set.blocks, sums, from, 5), { code: 'DATA', message: /go on from tree/ });
  }
  t.throws(() => prefixOf(model, 3).score(set.blocks, new Float64Array(5)), {
    code: 'MODEL',
    message: /300 rows need 900 scores/,
  });
});
