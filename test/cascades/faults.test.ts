import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setEnvironmentData } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import { fitThreads } from '../../entries/threads.js';
import {
  define,
  dense,
  type Learner,
  logisticRegression,
  OptionError,
  type Progress,
  tune,
} from '../../index.js';
import { profileOf } from '../support/agreement.js';
import { FakeTimer } from '../support/fakeTimer.js';
import { folderFor } from '../support/files.js';
import { modulesUrl } from '../support/modulesUrl.js';
import {
  endingAt,
  nearFarFeatures,
  nearFarOptions,
  nearFarRows,
  type NearFarTuning as Options,
  smallTrees,
} from '../support/nearFar.js';

const STEPS: readonly Progress['step'][] = [
  'features',
  'full model',
  'profile',
  'stages',
  'search',
  'certify',
];

const trees = smallTrees;
const options = {
  ...nearFarOptions(nearFarRows(300, 7)),
  approximate: [trees, logisticRegression({ l2: 0.1 })],
};
const profile = profileOf({ near: 1, far: 100 }, ['gradient-boosting', 'logistic-regression']);
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an abort in any step ends it with the reason, and nothing is computed any more', async (t) => {
  let calls = 0;
  const count = () => calls++;
  const counted = nearFarFeatures(count);
  const own: Learner = {
    ...trees,
    fit(set, context) {
      count();
      return trees.fit(set, context);
    },
  };
  const before: number[] = [];
  for (const step of STEPS) {
    calls = 0;
    const reason = new Error(step);
    const given = { ...options, features: counted, full: own, approximate: own, ...endingAt(step, reason) };
    t.is(await t.throwsAsync(tune(given)), reason);
    const ended = calls;
    before.push(ended);
    for (let i = 0; i < 100; i++) await turn();
    t.is(calls, ended, step);
  }
  // Measured costs decide how much is searched, so the last steps can't be compared.
  const [first, second, third, ...later] = before;
  t.true(first <= second && second < third, 'a later step has more behind it');
  t.true(Math.min(...later) > third);
});

test('an abort doesn’t wait for a fit or a feature that never ends', async (t) => {
  const never = new Promise<never>(() => {});
  for (const hung of ['fit', 'feature'] as const) {
    const controller = new AbortController();
    const reason = new Error(hung);
    const hang = () => {
      setImmediate(() => controller.abort(reason));
      return never;
    };
    const given: Options = {
      ...options,
      ...(hung === 'fit' && { full: { ...trees, fit: hang } }),
      ...(hung === 'feature' && {
        features: define({ near: dense(1, hang), far: options.features.get('far') }),
      }),
      signal: controller.signal,
    };
    t.is(await t.throwsAsync(tune(given)), reason);
  }
});

test('fits that lose their threads are done again, and the cascade’s file is the same', async (t) => {
  const bytesOf = async (given: Options) => {
    const path = join(await folderFor(t), 'made.cascade');
    await (await tune(given)).save(path, { evidence: true });
    return readFile(path);
  };
  const given = { ...options, profile };
  const expected = await bytesOf(given);
  const counts = new Int32Array(new SharedArrayBuffer(8));
  setEnvironmentData('fits', counts);
  const url = new URL(await modulesUrl(new URL('mortalFits.ts', import.meta.url)));
  await using threads = fitThreads({ threads: 2 }, url);
  t.deepEqual(await bytesOf({ ...given, threads }), expected);
  t.true(counts[1] >= 2, 'two threads were lost');
});

test('a run that was ended on threads goes on without them', async (t) => {
  const given = { ...options, checkpoint: await pathFor(t) };
  const url = new URL(await modulesUrl(new URL('../../lib/learn/fits/threads/worker.ts', import.meta.url)));
  await using threads = fitThreads({ threads: 2 }, url);
  const reason = new Error('enough');
  t.is(await t.throwsAsync(tune({ ...given, threads, ...endingAt('search', reason) })), reason);
  const resumed = await tune(given);
  const whole = await tune({ ...options, profile: resumed.profile });
  t.deepEqual(resumed.plan, whole.plan);
  t.deepEqual(resumed.certificate, whole.certificate);
});

async function pathFor(t: ExecutionContext): Promise<string> {
  return join(await folderFor(t), 'run.checkpoint');
}

test('seconds that the full model alone takes are refused once that is known, and no stage is fitted', async (t) => {
  let now = 0;
  const steps = new Set<string>();
  const error = await t.throwsAsync(
    tune({
      ...options,
      budget: { seconds: 1 },
      timer: new FakeTimer(),
      clock: { now: () => (now += 500) },
      onProgress: ({ step }) => steps.add(step),
    }),
    { instanceOf: OptionError },
  );
  t.is(error.option, 'budget.seconds');
  t.regex(error.message, /is too small: fitting the features, one fit .* take about [\d.]+ s; got 1\./);
  t.false(steps.has('stages'));
});

test('progress goes forwards alone: steps and shares, from a checkpoint too', async (t) => {
  const checkpoint = await pathFor(t);
  const efforts = ['quick', 'default', 'thorough'] as const;
  const runs: Options[] = efforts.map((effort) => ({ ...options, effort }));
  await t.throwsAsync(tune({ ...options, checkpoint, ...endingAt('search', new Error('enough')) }));
  for (const given of [...runs, { ...options, checkpoint }]) {
    let last = { step: 0, share: 0 };
    const onProgress = ({ step: name, share, remaining = 0 }: Progress) => {
      const step = STEPS.indexOf(name);
      t.true(step > last.step || (step === last.step && share >= last.share), `${name} ${share}`);
      t.true(remaining >= 0);
      last = { step, share };
    };
    await tune({ ...given, onProgress });
    t.deepEqual([last.step, last.share], [STEPS.length - 1, 1]);
  }
});
