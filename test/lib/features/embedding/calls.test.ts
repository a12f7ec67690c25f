import test from 'ava';
import fc from 'fast-check';
import { FeatureError } from '../../../../lib/errors.js';
import { RowView } from '../../../../lib/features/define/index.js';
import { batchesBySize } from '../../../../lib/features/embedding/calls.js';
import {
  type Encode,
  embedding,
  type TextEmbeddingOptions,
} from '../../../../lib/features/embedding/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { fitOn } from '../../../support/features.js';
import { listening, vectorOf } from './encoders.js';
import { options, valuesOf } from './steps.js';

const fitted = (encode: Encode, more: Partial<TextEmbeddingOptions<string>> = {}) =>
  fitOn(embedding(encode, { ...options, ...more }), []);

test('items of similar sizes are together, the largest first', (t) => {
  t.deepEqual(
    batchesBySize([5, 1, 9, 5, 2], 2).map((batch) => [...batch]),
    [[2, 0], [3, 4], [1]],
  );
  t.deepEqual(batchesBySize([], 4), []);
  t.deepEqual(batchesBySize([0, 0], 4), [], 'nothing to encode');
});

test('every item is in one batch, and full batches are padded no more than as they come', (t) => {
  const padded = (sizes: readonly number[], batches: readonly ArrayLike<number>[]) =>
    batches.reduce((sum, batch) => {
      const own = Array.from(batch, (i) => sizes[i]);
      return sum + own.length * Math.max(...own);
    }, 0);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 8 }),
      (sizes, most) => {
        const batches = batchesBySize(sizes, most);
        t.deepEqual(
          [...batches.flatMap((batch) => [...batch])].sort((a, b) => a - b),
          [...sizes.keys()],
        );
        t.true(batches.every(({ length }) => length <= most));
        const inTurn = [...sizes.keys()].flatMap((i) =>
          i % most === 0 ? [[...sizes.keys()].slice(i, i + most)] : [],
        );
        if (sizes.length % most === 0) t.true(padded(sizes, batches) <= padded(sizes, inTurn));
      },
    ),
  );
});

test('a function that hangs is left after timeoutMs, and its signal is aborted', async (t) => {
  const timer = new FakeTimer();
  const signals: AbortSignal[] = [];
  const encode: Encode = (_, { signal }) => {
    signals.push(signal);
    return new Promise(() => {});
  };
  const feature = await fitted(encode, { timeoutMs: 50, timer });
  const late = t.throwsAsync(valuesOf(feature, RowView.of(['a', 'b'])), {
    instanceOf: FeatureError,
    message: /the encoder gave no vectors of 2 texts within 50 ms: raise timeoutMs, or lower batch$/,
  });
  await timer.pass(50);
  await late;
  t.true(signals[0].aborted);
});

test('a call that failed is made again as often as retries allow, and counted each time', async (t) => {
  const timer = new FakeTimer();
  let calls = 0;
  const encode: Encode = async (texts) => {
    if (++calls < 3) throw new Error('busy');
    return texts.map(vectorOf);
  };
  const feature = embedding(encode, { ...options, retries: 2, random: () => 0, timer });
  const own = await fitOn(feature, []);
  const requests: number[] = [];
  const block = own.compute(RowView.of(['a', 'bb']), { onRequest: (rows) => requests.push(rows) });
  for (let i = 0; i < 5; i++) await timer.pass(1_000);
  t.deepEqual([...(await block).values], ['a', 'bb'].flatMap(vectorOf));
  t.deepEqual(requests, [2, 2, 2]);
  t.like(feature.counts, { calls: 3, texts: 6 });
});

test('an aborted computation starts no further batch, and rejects with the reason', async (t) => {
  const stop = new AbortController();
  const { calls, encode } = listening(async (texts) => {
    stop.abort(new Error('called off'));
    return texts.map(vectorOf);
  });
  const feature = await fitted(encode, { batch: 1 });
  await t.throwsAsync(async () => feature.compute(RowView.of(['a', 'b']), { signal: stop.signal }), {
    message: 'called off',
  });
  t.is(calls.length, 1);
});

test('an error about spending passes through as it is', async (t) => {
  const spent = new Error('no more may be spent');
  const refuse = () => {
    throw spent;
  };
  for (const more of [{}, { retries: 3, timer: new FakeTimer() }]) {
    const { calls, encode } = listening();
    const feature = await fitted(encode, more);
    const error = await t.throwsAsync(async () =>
      feature.compute(RowView.of(['a']), { onRequest: refuse, missing: () => t.fail() }),
    );
    t.is(error, spent);
    t.is(calls.length, 0);
  }
});
