import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { type AgreementRow, agreementWorld } from '../../../datasets/index.js';
import { AsyncError, define, dense, FeatureError } from '../../../index.js';
import { tuneWorld, worldsFeatures, worldsFull } from '../../support/agreement.js';

const world = agreementWorld({ rows: 1_500, seed: 1 });
const { rows } = world;
/** What no test of it changes. */
const tuned = tuneWorld(world);

/** Features that count the rows they are asked for; the costly one waits, and fails when told to. */
function remote() {
  const requested = { cheap: 0, costly: 0 };
  const state = { broken: false };
  const features = define({
    cheap: dense(1, (batch: readonly AgreementRow[]) => {
      requested.cheap += batch.length;
      return Float32Array.from(batch, (row) => row.cheap);
    }),
    costly: dense(1, async (batch: readonly AgreementRow[]) => {
      requested.costly += batch.length;
      if (state.broken) throw new Error('timed out');
      return Float32Array.from(batch, (row) => row.costly);
    }),
  });
  const reset = () => Object.assign(requested, { cheap: 0, costly: 0 });
  return { features, requested, state, reset };
}

test('answers say where each row left, and the costly feature is asked for the others alone', async (t) => {
  const { features, requested, reset } = remote();
  const cascade = await tuneWorld(world, { features });
  t.is(cascade.certificate.verdict, 'certified');
  reset();
  const { labels, scores, exits, degraded, verdict, shadow } = await cascade.predict(rows);
  const passed = exits.filter((exit) => exit === 1).length;
  t.true(passed > 0 && passed < rows.length);
  t.deepEqual(requested, { cheap: rows.length, costly: passed });
  const { thresholds } = cascade.plan.stages[0];
  rows.forEach((row, i) => {
    const yes = 1 / (1 + Math.exp(-row.cheap));
    const top = Math.max(yes, 1 - yes);
    const leaves = top >= (thresholds[Number(yes > 0.5)] ?? Number.POSITIVE_INFINITY);
    t.is(exits[i], Number(!leaves));
    t.is(labels[i], leaves ? (yes > 0.5 ? 'yes' : 'no') : world.answers[i]);
    t.is(scores[2 * i + 1] > 0.5, labels[i] === 'yes');
  });
  t.is(verdict, 'certified');
  t.is(shadow, undefined);
  t.true(degraded.every((flag) => flag === 0));
});

test('one row is answered as it is among others', async (t) => {
  const cascade = await tuned;
  const { labels, scores, exits } = await cascade.predict(rows.slice(0, 40));
  for (let i = 0; i < 40; i++) {
    const alone = {
      label: labels[i],
      scores: scores.slice(2 * i, 2 * i + 2),
      exit: exits[i],
      degraded: false,
      faults: [],
      verdict: 'certified',
    };
    t.deepEqual(await cascade.predictOne(rows[i]), alone);
    t.deepEqual(cascade.predictOneSync(rows[i]), alone);
  }
});

test('the whole pipeline answers for comparison: every row by the full model, after the last stage', async (t) => {
  const cascade = await tuned;
  const { labels, exits } = await cascade.full.predict(rows);
  t.deepEqual(labels, world.answers);
  t.true(exits.every((exit) => exit === cascade.plan.stages.length));
});

test('in shadow mode the full model answers, and what the cascade would have said is beside it', async (t) => {
  const cascade = await tuned;
  const served = await cascade.predict(rows);
  const full = await cascade.full.predict(rows);
  t.notDeepEqual(served.labels, full.labels, 'the case is one');
  for (const answers of [
    await cascade.predict(rows, { mode: 'shadow' }),
    cascade.predictSync(rows, { mode: 'shadow' }),
  ]) {
    const { labels, exits, degraded, verdict } = served;
    t.deepEqual(answers, { ...full, shadow: { labels, exits, degraded, verdict } });
  }
  t.is((await cascade.predictOne(rows[0], { mode: 'shadow' })).label, world.answers[0]);
});

test('without waiting, the same answers; a feature that waits is refused', async (t) => {
  const cascade = await tuned;
  t.deepEqual(cascade.predictSync(rows), await cascade.predict(rows));
  const { features, state } = remote();
  const waiting = await tuneWorld(world, { features });
  const { exits } = await waiting.predict(rows);
  const leaving = rows.filter((_, i) => exits[i] === 0);
  t.is(
    waiting.predictSync(leaving).labels.length,
    leaving.length,
    'rows that need nothing that waits are answered',
  );
  state.broken = true;
  t.throws(() => waiting.predictSync(rows), { instanceOf: AsyncError });
  // The costly feature rejects after that, and the test runner fails on a rejection that nobody handles.
  await setImmediate();
});

test('a feature that fails costs only the rows that needed it, where that is wanted', async (t) => {
  const { features, state } = remote();
  const cascade = await tuneWorld(world, { features });
  const sound = await cascade.predict(rows);
  state.broken = true;
  const error = await t.throwsAsync(cascade.predict(rows), {
    instanceOf: FeatureError,
    message: /'costly'.*timed out/,
  });
  t.is(error?.feature, 'costly');
  await t.throwsAsync(cascade.full.predict(rows, { onFault: 'degrade' }), { instanceOf: FeatureError });

  const { labels, exits, degraded } = await cascade.predict(rows, { onFault: 'degrade' });
  t.deepEqual(
    [...degraded],
    [...sound.exits].map((exit) => Number(exit === 1)),
  );
  t.true(exits.every((exit) => exit === 0));
  rows.forEach((row, i) => {
    t.is(labels[i], row.cheap > 0 ? 'yes' : 'no');
  });
  const harder = rows[sound.exits.indexOf(1)];
  t.true((await cascade.predictOne(harder, { onFault: 'degrade' })).degraded);
});

test('no rows, no answers', async (t) => {
  const cascade = await tuned;
  const { labels, scores, exits } = await cascade.predict([]);
  t.deepEqual([labels.length, scores.length, exits.length], [0, 0, 0]);
});

test('an aborted prediction rejects with the reason', async (t) => {
  const cascade = await tuned;
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  await t.throwsAsync(cascade.predict(rows, { signal }), { is: reason });
  await t.throwsAsync(cascade.full.predict(rows, { signal }), { is: reason });
  await t.throwsAsync(cascade.predictOne(rows[0], { signal }), { is: reason });
  t.throws(() => cascade.predictSync(rows, { signal }), { is: reason });
});

test('the summary holds the verdict, the features, the plan and the promise', async (t) => {
  const { summary, text } = await tuned.then((cascade) => ({
    summary: cascade,
    text: cascade.summary(),
  }));
  for (const part of ['cheap', 'costly', 'stage 1', 'full model', 'exact binomial', '600'])
    t.true(text.includes(part), part);
  t.regex(text, /certified/i);
  t.regex(
    text,
    /With 95 % confidence, the share of answers that differ from the full\s+model's is at most 2 %/,
  );
  t.true(text.includes(`${summary.certificate.observed.changed} of 600 answers changed`.slice(0, 9)));
  const refused = await tuneWorld(world, { bound: { epsilon: 0.001 } });
  t.regex(refused.summary(), /full model/i);
  t.regex(refused.summary(), /2,?995/);
});

test('decisions by threshold and by costs are those of the full model and of the stages', async (t) => {
  for (const decision of [
    { threshold: { yes: 0.3 } },
    {
      costs: [
        [0, 0.3],
        [0.7, 0],
      ],
    },
  ]) {
    const cascade = await tuneWorld(world, { decision, bound: { epsilon: 0.05 } });
    t.is(cascade.certificate.verdict, 'certified');
    const { labels, exits } = await cascade.predict(rows);
    rows.forEach((row, i) => {
      const yes = 1 / (1 + Math.exp(-row.cheap));
      if (exits[i] === 0) t.is(labels[i], yes >= 0.3 ? 'yes' : 'no');
      else t.is(labels[i], world.answers[i]);
    });
  }
});

test('a cascade’s row type is that of its features', async (t) => {
  // What doesn't compile can't be run: that this does is the test.
  const cascade = await tuneWorld(world, { features: worldsFeatures, full: worldsFull });
  const label: 'no' | 'yes' = (await cascade.predictOne(rows[0])).label;
  const name: 'cheap' | 'costly' | `${'cheap' | 'costly'}@${string}` = cascade.plan.stages[0].features[0];
  t.is(name, 'cheap');
  t.true(['no', 'yes'].includes(label));
});

test('readied, with rows or without, a cascade answers as before, and nothing of it is counted', async (t) => {
  // One of its own: what it has answered is counted.
  const cascade = await tuneWorld(world);
  const before = await cascade.predictOne(rows[0]);
  const counted = cascade.statistics();
  await cascade.warm();
  await cascade.warm({ rows: rows.slice(0, 4), maxMs: 50 });
  t.deepEqual(cascade.statistics(), counted);
  t.is(
    counted.stages.reduce((sum, { answered }) => sum + answered, 0),
    1,
  );
  t.deepEqual(await cascade.predictOne(rows[0]), before);
  await t.throwsAsync(cascade.warm({ maxMs: 0 }), { name: 'OptionError', message: /'maxMs'/ });
});

test('rows that the caller changes while answers are waited for change none', async (t) => {
  const { features } = remote();
  const cascade = await tuneWorld(world, { features });
  // More than the batches that are under way at once.
  const many = Array.from({ length: 10_000 }, (_, row) => rows[row % rows.length]);
  const expected = await cascade.predict(many);
  const own = many.slice();
  const answering = cascade.predict(own);
  own.fill({ ...rows[0], cheap: 9, costly: -9 });
  t.deepEqual(await answering, expected);
});
