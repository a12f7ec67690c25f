import test from 'ava';
import {
  define,
  dense,
  type Feature,
  FeatureError,
  logisticRegression,
  profile,
  tune,
  tuneTopK,
} from '../../index.js';
import { labels, type Mail, mails, right } from '../mistakes/mails.js';
import { FakeTimer } from '../support/fakeTimer.js';

/** A feature's promise that never settles ends tuning, and the error says which feature it was. */

const never = () => new Promise<never>(() => {});
const size = dense(1, async (rows: readonly Mail[]) => Float32Array.from(rows, (mail) => mail.size));
const quick = dense(1, (rows: readonly Mail[]) => Float32Array.from(rows, ({ subject }) => subject.length));
const stuck = define({ size, remote: dense<Mail>(1, never), quick });
const { profile: known, ...unmeasured } = right;
const options = { ...unmeasured, features: stuck };

const remote = {
  instanceOf: FeatureError,
  message: /^feature 'remote': its promise of \d+ rows had not settled after 5000 ms/,
};

test('tune gives a promise up after featureTimeoutMs, and says whose it was', async (t) => {
  const timer = new FakeTimer();
  const tuning = t.throwsAsync(tune({ ...options, featureTimeoutMs: 5_000, timer }), remote);
  await timer.awaited();
  await timer.pass(4_999);
  t.is(timer.pending, 1, 'still waiting, for one promise');
  await timer.pass(2);
  t.is((await tuning)?.feature, 'remote');
  t.is(timer.pending, 0);
});

test('so does a feature that never ends its fit', async (t) => {
  const timer = new FakeTimer();
  const learns: Feature<Mail> = {
    kind: 'own',
    reads: [],
    fit: never,
    load: () => size.load({ json: null, tensors: {} }),
  };
  const features = define({ learns, quick });
  const tuning = t.throwsAsync(tune({ ...options, features, featureTimeoutMs: 5_000, timer }), {
    instanceOf: FeatureError,
    message: /^feature 'learns': its promise of what it learns from \d+ rows had not settled after 5000 ms/,
  });
  await timer.awaited();
  await timer.pass(5_001);
  await tuning;
});

test('profile and tuneTopK do too', async (t) => {
  const timer = new FakeTimer();
  const requested = { features: stuck, rows: mails, labels, featureTimeoutMs: 5_000, timer };
  const profiling = t.throwsAsync(profile(requested), remote);
  await timer.awaited();
  await timer.pass(5_001);
  await profiling;
  const queries = Array.from({ length: 4 }, (_, q) =>
    mails.map((mail) => ({ ...mail, size: mail.size + 1_000 * (q + 1) })),
  );
  const full = logisticRegression();
  const ranking = t.throwsAsync(
    tuneTopK({ ...requested, full, queries, k: 3, bound: { recall: 0.9 } }),
    remote,
  );
  await timer.awaited();
  await timer.pass(5_001);
  await ranking;
});

test('half an hour, unless told', async (t) => {
  const timer = new FakeTimer();
  const tuning = t.throwsAsync(tune({ ...options, timer }), { message: /after 1800000 ms/ });
  await timer.awaited();
  await timer.pass(1_800_001);
  await tuning;
});

test('promises that settle in time change nothing, and leave no timer behind', async (t) => {
  const timer = new FakeTimer();
  const features = define({ size, quick });
  const profile = {
    ...known,
    features: { ...known.features, quick: known.features.subject },
  };
  const cascade = await tune({ ...options, features, profile, featureTimeoutMs: 5_000, timer });
  t.is(timer.pending, 0);
  // In service a deadline says how long is waited.
  await cascade.predict(mails);
  t.is(timer.pending, 0);
});

test('an aborted call ends with the signal’s reason all the same', async (t) => {
  const timer = new FakeTimer();
  const controller = new AbortController();
  const { signal } = controller;
  const tuning = t.throwsAsync(tune({ ...options, signal, featureTimeoutMs: 5_000, timer }), {
    message: 'enough',
  });
  await timer.pass(10);
  controller.abort(new Error('enough'));
  await tuning;
});
