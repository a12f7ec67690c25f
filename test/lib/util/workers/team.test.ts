import test from 'ava';
import { ThreadError } from '../../../../lib/errors.js';
import { startTeam } from '../../../../lib/util/workers/index.js';
import { modulesUrl } from '../../../support/modulesUrl.js';
import type { CountJob } from './mortal.js';

// A process of its own: it starts threads, as `child_process` starts others.
const url = new URL(await modulesUrl(new URL('mortal.ts', import.meta.url)));

const shared = (entries: number) => new Int32Array(new SharedArrayBuffer(4 * entries));
const job = (units: number, deaths = 0): CountJob => {
  const dying = shared(1);
  dying[0] = deaths;
  return { deaths: dying, taken: shared(units) };
};

test('every unit is taken once, by one of the threads', async (t) => {
  for (const threads of [1, 2, 3]) {
    await using team = startTeam<CountJob>(threads, url);
    const one = job(50);
    const answers = await team.share(one, 50);
    t.deepEqual(
      answers.map(([thread]) => thread),
      Array.from({ length: threads }, (_, i) => i),
    );
    const units = answers.flatMap((answer) => [...answer.subarray(1)]);
    t.deepEqual(
      units.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i),
    );
    t.true(one.taken.every((times) => times === 1));
    t.deepEqual(
      (await team.share(job(1), 0)).map(({ length }) => length),
      answers.map(() => 1),
    );
  }
});

test('jobs may overlap', async (t) => {
  await using team = startTeam<CountJob>(2, url);
  const jobs = Array.from({ length: 6 }, (_, i) => job(i));
  await Promise.all(jobs.map((one, i) => team.share(one, i)));
  for (const { taken } of jobs) t.true(taken.every((times) => times === 1));
});

test('a lost thread is replaced, and nothing of its job is lost', async (t) => {
  await using team = startTeam<CountJob>(2, url);
  const answers = await team.share(job(9, 1), 9);
  t.deepEqual(answers.flatMap((answer) => [...answer.subarray(1)]).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  // The new thread does others.
  t.is((await team.share(job(3), 3)).flatMap((answer) => [...answer.subarray(1)]).length, 3);
});

test('threads that are lost again and again end in a ThreadError, and so does one that throws', async (t) => {
  await using team = startTeam<CountJob>(2, url);
  const lost = await t.throwsAsync(team.share(job(9, 1_000), 9), { instanceOf: ThreadError });
  t.is(lost.reason, 'lost');
  const failed = await t.throwsAsync(team.share({ ...job(1), throws: true }, 1), { instanceOf: ThreadError });
  t.is(failed.reason, 'failed');
  t.regex(failed.message, /no such unit/);
  t.is((await team.share(job(3), 3)).length, 2);
});

test('an aborted job ends at once with the reason, and threads leave it', async (t) => {
  await using team = startTeam<CountJob>(2, url);
  const reason = new Error('enough');
  const one = { ...job(100_000), each: 1 };
  const controller = new AbortController();
  const under = team.share(one, 100_000, controller.signal);
  while (Atomics.load(one.taken, 10) === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort(reason);
  t.is(await t.throwsAsync(under), reason);
  // Threads do the next job before they would have done a thousandth of the first one.
  await team.share(job(1), 1);
  t.true(one.taken.filter((times) => times > 0).length < 50_000);
  await t.throwsAsync(team.share(job(1), 1, AbortSignal.abort(reason)), { is: reason });
});

test('closing waits for what is under way; afterwards there are no threads', async (t) => {
  const team = startTeam<CountJob>(2, url);
  const under = team.share({ ...job(20), each: 1 }, 20);
  await team.close();
  t.is((await under).length, 2);
  const closed = await t.throwsAsync(team.share(job(1), 1), { instanceOf: ThreadError });
  t.is(closed.reason, 'closed');
});

test('a module that can not be loaded is a ThreadError', async (t) => {
  const broken = startTeam<CountJob>(1, new URL('data:text/javascript,throw new Error("not here")'));
  const error = await t.throwsAsync(broken.share(job(1), 1), { instanceOf: ThreadError });
  t.is(error.reason, 'lost');
  t.regex(error.message, /not here/);
});
