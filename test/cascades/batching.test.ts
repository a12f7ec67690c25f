import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { microBatch, type TrainedModel } from '../../entries/full.js';
import { define, dense, logisticRegression, ModelError, tune } from '../../index.js';
import { FREE } from '../../lib/costs/index.js';
import { profileOf } from '../support/agreement.js';

type Row = readonly [number, number];

const rows = Array.from({ length: 1_200 }, (_, i): Row => [3 * Math.sin(i * 12.9), Math.cos(i * 7.7)]);

const features = define({
  first: dense(1, (all: readonly Row[]) => Float32Array.from(all, ([a]) => Math.abs(a))),
  both: dense(1, (all: readonly Row[]) => Float32Array.from(all, ([a, b]) => a + b)),
});

async function pass(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}

/** A model that answers some turns later, in no order, and may be lost. */
function waiting(device: {
  turns: () => number;
  isLost: boolean;
  calls: number;
}): TrainedModel<'no' | 'yes'> {
  return {
    name: 'waiting',
    labels: ['no', 'yes'],
    classes: 2,
    reads: ['both'],
    async score([{ values }], out) {
      device.calls++;
      await pass(device.turns());
      if (device.isLost) throw new ModelError('waiting', 'the device was lost');
      values.forEach((x, row) => {
        // Linear in neither feature: no stage can answer every row.
        const yes = 1 / (1 + Math.exp(5 * (1.5 - Math.abs(x))));
        out.set([1 - yes, yes], 2 * row);
      });
    },
  };
}

const device = { turns: () => 0, isLost: false, calls: 0 };
const options = { maxRows: 16, maxWaitMs: 0, concurrent: 2 };
const gathering = tune({
  features,
  rows,
  full: microBatch(waiting(device), options),
  approximate: logisticRegression({ l2: 1 }),
  profile: { ...profileOf({ first: 1, both: 100 }), full: { ...FREE, perRow: 1_000 } },
  bound: { epsilon: 0.05 },
  seed: 1,
});

test.serial(
  'concurrent calls get the answers of one after the other, whatever the interleaving',
  async (t) => {
    const cascade = await gathering;
    t.true(cascade.plan.stages.length > 0);
    const whole = await cascade.predict(rows);
    t.true(whole.exits.includes(cascade.plan.stages.length), 'some need the full model');
    const parts = fc.array(
      fc.record({ from: fc.nat(1_199), size: fc.integer({ min: 1, max: 40 }), delay: fc.nat(4) }),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(parts, fc.array(fc.nat(6), { minLength: 1, maxLength: 9 }), async (calls, turns) => {
        let turn = 0;
        device.turns = () => turns[turn++ % turns.length];
        await Promise.all(
          calls.map(async ({ from, size, delay }) => {
            await pass(delay);
            const { labels, scores, exits } = await cascade.predict(rows.slice(from, from + size));
            t.deepEqual(labels, whole.labels.slice(from, from + size));
            t.deepEqual(scores, whole.scores.slice(2 * from, 2 * (from + size)));
            t.deepEqual(exits, whole.exits.slice(from, from + size));
          }),
        );
      }),
      { numRuns: 40 },
    );
  },
);

test.serial('single rows of many callers make few batches', async (t) => {
  const cascade = await gathering;
  device.turns = () => 1;
  const before = device.calls;
  const answers = await Promise.all(rows.map((row) => cascade.full.predict([row])));
  t.true(device.calls - before <= rows.length / 8);
  const whole = await cascade.full.predict(rows);
  t.deepEqual(
    answers.map(({ labels: [label] }) => label),
    whole.labels,
  );
});

test.serial(
  'a device that is lost fails what needed it, or the policy answers; later rows are answered',
  async (t) => {
    const cascade = await gathering;
    const whole = await cascade.predict(rows);
    const last = cascade.plan.stages.length;
    device.isLost = true;
    await t.throwsAsync(cascade.predict(rows), { instanceOf: ModelError, message: /device was lost/ });
    const { degraded, labels } = await cascade.predict(rows, { onFault: 'degrade' });
    t.deepEqual(
      [...degraded],
      Array.from(whole.exits, (exit) => Number(exit === last)),
    );
    labels.forEach((label, row) => {
      if (degraded[row] === 0) t.is(label, whole.labels[row]);
    });
    device.isLost = false;
    t.deepEqual((await cascade.predict(rows)).labels, whole.labels);
  },
);

test.serial('an aborted call leaves the others alone', async (t) => {
  const cascade = await gathering;
  device.turns = () => 3;
  const whole = await cascade.full.predict(rows.slice(0, 60));
  const calls = whole.labels.map((label, row) => {
    const controller = new AbortController();
    const answering = cascade.full.predict([rows[row]], { signal: controller.signal });
    if (row % 3 === 0) void pass(row % 2).then(() => controller.abort(new Error('enough')));
    return { label, answering, isAborted: row % 3 === 0 };
  });
  for (const { label, answering, isAborted } of calls) {
    const outcome = await answering.then(
      ({ labels }) => labels[0],
      (error: Error) => error.message,
    );
    t.true(outcome === label || (isAborted && outcome === 'enough'));
  }
});
