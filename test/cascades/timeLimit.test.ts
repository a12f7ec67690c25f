import test from 'ava';
import {
  define,
  dense,
  type Learner,
  logisticRegression,
  OptionError,
  type Progress,
  tune,
} from '../../index.js';
import type { DenseBlock } from '../../lib/data/blocks/index.js';
import { profileOf } from '../support/agreement.js';
import { FakeTimer } from '../support/fakeTimer.js';
import { nearFarFeatures, nearFarRows } from '../support/nearFar.js';

/** What ends where a budget in seconds does. Fits that would go on after it never end. */

const rows = nearFarRows(400, 1);
const options = {
  features: nearFarFeatures(),
  rows,
  labels: rows.map(({ far }) => far > 0),
  bound: { loss: 'disagreement', epsilon: 0.2, delta: 0.1 },
  profile: profileOf({ near: 400, far: 600 }),
  budget: { seconds: 10 },
  seed: 1,
  date: new Date(0),
} as const;

/** A run whose time ends in the first fit for which `when` holds. */
function run(when: (progress: Progress) => boolean, others: { readonly isMeasured?: boolean } = {}) {
  const timer = new FakeTimer();
  let last: Progress = { step: 'features', share: 0 };
  let ended = 0;
  const { probe: _, ...plain } = logisticRegression({ l2: 1 });
  const { profile, ...rest } = options;
  const given = others.isMeasured ? rest : { ...rest, profile };
  const learner: Learner = {
    ...plain,
    fit(set, context) {
      if (ended > 0 || !when(last)) return plain.fit(set, context);
      ended++;
      void timer.pass(10_000);
      return new Promise(() => {});
    },
  };
  const onProgress = (progress: Progress) => {
    last = progress;
  };
  const tuned = tune({ ...given, full: learner, approximate: [learner], timer, clock: timer, onProgress });
  return { tuned, timer, isEnded: () => ended > 0 };
}

test('a fit of the full model that is still under way is left, and the run refused', async (t) => {
  const { tuned } = run(({ step }) => step === 'full model');
  const error = await t.throwsAsync(tuned, { instanceOf: OptionError });
  t.is(error.option, 'budget.seconds');
  t.regex(error.message, /certification rows take more than 10 s; got 10/);
});

test('where the time ends while the full model is cross-fitted, it answers alone', async (t) => {
  const { tuned, timer, isEnded } = run(({ step, share }) => step === 'full model' && share > 0);
  const cascade = await tuned;
  t.true(isEnded());
  t.is(cascade.certificate.verdict, 'full-model-only');
  t.regex(cascade.certificate.reason ?? '', /^out of time/);
  t.is(cascade.certificate.baseline, undefined, 'nothing is said of models that weren’t fitted');
  const asked = rows.slice(0, 20);
  t.deepEqual((await cascade.predict(asked)).labels, (await cascade.full.predict(asked)).labels);
  t.is(timer.pending, 0);
});

test('the same where it ends while costs are measured', async (t) => {
  const { tuned } = run(({ step }) => step === 'profile', { isMeasured: true });
  const cascade = await tuned;
  t.regex(cascade.certificate.reason ?? '', /^out of time/);
  t.regex(
    cascade.summary().replaceAll(/\s+/g, ' '),
    /To keep within the budget: no stage: the seconds were over/,
  );
});

test('the same where only the full model has a price', async (t) => {
  const timer = new FakeTimer();
  const { profile: _, labels: __, ...rest } = options;
  const full = {
    ...{ name: 'paid', classes: 2, labels: [false, true], price: 1 },
    score([, far]: readonly DenseBlock[], out: Float64Array) {
      void timer.pass(10_000);
      for (const [row, value] of far.values.entries()) out[2 * row + Number(value > 0)] = 1;
    },
  };
  const cascade = await tune({ ...rest, full, timer, clock: timer });
  t.regex(cascade.certificate.reason ?? '', /^out of time/);
});

test('seconds that features alone take are refused by what the first rows took, and the error names the least', async (t) => {
  let now = 0;
  const { profile: _, ...rest } = options;
  const slow = dense(1, (some: readonly (typeof rows)[number][]) => {
    now += 100 * some.length;
    return Float32Array.from(some, ({ near }) => near);
  });
  const plain = logisticRegression({ l2: 1 });
  const full: Learner = {
    ...plain,
    fit() {
      throw new Error('it was begun');
    },
  };
  const refused = tune({
    ...{ ...rest, features: define({ slow }), budget: { seconds: 30 } },
    ...{ full, approximate: [plain], timer: new FakeTimer(), clock: { now: () => now } },
  });
  const error = await t.throwsAsync(refused, { instanceOf: OptionError });
  t.is(error.option, 'budget.seconds');
  // 400 rows by 100 ms are 40 s, and a few were timed before.
  t.regex(error.message, /computing the certification rows take about \d\d s; got 30\./);
});

test('where the time ends before a stage is fitted, the full model answers, and the summary says why', async (t) => {
  const { tuned, timer } = run(({ step }) => step === 'stages');
  const cascade = await tuned;
  t.is(cascade.certificate.verdict, 'full-model-only');
  t.regex(cascade.summary().replaceAll(/\s+/g, ' '), /the seconds were over before one was fitted/);
  t.is(timer.pending, 0);
});

test('once a stage is there, the run goes on with those that were tried', async (t) => {
  const { tuned, timer, isEnded } = run(({ step, share }) => step === 'stages' && share > 0);
  const cascade = await tuned;
  t.true(isEnded());
  t.is(timer.pending, 0, 'nothing waits for the end any more');
  t.is(cascade.certificate.n, 160);
});

test('a fit that can’t be cut isn’t begun where it would take longer', async (t) => {
  const plain = logisticRegression({ l2: 1 });
  const full: Learner = {
    ...plain,
    pace: 1,
    fit() {
      throw new Error('it was begun');
    },
  };
  const timer = new FakeTimer();
  const error = await t.throwsAsync(tune({ ...options, full, approximate: [plain], timer, clock: timer }), {
    instanceOf: OptionError,
  });
  t.is(error.option, 'budget.seconds');
  t.regex(error.message, /too small for a fit by logistic-regression, which takes at least [\d.]+ s; got 10/);
});
