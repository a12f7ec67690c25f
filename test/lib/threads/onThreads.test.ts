import { existsSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { type Block, gather } from '../../../lib/blocks/index.js';
import { type Feature, type FittedFeature, RowView } from '../../../lib/features/index.js';
import { onThreads, type ThreadPool, threadPool } from '../../../lib/threads/index.js';
import run, { type Task } from '../../../lib/threads/worker.js';
import type { Text } from './features.js';
import * as features from './features.js';

const module = new URL('./features.js', import.meta.url);
const rows = Array.from(
  { length: 101 },
  (_, i): Text => ({ text: `row ${i % 7} of ${i % 11} rows a${i} b${i % 3}` }),
);
const view = RowView.of(rows);

/** Microseconds a row with which threads always pay, and never. */
const [DEAR, CHEAP] = [1e6, 0.01];

function servedBy(feature: Feature<Text>, fitted: FittedFeature<Text>, cost: number): FittedFeature<Text> {
  return feature.served?.(fitted, 'f', cost) ?? fitted;
}

/** Features that the played threads keep are told apart by it. */
let pools = 0;

/** Threads that are none: tasks are done here, in an order that can be told. */
function played(threads: number, before: (task: Task) => Promise<void> = async () => {}) {
  const tasks: Task[] = [];
  pools++;
  let fits = 0;
  const pool: ThreadPool = {
    threads,
    nextFit: () => 1e6 * pools + fits++,
    async run(task) {
      tasks.push(task);
      await before(task);
      return run(structuredClone(task));
    },
    close: async () => {},
  };
  return { pool, tasks };
}

function plain(block: Block): Block {
  return gather(block, [...Array(block.rows).keys()]);
}

// Threads run what is built: `npm test` builds it first.
const built = new URL('../../../dist/index.js', import.meta.url);
const live = existsSync(built) ? test.serial : test.serial.skip;

live(
  'real threads, of the built package, give the numbers that are computed in place, bit for bit',
  async (t) => {
    const spillway: typeof import('../../../index.js') = await import(built.href);
    const source = `import { dense, tfidf } from ${JSON.stringify(built.href)};
    export const words = tfidf((row) => row.text, { maxFeatures: 50 });
    export const lengths = dense(1, (rows) => Float32Array.from(rows, (row) => row.text.length));
    export const failing = dense(1, (rows) => { throw new Error('no answer for ' + rows.length); });`;
    const url = `data:text/javascript,${encodeURIComponent(source)}`;
    const pool = await spillway.threadPool({ threads: 2 });
    try {
      for (const [name, feature] of Object.entries({ words: features.words, lengths: features.lengths })) {
        const fitted = await feature.fit(view);
        const served = servedBy(spillway.onThreads(feature, { pool, module: url, name }), fitted, DEAR);
        for (const part of [view, view.select(Int32Array.of(5, 3, 90)), view]) {
          const block = served.compute(part);
          t.true(block instanceof Promise);
          t.deepEqual(plain(await block), plain(await fitted.compute(part)));
        }
      }
      const threaded = spillway.onThreads(features.failing, { pool, module: url, name: 'failing' });
      const served = servedBy(threaded, await features.failing.fit(view), DEAR);
      await t.throwsAsync(async () => served.compute(view), { message: /^no answer for 5[01]$/ });
    } finally {
      await pool.close();
    }
  },
);

test('whichever thread is done first, rows keep their order', async (t) => {
  const fitted = await features.words.fit(view);
  const whole = plain(await fitted.compute(view));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 9 }),
      fc.array(fc.nat(5), { minLength: 20, maxLength: 20 }),
      async (threads, waits) => {
        let next = 0;
        const { pool } = played(threads, async () => {
          for (let i = waits[next++ % waits.length]; i > 0; i--) await null;
        });
        const served = servedBy(onThreads(features.words, { pool, module, name: 'words' }), fitted, DEAR);
        t.deepEqual(plain(await served.compute(view)), whole);
      },
    ),
    { numRuns: 30 },
  );
});

test('few rows, cheap ones, and those that can’t wait are computed in place; so are all without a cost or a second thread', async (t) => {
  const { pool, tasks } = played(2);
  const fitted = await features.lengths.fit(view);
  const threaded = onThreads(features.lengths, { pool, module, name: 'lengths' });
  t.false(servedBy(threaded, fitted, CHEAP).compute(view) instanceof Promise);
  t.false(servedBy(threaded, fitted, 1_000).compute(view, { atOnce: true }) instanceof Promise);
  // 150 us of 1 row are less than 100 there and 75 in half the time; of 101 rows they are much more.
  t.false(servedBy(threaded, fitted, 150).compute(view.select(Int32Array.of(1))) instanceof Promise);
  t.true(servedBy(threaded, fitted, 150).compute(view) instanceof Promise);
  t.is(threaded.served?.(fitted, 'f', undefined), fitted);
  t.is(
    servedBy(onThreads(features.lengths, { pool: played(1).pool, module, name: 'lengths' }), fitted, DEAR),
    fitted,
  );
  t.is(tasks.length, 2);
});

test('a thread is given the state when it needs it, and what `send` leaves of the rows', async (t) => {
  const { pool, tasks } = played(2);
  const fitted = await features.words.fit(view);
  const send = ({ text }: Text): Text => ({ text });
  const served = servedBy(onThreads(features.words, { pool, module, name: 'words', send }), fitted, DEAR);
  await served.compute(view);
  await served.compute(view);
  t.deepEqual(
    tasks.map(({ state }) => state !== undefined),
    [false, false, true, true, false, false],
  );
  t.deepEqual(tasks[0].rows, rows.slice(0, 51));
});

test('a feature that the module doesn’t export, and wrong options, are named', async (t) => {
  const { pool } = played(2);
  const fitted = await features.lengths.fit(view);
  const served = servedBy(onThreads(features.lengths, { pool, module, name: 'length' }), fitted, DEAR);
  await t.throwsAsync(async () => served.compute(view), { message: /exports no feature 'length'/ });
  await t.throwsAsync(threadPool({ threads: 0 }), { name: 'OptionError' });
  await t.throwsAsync(
    threadPool({}, async () => {
      throw Object.assign(new Error('none'), { code: 'MODULE_NOT_FOUND' });
    }),
    { name: 'MissingPackage' },
  );
});
