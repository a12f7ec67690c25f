import { join } from 'node:path';
import test from 'ava';
import { fromRows, pretrained } from '../../../../../entries/full.js';
import {
  Cascade,
  define,
  dense,
  logisticRegression,
  ModelError,
  type TuneOptions,
  tune,
} from '../../../../../index.js';
import { random } from '../../../../../lib/stats/index.js';
import { folderFor } from '../../../../support/files.js';
import { hastyClock } from '../../../../support/hastyClock.js';

/** Cascades whose full model, and a stage, are functions of the rows. */

const labels = ['no', 'yes'] as const;
const drawn = random(5);

interface Case {
  /** The full model's log-odds, and a cheap look at them. */
  readonly costly: number;
  readonly cheap: number;
}

const rows = Array.from({ length: 3000 }, (): Case => {
  const costly = 3 * drawn.normal();
  return { costly, cheap: costly + 0.7 * drawn.normal() };
});

/** Milliseconds that functions say they took. */
class Clock {
  time = 0;
  readonly now = () => this.time;
}

function features(clock = new Clock()) {
  return define({
    cheap: dense(1, (batch: readonly Case[]) => {
      clock.time += 0.001 * batch.length;
      return Float32Array.from(batch, ({ cheap }) => cheap);
    }),
  });
}

const pair = (logOdds: number): [number, number] => {
  const yes = 1 / (1 + Math.exp(-logOdds));
  return [1 - yes, yes];
};

/** A model that counts its rows and calls, and takes so many milliseconds a row. */
function counted(name: string, logOdds: (row: Case) => number, clock = new Clock(), perRow = 10) {
  const requested = { rows: 0, calls: 0, most: 0 };
  const model = fromRows({
    name,
    labels,
    fingerprint: `${name}@1`,
    batch: 128,
    score: async (batch: readonly Case[]) => {
      requested.rows += batch.length;
      requested.calls++;
      requested.most = Math.max(requested.most, batch.length);
      clock.time += perRow * batch.length;
      return batch.map((row) => pair(logOdds(row)));
    },
  });
  return { model, requested };
}

const whole = ({ costly }: Case) => costly;
/** Sure and right where the full model is sure, elsewhere unsure and wrong. */
const middle = ({ costly }: Case) => (Math.abs(costly) > 0.3 ? 8 * costly : -0.1 * costly);

test('a function of rows is a full model, and is requested once a row and for at most 160 again', async (t) => {
  const clock = new Clock();
  const { model, requested } = counted('judge', whole, clock);
  const cascade = await tune({
    features: features(clock),
    rows,
    full: model,
    bound: { epsilon: 0.05 },
    clock,
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.true(requested.rows >= rows.length);
  t.true(requested.rows <= rows.length + 160, `${requested.rows}`);
  t.true(requested.most <= 128);
  // The cost of a row is that of the calls: 10 ms.
  t.true(Math.abs((cascade.profile.full?.perRow ?? 0) - 10_000) < 100);
  t.deepEqual(cascade.plan.full.features, []);
  t.deepEqual(cascade.plan.stages[0].features, ['cheap']);
  t.true(cascade.plan.expected.speedup > 1.2);

  const answers = await cascade.full.predict(rows.slice(0, 300));
  t.deepEqual(
    answers.labels,
    rows.slice(0, 300).map(({ costly }) => (costly > 0 ? 'yes' : 'no')),
  );
  const before = requested.rows;
  const { exits } = await cascade.predict(rows.slice(0, 1000));
  t.is(requested.rows - before, exits.filter((exit) => exit === cascade.plan.stages.length).length);
  t.is((await cascade.predictOne(rows[7])).label, (await cascade.predict([rows[7]])).labels[0]);
});

test('a quick function isn’t requested more often, and its forecast says how often', async (t) => {
  const { model, requested } = counted('quick', whole);
  let forecast = 0;
  await tune({
    features: features(),
    rows,
    full: model,
    bound: { epsilon: 0.05 },
    clock: hastyClock,
    onProgress: ({ forecast: first }) => {
      if (first?.full) forecast = first.full.rows + first.full.measuring;
    },
  });
  t.true(requested.rows <= rows.length + 160, `${requested.rows}`);
  t.is(forecast, rows.length + 160);
});

test('a function of rows is a stage in the middle', async (t) => {
  const clock = new Clock();
  const full = counted('judge', whole, clock, 10);
  const small = counted('small', middle, clock, 0.5);
  const options = {
    features: features(clock),
    rows,
    full: full.model,
    bound: { epsilon: 0.03 },
    clock,
  } as const;
  let requested = 0;
  const onProgress: TuneOptions<Case, string, string>['onProgress'] = ({ forecast }) => {
    if (forecast) requested = forecast.stages.small.rows;
  };
  const cascade = await tune({
    ...options,
    onProgress,
    approximate: [logisticRegression(), pretrained(small.model)],
  });
  const { stages } = cascade.plan;
  t.is(cascade.certificate.verdict, 'certified');
  t.is(stages.at(-1)?.learner, 'small');
  t.deepEqual(
    stages.map(({ readsRows = false }) => readsRows),
    [false, true],
  );
  t.regex(cascade.summary(), /stage 2 +cheap rows /);
  t.regex(cascade.summary(), /full model: judge +rows +always/);
  t.true(small.requested.rows <= rows.length + 256, `${small.requested.rows}`);
  t.is(requested, rows.length + 256);
  t.true(full.requested.rows <= rows.length + 160, `${full.requested.rows}`);
  const without = await tune(options);
  t.true(cascade.plan.expected.speedup > 2 * without.plan.expected.speedup);
  t.true(cascade.plan.full.reach > 0.01);

  const [before, cost] = [small.requested.rows, full.requested.rows];
  const { exits } = await cascade.predict(rows.slice(0, 1000));
  const reached = (stage: number) => exits.filter((exit) => exit >= stage).length;
  t.is(small.requested.rows - before, reached(stages.length - 1));
  t.is(full.requested.rows - cost, reached(stages.length));

  const path = join(await folderFor(t), 'middle.cascade');
  await cascade.save(path);
  const learners = [pretrained(small.model)];
  const loaded = await Cascade.load(path, { features: features(), full: full.model, learners });
  t.is(loaded.certificate.verdict, 'certified');
  t.deepEqual(
    (await loaded.predict(rows.slice(0, 500))).labels,
    (await cascade.predict(rows.slice(0, 500))).labels,
  );
  const other = { ...full.model, fingerprint: 'judge@2' };
  const voided = await Cascade.load(path, { features: features(), full: other, learners });
  t.is(voided.certificate.verdict, 'void');
  t.regex(voided.certificate.reason ?? '', /judge@2/);
});

test('two stages of rows follow each other', async (t) => {
  const clock = new Clock();
  const full = counted('judge', whole, clock, 30);
  const tiny = counted(
    'tiny',
    (row) => (Math.abs(row.costly) > 1.5 ? 8 * row.costly : -0.01 * row.costly),
    clock,
    0.2,
  );
  const small = counted('small', middle, clock, 2);
  const { plan } = await tune({
    features: features(clock),
    rows,
    full: full.model,
    approximate: [pretrained(small.model), pretrained(tiny.model)],
    bound: { epsilon: 0.03 },
    clock,
  });
  t.deepEqual(
    plan.stages.map(({ learner }) => learner),
    ['tiny', 'small'],
  );
});

test('numbers without labels are regression', async (t) => {
  const full = fromRows({ name: 'amount', score: (batch: readonly Case[]) => batch.map(whole) });
  const cascade = await tune({
    features: features(),
    rows,
    full,
    bound: { loss: { absoluteError: 1 }, epsilon: 0.3, delta: 0.1 },
    clock: hastyClock,
  });
  t.deepEqual((await cascade.full.predict(rows.slice(0, 5))).labels, rows.slice(0, 5).map(whole));
});

test('a fault costs what every full model’s costs', async (t) => {
  let fails = false;
  const full = fromRows({
    name: 'judge',
    labels,
    score: async (batch: readonly Case[]) => {
      if (fails) throw new Error('gone');
      return batch.map((row) => pair(whole(row)));
    },
  });
  const cascade = await tune({
    features: features(),
    rows,
    full,
    bound: { epsilon: 0.05 },
    clock: hastyClock,
  });
  fails = true;
  await t.throwsAsync(cascade.full.predict(rows.slice(0, 5)), {
    instanceOf: ModelError,
    message: "model 'judge': failed: gone",
  });
  if (cascade.plan.stages.length === 0) return;
  const { degraded, exits } = await cascade.predict(rows.slice(0, 500), { onFault: 'degrade' });
  t.true(degraded.some((flag) => flag === 1));
  t.true(exits.every((exit) => exit < cascade.plan.stages.length));
});

test('tuning names the user’s row, and makes nothing, where an answer is none', async (t) => {
  const bad = rows[1234];
  const answering = (answer: unknown) =>
    fromRows({
      name: 'judge',
      labels,
      score: async (batch: readonly Case[]) =>
        batch.map((row) => (row === bad ? (answer as number[]) : pair(whole(row)))),
    });
  const tuned = (answer: unknown) =>
    tune({ features: features(), rows, full: answering(answer), bound: { epsilon: 0.05 } });
  await t.throwsAsync(tuned([Number.NaN, Number.NaN]), {
    instanceOf: ModelError,
    message: /'judge': gave NaN for row 1234/,
  });
  await t.throwsAsync(tuned([3, -2]), {
    instanceOf: ModelError,
    message: /'judge': row 1234: .*scores: 'logits'/,
  });
  await t.throwsAsync(tuned([0.2, 0.3, 0.5]), {
    instanceOf: ModelError,
    message: /'judge': row 1234: gave 3 numbers/,
  });
  const error = await t.throwsAsync(tuned(undefined), { instanceOf: ModelError });
  t.is(error?.row, 1234);
});
