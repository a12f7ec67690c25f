import { tableFromArrays } from 'apache-arrow';
import test from 'ava';
import { openReader, type RowBatch } from '../../../batch/formats/index.js';
import type { BatchModel } from '../../../batch/model/index.js';
import { filter } from '../../../batch/score/index.js';
import { FeatureError, InputError, PoisonRow, RefusedRow } from '../../../lib/errors.js';
import { streamOf } from '../../support/arrowStreams.js';
import { piecesOf } from '../../support/streams.js';

/** Batches through the filter: their order, what is in hand, and how it ends. */

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

function modelOf(inFlight: number, predict: (rows: readonly unknown[]) => Promise<unknown>): BatchModel {
  return Object.assign(Object.create(null), {
    certificate: { verdict: 'certified' },
    inFlight,
    rows: (given: readonly object[]) => given,
    predict,
  });
}

const answersOf = (rows: readonly unknown[]) => ({
  labels: rows.map(() => 'a'),
  scores: new Float64Array(rows.length),
  exits: new Uint8Array(rows.length),
  degraded: new Uint8Array(rows.length),
  faults: [],
  verdict: 'certified',
});

async function* batches(count: number, asked: number[] = []): AsyncGenerator<RowBatch, void, void> {
  for (let from = 0; from < count; from++) {
    asked.push(from);
    yield { rows: [{ from }], from, source: undefined };
  }
}

class Written {
  readonly froms: number[] = [];
  isEnded = false;
  constructor(private readonly wait: () => Promise<void> = tick) {}
  async write({ from }: RowBatch): Promise<void> {
    await this.wait();
    this.froms.push(from);
  }
  async end(): Promise<void> {
    this.isEnded = true;
  }
}

test('several batches are in hand, no more than the model takes, and written in their order', async (t) => {
  let inHand = 0;
  let most = 0;
  const model = modelOf(3, async (rows) => {
    most = Math.max(most, ++inHand);
    // Later batches are answered sooner.
    for (let i = 0; i < 5 - (most % 3); i++) await tick();
    inHand--;
    return answersOf(rows);
  });
  const writer = new Written();
  t.deepEqual(await filter(model, batches(20), writer), { rows: 20, errors: 0, isWhole: true });
  t.deepEqual(writer.froms, [...Array(20).keys()]);
  t.true(writer.isEnded);
  t.is(most, 3);
});

test('nothing is read ahead while the other side isn’t ready', async (t) => {
  const asked: number[] = [];
  let release = () => {};
  const writer = new Written(() => new Promise((resolve) => (release = resolve)));
  const model = modelOf(1, async (rows) => answersOf(rows));
  const done = filter(model, batches(5, asked), writer);
  for (let i = 0; i < 20; i++) await tick();
  t.deepEqual(asked, [0]);
  while (writer.froms.length < 5) {
    release();
    await tick();
  }
  t.true((await done).isWhole);
});

test('a batch is written though no other one comes', async (t) => {
  const writer = new Written();
  const stop = new AbortController();
  const endless = async function* () {
    yield* batches(1);
    await new Promise(() => {});
  };
  const model = modelOf(4, async (rows) => answersOf(rows));
  const done = filter(model, endless(), writer, { stop: stop.signal });
  while (writer.froms.length === 0) await tick();
  t.false(writer.isEnded);
  stop.abort();
  t.deepEqual(await done, { rows: 1, errors: 0, isWhole: false });
  t.true(writer.isEnded);
});

test('after a failure batches before it stand, nothing follows, and there is no end', async (t) => {
  for (const inFlight of [1, 3]) {
    const writer = new Written();
    const model = modelOf(inFlight, async (rows) => {
      if (Reflect.get(Object(rows[0]), 'from') === 4)
        throw new RefusedRow('f', 0, new FeatureError('f', 0, 'no'));
      return answersOf(rows);
    });
    const error = await t.throwsAsync(filter(model, batches(9), writer), { instanceOf: PoisonRow });
    t.is(error.row, 4);
    t.deepEqual(writer.froms, [0, 1, 2, 3]);
    t.false(writer.isEnded);
  }
});

test('a failure ends it while it waits for rows', async (t) => {
  const writer = new Written(async () => {
    throw new Error('nobody reads');
  });
  const endless = async function* () {
    yield* batches(1);
    await new Promise(() => {});
  };
  const model = modelOf(4, async (rows) => answersOf(rows));
  await t.throwsAsync(filter(model, endless(), writer), { message: 'nobody reads' });
});

test('a schema that lacks a column which features read ends the work before a row', async (t) => {
  const model = Object.assign(
    modelOf(1, async (rows) => answersOf(rows)),
    { columns: [{ name: 'origin', by: "feature 'from' reads" }] },
  );
  const writer = new Written();
  const stream = streamOf(tableFromArrays({ orgin: ['a', 'b'] }));
  await t.throwsAsync(filter(model, openReader('arrow', piecesOf(stream)), writer, { errors: 'column' }), {
    instanceOf: InputError,
    message:
      "the schema: column 'origin', which feature 'from' reads, isn't there; there are orgin; did you mean 'orgin'?",
  });
  t.deepEqual(writer.froms, [0], 'the schema alone');
  const none = openReader('arrow', piecesOf(streamOf(tableFromArrays({ row: [1] }).slice(0, 0))));
  t.deepEqual(await filter(model, none, new Written()), { rows: 0, errors: 0, isWhole: true });
});
