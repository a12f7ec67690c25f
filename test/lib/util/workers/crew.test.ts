import test from 'ava';
import { ThreadError } from '../../../../lib/errors.js';
import { startCrew } from '../../../../lib/util/workers/index.js';
import { modulesUrl } from '../../../support/modulesUrl.js';
import type { MortalTask } from './mortalTasks.js';

// A process of its own: it starts threads, as `child_process` starts others.
const url = new URL(await modulesUrl(new URL('mortalTasks.ts', import.meta.url)));
const crewOf = (threads: number) => startCrew<MortalTask, Float64Array>(threads, url);
const shared = (value: number) => {
  const entry = new Int32Array(new SharedArrayBuffer(4));
  entry[0] = value;
  return entry;
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('each task has its own result, whoever does it', async (t) => {
  for (const threads of [1, 2, 3]) {
    await using crew = crewOf(threads);
    const results = await Promise.all(Array.from({ length: 9 }, (_, value) => crew.run({ value })));
    t.deepEqual(
      results.map(([value]) => value),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
  }
});

test('progress comes in steps and never goes back', async (t) => {
  await using crew = crewOf(1);
  const shares: number[] = [];
  await crew.run({ shares: [0.1, 0.11, 0.5, 0.4, 1] }, { onProgress: (share) => shares.push(share) });
  t.deepEqual(shares, [0.1, 0.5, 1]);
});

test('a lost thread is replaced and its task done again; one that loses all is a ThreadError', async (t) => {
  await using crew = crewOf(2);
  const results = await Promise.all([crew.run({ deaths: shared(2), value: 7 }), crew.run({ value: 8 })]);
  t.deepEqual(
    results.map(([value]) => value),
    [7, 8],
  );
  const lost = await t.throwsAsync(crew.run({ deaths: shared(100) }), { instanceOf: ThreadError });
  t.is(lost.reason, 'lost');
  const failed = await t.throwsAsync(crew.run({ throws: true }), { instanceOf: ThreadError });
  t.is(failed.reason, 'failed');
  t.regex(failed.message, /no such task/);
  t.is((await crew.run({ value: 9 }))[0], 9);
});

test('an aborted task ends at once with the reason, its thread leaves it, and tasks that wait never begin', async (t) => {
  await using crew = crewOf(1);
  const reason = new Error('enough');
  const controller = new AbortController();
  const { signal } = controller;
  const [running, queued] = [shared(0), shared(0)];
  const both = [crew.run({ waits: running }, { signal }), crew.run({ waits: queued }, { signal })];
  while (Atomics.load(running, 0) === 0) await turn();
  controller.abort(reason);
  for (const one of both) t.is(await t.throwsAsync(one), reason);
  t.is((await crew.run({ value: 3 }))[0], 3);
  t.is(running[0], 2);
  t.is(queued[0], 0);
  t.is(await t.throwsAsync(crew.run({}, { signal })), reason);
});

test('a task that only waits leaves its thread to others, and one that hangs is ended alone', async (t) => {
  await using crew = startCrew<MortalTask, Float64Array>(1, url, { attempts: 1 });
  const begun: number[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = crew.run(
    { waits: shared(0), isIdle: true, value: 5 },
    { signal, onBegin: () => begun.push(5) },
  );
  t.is((await crew.run({ value: 6 }, { onBegin: () => begun.push(6) }))[0], 6);
  const hanging = crew.run({ hangs: true }, { limitMs: 50, onBegin: () => begun.push(7) });
  const lost = await t.throwsAsync(hanging, { instanceOf: ThreadError });
  t.regex(lost.message, /it took no message for 50 ms/);
  t.is((await crew.run({ value: 8 }))[0], 8);
  // The one that waited was begun again on the new thread.
  t.deepEqual(begun, [5, 6, 7, 5]);
  controller.abort(new Error('enough'));
  await t.throwsAsync(waiting, { message: 'enough' });
});

test('of tasks that wait on one thread, the one that ends it is found', async (t) => {
  await using crew = startCrew<MortalTask, Float64Array>(1, url, { attempts: 1 });
  const outcomes = await Promise.allSettled(
    [0, 1, 2, 3, 4].map((value) =>
      crew.run({ isIdle: true, sleeps: value === 2 ? 30 : 100, diesThen: value === 2, value }),
    ),
  );
  t.deepEqual(
    outcomes.map((one) => (one.status === 'fulfilled' ? one.value[0] : String(one.reason))),
    [0, 1, 'ThreadError: a thread was lost: it ended with code 7', 3, 4],
  );
  t.is((await crew.run({ value: 9 }))[0], 9);
});

test('a task is begun by a thread that has started, and again after one that is lost', async (t) => {
  await using crew = startCrew<MortalTask, Float64Array>(1, url);
  const told: string[] = [];
  const tell = (word: string) => () => told.push(word);
  const run = crew.run({ deaths: shared(1), value: 4 }, { onBegin: tell('begun'), onLost: tell('lost') });
  t.deepEqual(told, []);
  t.is((await run)[0], 4);
  t.true(['begun,lost,begun', 'begun'].includes(told.join()), 'the first may be lost before it has said so');
});

test('closing waits for what is under way, and refuses what waits', async (t) => {
  const crew = crewOf(1);
  const [under, waiting] = [crew.run({ value: 1 }), crew.run({ value: 2 })];
  const closing = crew.close();
  for (const refused of [waiting, crew.run({ value: 3 })]) {
    t.is((await t.throwsAsync(refused, { instanceOf: ThreadError })).reason, 'closed');
  }
  t.is((await under)[0], 1);
  await closing;
});

test('a task that can not be copied fails by itself', async (t) => {
  await using crew = crewOf(1);
  const task = { value: 1, odd: () => 1 };
  const error: unknown = await crew.run(task).catch((error: unknown) => error);
  t.regex(String(error), /could not be cloned/);
  t.is((await crew.run({ value: 4 }))[0], 4);
  const before = crew.run({ value: 5 });
  const many = await Promise.allSettled(Array.from({ length: 5_000 }, () => crew.run(task)));
  t.true(many.every(({ status }) => status === 'rejected'));
  t.is((await before)[0], 5);
});
