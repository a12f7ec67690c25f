import { existsSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { type Block, gather } from '../../../../lib/data/blocks/index.js';
import { tableRows } from '../../../../lib/data/columns/index.js';
import { FeatureError } from '../../../../lib/errors.js';
import { type Feature, type FittedFeature, RowView } from '../../../../lib/features/define/index.js';
import { onThreads, type ThreadPool, threadPool } from '../../../../lib/features/threads/index.js';
import run, { type Task } from '../../../../lib/features/threads/worker.js';
import { closable } from '../../../../lib/util/closable.js';
import { modulesUrl } from '../../../support/modulesUrl.js';
import { letters } from '../../../support/spelt.js';
import type { Text } from './features.js';
import * as features from './features.js';

// Threads import their features as JavaScript.
const module = await modulesUrl(new URL('features.ts', import.meta.url));
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
  // Tests wait for each other: its own are from here on.
  let fits = 1e6 * ++pools;
  const pool: ThreadPool = {
    threads,
    nextFit: () => fits++,
    async run(task) {
      tasks.push(task);
      await before(task);
      const { left, ...sent } = task;
      // Shared memory stays shared.
      return run({ ...structuredClone(sent), ...(left && { left }) });
    },
    ...closable(async () => {}),
  };
  return { pool, tasks };
}

function plain(block: Block): Block {
  return gather(block, [...Array(block.rows).keys()]);
}

function distinct(block: Block): number[] {
  return [...new Set(block.values)].sort((a, b) => a - b);
}

test('rows of a table are sent as plain objects', async (t) => {
  const { pool, tasks } = played(2);
  const feature = onThreads(features.words, { pool, module, name: 'words' });
  const fitted = await feature.fit(view);
  const views = RowView.of(tableRows<Text>({ text: rows.map(({ text }) => text) }));
  t.deepEqual(await servedBy(feature, fitted, DEAR).compute(views), fitted.compute(view));
  t.deepEqual(tasks.at(-1)?.rows.at(-1), rows.at(-1));
});

// Threads run what is built: `npm test` builds it first.
const built = new URL('../../../../dist/index.js', import.meta.url);
const entry = new URL('../../../../dist/entries/threads.js', import.meta.url);
const live = existsSync(built) ? test.serial : test.serial.skip;

live(
  'real threads, of the built package, give the numbers that are computed in place, bit for bit',
  async (t) => {
    const threads: typeof import('../../../../entries/threads.js') = await import(entry.href);
    const source = `import { dense, tfidf } from ${JSON.stringify(built.href)};
    export const words = tfidf((row) => row.text, { maxFeatures: 50 });
    export const lengths = dense(1, (rows) => Float32Array.from(rows, (row) => row.text.length));
    export const failing = dense(1, (rows) => { throw new Error('no answer for ' + rows.length); });
    import { threadId } from 'node:worker_threads';
    export const mortal = dense(1, (rows) => { if (rows.length > 0) process.exit(1); return new Float32Array(0); });
    export const threadIds = dense(1, (rows) => {
      for (const end = Date.now() + 20; Date.now() < end; );
      return new Float32Array(rows.length).fill(threadId);
    });`;
    const url = `data:text/javascript,${encodeURIComponent(source)}`;
    const pool = await threads.threadPool({ threads: 2 });
    try {
      for (const [name, feature] of Object.entries({ words: features.words, lengths: features.lengths })) {
        const fitted = await feature.fit(view);
        const served = servedBy(threads.onThreads(feature, { pool, module: url, name }), fitted, DEAR);
        for (const part of [view, view.select(Int32Array.of(5, 3, 90)), view]) {
          const block = served.compute(part);
          t.true(block instanceof Promise);
          t.deepEqual(plain(await block), plain(await fitted.compute(part)));
        }
      }
      const threaded = threads.onThreads(features.failing, { pool, module: url, name: 'failing' });
      const served = servedBy(threaded, await features.failing.fit(view), DEAR);
      await t.throwsAsync(async () => served.compute(view), { message: 'no answer for 101' });
      // A thread that ends itself in the middle of its work, and one that works for a caller who leaves.
      const mortal = threads.onThreads(features.mortal, { pool, module: url, name: 'mortal' });
      const survivor = servedBy(mortal, await features.mortal.fit(view), DEAR);
      const alive = await (await features.mortal.fit(view)).compute(view);
      for (let i = 0; i < 3; i++) t.deepEqual(await survivor.compute(view), alive);
      const idle = threads.onThreads(features.threadIds, { pool, module: url, name: 'threadIds' });
      const ids = servedBy(idle, await features.threadIds.fit(view), DEAR);
      await ids.warm?.();
      const leaving = new AbortController();
      const before = await ids.compute(view, { signal: leaving.signal });
      const computing = ids.compute(view, { signal: leaving.signal });
      leaving.abort(new Error('gone'));
      await t.throwsAsync(async () => computing, { message: 'gone' });
      t.deepEqual(distinct(await ids.compute(view)), distinct(before), 'the same threads go on');
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

test('a fidelity is the same on threads, and a module’s feature without it is named', async (t) => {
  const spelt = await modulesUrl(new URL('../../../support/spelt.ts', import.meta.url));
  const { pool, tasks } = played(2);
  const feature = onThreads(letters, { pool, module: spelt, name: 'letters' });
  const fitted = await feature.fit(view);
  const at = ['3', '7'];
  for (const [step, { fitted: own }] of (fitted.fidelities?.inSteps(at) ?? []).entries()) {
    const there = feature.served?.(own, 'letters', DEAR, { at, step });
    t.deepEqual(await there?.compute(view), await own.compute(view), `step ${step}`);
  }
  t.is(tasks.length, 12, 'each had to be given its state');
  const plain = onThreads(features.lengths, { pool, module, name: 'lengths' });
  const lacking = plain.served?.(await plain.fit(view), 'lengths@3', DEAR, { at: ['3'], step: 0 });
  await t.throwsAsync(async () => lacking?.compute(view), {
    message: /'lengths' of .* has no such fidelities/,
  });
});

test('versions of texts have the state from which threads make them', async (t) => {
  const { pool } = played(2);
  const texts = onThreads(features.words, { pool, module, name: 'words' });
  const learnt = await texts.fit(view);
  for (const names of [['line4', '4', '9'], ['end9']])
    for (const [step, { fitted: own }] of (learnt.fidelities?.inSteps(names) ?? []).entries()) {
      const there = texts.served?.(own, 'words', DEAR, { at: names, step });
      const block = await there?.compute(view);
      t.deepEqual(block && plain(block), plain(await own.compute(view)), `${names}: step ${step}`);
    }
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

test('what fails in threads fails as it does in place, with the row to blame', async (t) => {
  const { pool } = played(2);
  const fitted = await features.picky.fit(view);
  const served = servedBy(onThreads(features.picky, { pool, module, name: 'picky' }), fitted, DEAR);
  const bad = RowView.of([...rows, { text: 'bad' }]);
  const expected = await t.throwsAsync(async () => fitted.compute(bad), { instanceOf: FeatureError });
  const error = await t.throwsAsync(async () => served.compute(bad), { instanceOf: FeatureError });
  t.deepEqual([error?.message, error?.row], [expected?.message, 101]);
  t.deepEqual(await served.compute(view), await fitted.compute(view));
});

test('a thread that is lost costs nobody an answer, and the next ones are asked again', async (t) => {
  let lost = 0;
  const { pool, tasks } = played(2, async () => {
    if (lost++ === 0) throw new Error('exit code 1');
  });
  const fitted = await features.words.fit(view);
  const served = servedBy(onThreads(features.words, { pool, module, name: 'words' }), fitted, DEAR);
  const whole = plain(await fitted.compute(view));
  for (let i = 0; i < 2; i++) t.deepEqual(plain(await served.compute(view)), whole);
  t.true(tasks.length >= 5);
});

test('rows that can’t be sent, or lose what they need on the way, are computed in place from then on', async (t) => {
  class Reading implements Text {
    constructor(private readonly words: string) {}
    get text() {
      return this.words;
    }
  }
  const readings = rows.map(({ text }) => new Reading(text));
  const closures = rows.map((row) => ({ ...row, more: () => row }));
  const fitted = await features.lengths.fit(view);
  const expected = await fitted.compute(view);
  for (const [others, requested] of [
    [readings, 4],
    [closures, 0],
  ] as const) {
    const { pool, tasks } = played(2);
    const served = servedBy(onThreads(features.lengths, { pool, module, name: 'lengths' }), fitted, DEAR);
    for (let i = 0; i < 3; i++) t.deepEqual(await served.compute(RowView.of<Text>(others)), expected);
    t.is(tasks.length, requested);
  }
});

test('that threads are busy with others’ rows says nothing of what sending costs', async (t) => {
  // Copying rows takes no time by this clock, and every task 15 ms.
  let now = 0;
  const real = performance.now;
  t.teardown(() => {
    performance.now = real;
  });
  performance.now = () => now;
  const { pool, tasks } = played(2, async () => {
    await new Promise(setImmediate);
    now += 15;
  });
  const fitted = await features.lengths.fit(view);
  const served = servedBy(onThreads(features.lengths, { pool, module, name: 'lengths' }), fitted, 150);
  for (let i = 0; i < 12; i++) await served.compute(view);
  t.is(tasks.length, 2 * 12 + 2, 'two parts each, and the state to two');
});

test('readied, every thread has the state, and rows are sent at once', async (t) => {
  const { pool, tasks } = played(2);
  const fitted = await features.words.fit(view);
  const served = servedBy(onThreads(features.words, { pool, module, name: 'words' }), fitted, DEAR);
  await served.warm?.();
  const before = tasks.length;
  t.true(tasks.every((task) => task.rows.length === 0));
  await served.compute(view);
  t.is(tasks.length, before + 2);
});

test('what waits in the queue for a caller who has left isn’t computed', async (t) => {
  const leaving = new AbortController();
  const { pool } = played(2, async () => leaving.abort(new Error('gone')));
  let computed = 0;
  const fitted = await features.lengths.fit(view);
  const counting = {
    ...fitted,
    compute: () => {
      computed++;
      return fitted.compute(view);
    },
  };
  const served = servedBy(onThreads(features.lengths, { pool, module, name: 'lengths' }), counting, DEAR);
  await t.throwsAsync(async () => served.compute(view, { signal: leaving.signal }), { message: 'gone' });
  t.is(computed, 0);
});
