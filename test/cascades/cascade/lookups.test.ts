import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { fetcher } from '../../../entries/lookup.js';
import {
  DeadlineError,
  define,
  dense,
  LookupError,
  logisticRegression,
  lookup,
  OptionError,
  tune,
} from '../../../index.js';
import { profileOf } from '../../support/agreement.js';

/** A cascade from end to end whose costly feature is looked up, and a source that can be told to fail. */

const { rows, labels } = agreementWorld({ rows: 2_000, seed: 5 });
const known = rows.map((row, id) => ({ id, cheap: row.cheap }));
type Known = (typeof known)[number];

const state: { mode: 'well' | 'partly' | 'down' | 'silent'; requested: number[] } = {
  mode: 'well',
  requested: [],
};
const source = fetcher(
  async (ids: readonly number[]) => {
    state.requested.push(...ids);
    if (state.mode === 'down') throw new Error('connection refused');
    if (state.mode === 'silent') return new Promise<never>(() => {});
    return ids.map((id) =>
      state.mode === 'partly' && id % 2 === 0 ? new Error('no shard') : [rows[id].costly],
    );
  },
  { retries: 0, timeoutMs: 20_000, breaker: { failures: 1_000_000 } },
);
const features = define({
  cheap: dense(1, (batch: readonly Known[]) => Float32Array.from(batch, (row) => row.cheap)),
  costly: lookup({ key: (row: Known) => row.id, fetch: source, width: 1 }),
});
const cascade = await tune({
  features,
  rows: known,
  labels,
  full: logisticRegression({ l2: 0.1 }),
  bound: { loss: 'disagreement', epsilon: 0.05 },
  objective: 'latency',
  profile: profileOf({ cheap: 1, costly: 1_000 }),
  seed: 1,
});
const sound = await cascade.predict(known);
const needs = (row: number) => sound.exits[row] === cascade.plan.stages.length;

test.afterEach(() => {
  state.mode = 'well';
});

test.serial('only rows that need it are looked up, each once', async (t) => {
  t.is(cascade.certificate.verdict, 'certified');
  state.requested = [];
  t.deepEqual(await cascade.predict(known), sound);
  t.deepEqual(
    state.requested.sort((a, b) => a - b),
    known.map(({ id }) => id).filter(needs),
  );
});

test.serial('point queries that come together ask together', async (t) => {
  const before = source.source.counts.roundTrips;
  const some = known.filter(({ id }) => needs(id)).slice(0, 20);
  const answers = await Promise.all(some.map((row) => cascade.predictOne(row)));
  answers.forEach(({ label, degraded, faults }, i) => {
    t.is(label, sound.labels[some[i].id]);
    t.false(degraded);
    t.deepEqual(faults, []);
  });
  t.is(source.source.counts.roundTrips, before + 1);
});

test.serial('keys that fail cost their own rows, which say what they missed', async (t) => {
  state.mode = 'partly';
  const { labels: given, degraded, faults } = await cascade.predict(known, { onFault: 'degrade' });
  const lost = known.map(({ id }) => id).filter((id) => needs(id) && id % 2 === 0);
  t.deepEqual(
    [...degraded.keys()].filter((row) => degraded[row] === 1),
    lost,
  );
  t.deepEqual(
    faults.flatMap((fault) => [...fault.rows]).sort((a, b) => a - b),
    lost,
  );
  for (const { missing, error } of faults) {
    t.is(missing, 'costly');
    t.true(error instanceof LookupError && error.feature === 'costly' && error.reason === 'refused');
  }
  known.forEach(({ id }) => {
    if (degraded[id] === 0) t.is(given[id], sound.labels[id]);
  });
  const error = await t.throwsAsync(cascade.predict(known), { instanceOf: LookupError });
  t.is(error?.row, lost[0]);
});

test.serial('a source that is silent is waited for until the deadline, and no longer', async (t) => {
  state.mode = 'silent';
  const hard = known.filter(({ id }) => needs(id))[0];
  const answer = await cascade.predictOne(hard, { onFault: 'degrade', deadlineMs: 20 });
  t.true(answer.degraded);
  t.deepEqual(
    answer.faults.map(({ missing, rows: concerned }) => [missing, ...concerned]),
    [['costly', 0]],
  );
  t.true(answer.faults[0].error instanceof DeadlineError);
  const error = await t.throwsAsync(cascade.predictOne(hard, { deadlineMs: 20 }), {
    instanceOf: DeadlineError,
  });
  t.deepEqual([error?.deadlineMs, error?.waitingFor], [20, ['costly']]);
  const audit = cascade.audit({ rate: 0.5, seed: 1 });
  const audited = await audit.predictOne(hard, { onFault: 'degrade', deadlineMs: 20 });
  t.true(audited.degraded);
  t.is(audited.faults[0].missing, 'costly');
});

test.serial(
  'with a source that is down the full model has no answer, and the cascade has most',
  async (t) => {
    state.mode = 'down';
    await t.throwsAsync(cascade.full.predict(known, { onFault: 'degrade' }), {
      instanceOf: LookupError,
      message: /feature 'costly'.*source 'fetch' gave no answer: connection refused/,
    });
    const { degraded } = await cascade.predict(known, { onFault: 'degrade' });
    t.deepEqual(
      [...degraded],
      known.map(({ id }) => Number(needs(id))),
    );
  },
);

test('deadlines are checked', async (t) => {
  for (const deadlineMs of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, JSON.parse('"1"')]) {
    const error = await t.throwsAsync(cascade.predict(known, { deadlineMs }), { instanceOf: OptionError });
    t.is(error?.option, 'deadlineMs');
  }
});
