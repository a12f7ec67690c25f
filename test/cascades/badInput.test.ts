import test from 'ava';
import {
  DataError,
  define,
  dense,
  type Learner,
  logisticRegression,
  ModelError,
  OptionError,
  type Progress,
  tfidf,
  tune,
} from '../../index.js';
import { nearFarFeatures, nearFarRows } from '../support/nearFar.js';

/** What a new user may give to `tune`: each ends in an answer, or in an error that names what to change. */

const rows = nearFarRows(1_200, 1);
const options = {
  features: nearFarFeatures(),
  rows,
  labels: rows.map(({ far }) => far > 0),
  bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.1 },
  full: logisticRegression({ l2: 1 }),
  seed: 1,
} as const;

test('by a clock that stands still, or has no time, nothing can be timed: the full model answers, and the reason says why', async (t) => {
  for (const time of [0, Number.NaN]) {
    const cascade = await tune({ ...options, clock: { now: () => time } });
    const { certificate, plan } = cascade;
    t.is(certificate.verdict, 'full-model-only');
    t.regex(certificate.reason ?? '', /^nothing to compare: by the clock/);
    t.is(plan.expected.speedup, 1);
    t.regex(cascade.summary().replaceAll(/\s+/g, ' '), /by the clock, or the profile, .* cost nothing/);
  }
});

test('a clock that jumps back or ahead changes costs and no promise', async (t) => {
  const back = (call: number) => (call % 7 === 0 ? -1_000 : 3);
  const ahead = (call: number) => (call === 300 ? 1e9 : 0.1);
  for (const step of [back, ahead]) {
    let [now, call] = [0, 0];
    const times: number[] = [];
    const cascade = await tune({
      ...options,
      clock: { now: () => (now += step(++call)) },
      onProgress: ({ remaining }) => remaining !== undefined && times.push(remaining),
    });
    t.true(['certified', 'full-model-only'].includes(cascade.certificate.verdict));
    t.is(cascade.certificate.n, 480);
    t.true(
      times.every((left) => left >= 0),
      'no time that is left is below 0',
    );
  }
});

test('a jump ahead ends a budget in seconds with what there is', async (t) => {
  let now = 0;
  const cascade = await tune({
    ...options,
    budget: { seconds: 30 },
    clock: { now: () => now },
    onProgress: ({ step }) => {
      if (step === 'stages') now = 1e9;
    },
  });
  t.is(cascade.certificate.verdict, 'full-model-only');
  const asked = rows.slice(0, 5);
  t.deepEqual((await cascade.predict(asked)).labels, (await cascade.full.predict(asked)).labels);
});

test('a learner that fails at some size is named, with the size', async (t) => {
  const plain = logisticRegression({ l2: 1 });
  const failing = (most: number): Learner => ({
    name: 'mine',
    work: plain.work,
    fit(set, context) {
      if (set.rows > most) throw new RangeError('too many rows');
      return plain.fit(set, context);
    },
  });
  // 720 rows for models; folds leave 576 of them.
  for (const given of [{ full: failing(600) }, { approximate: failing(500) }]) {
    const error = await t.throwsAsync(tune({ ...options, ...given }), { instanceOf: ModelError });
    t.is(error.model, 'mine');
    t.regex(
      error.message,
      /^model 'mine': it could not be fitted to (720|57[67]) rows of .*near.*: too many rows$/,
    );
    t.true(error.cause instanceof RangeError);
  }
});

test('stages of the full model’s own learner that fail, or give NaN, are left out, and a line says so', async (t) => {
  const plain = logisticRegression({ l2: 1 });
  const nothing = {
    name: 'mine',
    classes: 2,
    score: (_: unknown, out: Float64Array) => void out.fill(Number.NaN),
  };
  const failing = (fault: 'throws' | 'NaN' | 'late'): Learner => ({
    name: 'mine',
    work: plain.work,
    fit(set, context) {
      if (set.blocks.length > 1 || (fault === 'late' && set.rows < 700)) return plain.fit(set, context);
      if (fault === 'NaN') return nothing;
      throw new RangeError('one feature is too few');
    },
  });
  for (const [fault, why] of [
    ['throws', /Left out of stages: mine on near, which failed \(.*one feature is too few\)/],
    ['NaN', /Left out of stages: mine on near, which failed \(.*are NaN\)/],
    // Where folds of 576 rows are no trouble, the last fit to all 720 is.
    ['late', /Left out of stages: mine on near, which failed \(.*720 rows of near/],
  ] as const) {
    const cascade = await tune({ ...options, full: failing(fault) });
    t.is(cascade.certificate.n, 480);
    t.true(cascade.plan.stages.every(({ features }) => features.length > 1));
    t.regex(cascade.summary().replaceAll(/\s+/g, ' '), why);
  }
});

test('rows that all repeat are tuned on, certified by what is left of them or not, and a line says why', async (t) => {
  const summaryOf = async (some: typeof rows) => {
    const cascade = await tune({ ...options, rows: some, labels: some.map(({ far }) => far > 0) });
    return { ...cascade.certificate, summary: cascade.summary().replaceAll(/\s+/g, ' ') };
  };
  const copies = (count: number, times: number) =>
    nearFarRows(count, 2).flatMap((row) => Array.from({ length: times }, () => ({ ...row })));
  const twice = await summaryOf(copies(600, 2));
  t.is(twice.verdict, 'certified');
  t.regex(twice.summary, /of the rows equal an earlier one\. So a plan must pass two tests/);
  const few = await summaryOf(copies(5, 240));
  t.is(few.verdict, 'full-model-only');
  t.regex(few.summary, /most rows are equal, .* too few certification rows/);
  const one = copies(1, 1_200);
  const labels = one.map((_, i) => i % 2 === 0);
  await t.throwsAsync(tune({ ...options, rows: one, labels }), {
    instanceOf: DataError,
    message: /^1 different rows left .* no model can tell equal rows apart: give rows that differ/,
  });
});

test('one class is nothing to learn, and the error says what to do', async (t) => {
  await t.throwsAsync(tune({ ...options, labels: rows.map(() => 'x') }), {
    instanceOf: DataError,
    message: /^labels: every row is "x"; expected at least two classes: .* needs no model/,
  });
});

const column = (of: 'near' | 'far', more: { readonly price?: number }) =>
  dense(1, (some: readonly (typeof rows)[number][]) => Float32Array.from(some, (row) => row[of]), more);
const priced = define({ near: column('near', { price: 1 }), far: column('far', { price: 2 }) });

test('where every feature has a price, plans are compared by it', async (t) => {
  const { plan, certificate } = await tune({ ...options, features: priced });
  t.is(certificate.verdict, 'certified');
  t.is(plan.expected.fullCost, 3);
  t.true(plan.expected.cost < 3);
});

test('an objective that declared prices contradict is taken, and what it costs is said', async (t) => {
  const cascade = await tune({ ...options, features: priced, objective: 'throughput' });
  const summary = cascade.summary().replaceAll(/\s+/g, ' ');
  t.regex(summary, /by throughput, as 'objective' says, though 'near' and 'far' have prices/);
  t.regex(summary, /by price .* for the full pipeline's 3\.00/);
  const error = await t.throwsAsync(tune({ ...options, objective: 'price' }), { instanceOf: OptionError });
  t.is(error.option, 'objective');
});

test('an abort is heard in every step, and while features learn', async (t) => {
  const steps = ['features', 'full model', 'profile', 'stages', 'search', 'certify'] as const;
  const texts = define({
    words: tfidf(({ near, far }: (typeof rows)[number]) => `${near} ${far}`.repeat(4), { maxFeatures: 50 }),
    ...Object.fromEntries(options.features.names.map((name) => [name, options.features.get(name)])),
  });
  const aborted = async (when: (progress: Progress) => boolean) => {
    const controller = new AbortController();
    let after = 0;
    const run = tune({
      ...{ ...options, features: texts, signal: controller.signal },
      onProgress(progress) {
        if (controller.signal.aborted) after++;
        else if (when(progress)) setImmediate(() => controller.abort());
      },
    });
    const reason = await t.throwsAsync(run, { any: true });
    t.is(reason, controller.signal.reason);
    return after;
  };
  for (const step of steps.slice(0, -1)) await aborted((progress) => progress.step === step);
  // 720 rows are learnt from in three batches: the first is a third.
  t.is(await aborted(({ step, share }) => step === 'features' && share > 0), 0);
});

test('a class so rare that few rows have none of it is tuned on as any other', async (t) => {
  const many = nearFarRows(4_000, 1);
  const far = Float64Array.from(many, (row) => row.far).sort();
  const given = { ...options, rows: many, labels: many.map((row) => row.far >= far[far.length - 20]) };
  const { certificate } = await tune({ ...given, allowVacuous: true });
  t.true(['certified', 'full-model-only'].includes(certificate.verdict));
});
