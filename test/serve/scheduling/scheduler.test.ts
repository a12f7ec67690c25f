import test from 'ava';
import { OptionError } from '../../../lib/errors.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import {
  type ModelOptions,
  type ScheduledModel,
  Scheduler,
  type SchedulerOptions,
  Tenants,
} from '../../../serve/scheduling/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { NamedScheduler } from '../../support/namedScheduler.js';
import { costOf, jobOf, loadedModel, SimulatedCores, type Takes } from '../../support/simulatedCores.js';

/** 1 ms a row and nothing a call: two rows a slice. */
const PLAIN = loadedModel('a', [0, 1000]);

interface Setup extends SchedulerOptions {
  readonly cores?: number;
  readonly models?: readonly ScheduledModel[];
  readonly model?: ModelOptions;
  readonly takes?: (at: number) => Partial<Takes>;
}

function setup({ cores = 1, models = [PLAIN], model = {}, takes = () => ({}), ...options }: Setup = {}) {
  const timer = new FakeTimer();
  const executor = new SimulatedCores(timer, cores, (slice) => ({
    busyMs: costOf(models, slice),
    ...takes(executor.started.length - 1),
  }));
  const scheduler = new NamedScheduler(executor, { timer, ...options });
  for (const loaded of models) scheduler.add(loaded, model);
  return { timer, executor, scheduler };
}

/** The error with which a job is rejected. */
async function reasonOf(answer: Promise<unknown>): Promise<RequestError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('it was answered');
}

const rowsOf = ({ started }: SimulatedCores) => started.map(({ slice }) => slice.rows);
const startsOf = ({ started }: SimulatedCores) => started.map(({ at }) => Math.round(at * 1e6) / 1e6);

test('a large job is cut into slices of some 2 ms, on all cores, and its rows keep their order', async (t) => {
  const { timer, executor, scheduler } = setup({ cores: 2 });
  const answer = scheduler.submit(jobOf('a', 7, { scores: true }, 10));
  await timer.run();
  t.deepEqual(rowsOf(executor), [2, 2, 2, 1]);
  t.deepEqual(startsOf(executor), [0, 0, 2, 2]);
  const { answers, scores, exits, mode, verdict, queueMs, computeMs } = await answer;
  t.deepEqual([...answers], [10, 11, 12, 13, 14, 15, 16]);
  t.deepEqual([...scores], [20, 22, 24, 26, 28, 30, 32]);
  t.deepEqual([...exits], [0, 0, 0, 0, 0, 0, 0]);
  t.deepEqual([mode, verdict], [0, 'certified']);
  t.deepEqual([queueMs, Math.round(computeMs)], [0, 4]);
});

test('a slice knows where its rows begin in the request, so that errors name them', async (t) => {
  const { timer, executor, scheduler } = setup();
  void scheduler.submit(jobOf('a', 5));
  await timer.run();
  t.deepEqual(
    executor.started.map(({ slice }) => slice.firstRow),
    [undefined, 2, 4],
  );
});

test('a row that spoils a shared slice costs the others nothing: each job runs by itself then', async (t) => {
  for (const reason of ['invalid', 'internal'] as const) {
    const timer = new FakeTimer();
    const bad = new RequestError(reason, 'row 0 of x: expected a number');
    const executor = new SimulatedCores(timer, 1, ({ inputs, rows }) => ({
      busyMs: rows / 10,
      ...(Array.from(inputs.x.elements as Float64Array).includes(10) && { error: bad }),
    }));
    const scheduler = new NamedScheduler(executor, { timer });
    scheduler.add(loadedModel('a', [0, 100]));
    const answers = [3, 1, 2].map((rows, j) =>
      scheduler.submit(jobOf('a', rows, { tenant: `t${j}` }, 10 * j)),
    );
    const failed = reasonOf(answers[1]);
    await timer.run();
    t.deepEqual(rowsOf(executor), [6, 3, 1, 2]);
    t.deepEqual([...(await answers[0]).answers], [0, 1, 2]);
    t.is(await failed, bad);
    t.deepEqual([...(await answers[2]).answers], [20, 21]);
  }
});

test('a row that degrades a shared slice degrades its own job alone; in an outage nothing runs twice', async (t) => {
  const timer = new FakeTimer();
  let isOutage = false;
  const executor = new SimulatedCores(timer, 1, ({ inputs, rows }) => ({
    busyMs: rows / 10,
    isDegraded: isOutage || Array.from(inputs.x.elements as Float64Array).includes(10),
  }));
  const scheduler = new NamedScheduler(executor, { timer });
  scheduler.add(loadedModel('a', [0, 100]));
  const three = () =>
    [3, 1, 2].map((rows, j) => scheduler.submit(jobOf('a', rows, { tenant: `t${j}` }, 10 * j)));
  const answers = three();
  await timer.run();
  t.deepEqual(rowsOf(executor), [6, 3, 1, 2]);
  const given = await Promise.all(answers);
  t.deepEqual(
    given.map(({ degraded, verdict }) => [[...degraded], verdict]),
    [
      [[0, 0, 0], 'certified'],
      [[1], 'degraded'],
      [[0, 0], 'certified'],
    ],
  );
  // Each row counts once.
  t.like(scheduler.load('a'), { rows: 6, degradedRows: 1 });
  isOutage = true;
  const during = [three(), three()].flat();
  await timer.run();
  for (const { verdict } of await Promise.all(during)) t.is(verdict, 'degraded');
  const last = three();
  const before = executor.started.length;
  await timer.run();
  await Promise.all(last);
  t.deepEqual(rowsOf(executor).slice(before), [6]);
});

test('jobs of a slice that failed for lack of threads, or of time, fail together', async (t) => {
  const gone = new RequestError('unavailable', 'the server is closing');
  const { timer, executor, scheduler } = setup({
    models: [loadedModel('a', [0, 100])],
    takes: () => ({ error: gone }),
  });
  const failed = [1, 2].map((rows) => reasonOf(scheduler.submit(jobOf('a', rows))));
  await timer.run();
  t.deepEqual(await Promise.all(failed), [gone, gone]);
  t.is(executor.started.length, 1);
});

test('small jobs that wait share a slice, and get their own rows alone', async (t) => {
  const { timer, executor, scheduler } = setup({ models: [loadedModel('a', [0, 100])] });
  const answers = [3, 1, 2].map((rows, j) =>
    scheduler.submit(jobOf('a', rows, { tenant: `t${j % 2}`, scores: j === 1 }, 10 * j)),
  );
  await timer.run();
  t.deepEqual(rowsOf(executor), [6]);
  const given = await Promise.all(answers);
  t.deepEqual(
    given.map((answer) => [...answer.answers]),
    [[0, 1, 2], [10], [20, 21]],
  );
  t.deepEqual(
    given.map(({ scores }) => [...scores]),
    [[], [20], []],
  );
});

test('jobs whose inputs differ in shape or type never share a slice', async (t) => {
  const { timer, executor, scheduler } = setup({ models: [loadedModel('a', [0, 100])] });
  const x = Float64Array.of(1);
  const jobs = [
    { x: { elements: x, rowShape: [] } },
    { x: { elements: x, rowShape: [1] } },
    { x: { elements: x, rowShape: [] }, y: { elements: x, rowShape: [] } },
  ].map((inputs) => scheduler.submit(jobOf('a', 1, { inputs })));
  await timer.run();
  await Promise.all(jobs);
  t.deepEqual(rowsOf(executor), [1, 1, 1]);
});

test('a job in several slices promises no more than the weakest of them', async (t) => {
  const { timer, executor, scheduler } = setup();
  const run = executor.run.bind(executor);
  executor.run = (slice) => {
    const { answer, yielded } = run(slice);
    const verdict = slice.rows === 1 ? 'void' : 'certified';
    return { yielded, answer: answer.then((given) => ({ ...given, verdict })) };
  };
  const cut = scheduler.submit(jobOf('a', 5, { scores: true }, 40));
  await timer.run();
  t.deepEqual(rowsOf(executor), [2, 2, 1]);
  t.is((await cut).verdict, 'void');
});

test('jobs of rankers are neither cut nor joined', async (t) => {
  const ranker: ScheduledModel = { ...loadedModel('r', [0, 1000]), kind: 'ranker' };
  const { timer, executor, scheduler } = setup({ models: [ranker] });
  const jobs = [5, 1, 1].map((rows) => scheduler.submit(jobOf('r', rows, { k: 1 })));
  await timer.run();
  await Promise.all(jobs);
  t.deepEqual(rowsOf(executor), [1, 5, 1]);
  t.is(executor.started[1].slice.k, 1);
});

test('a small job waits for a slice of a large one, not for all of it', async (t) => {
  const { timer, executor, scheduler } = setup();
  const large = scheduler.submit(jobOf('a', 100));
  await timer.run(1);
  const small = scheduler.submit(jobOf('a', 1, { arrived: 1 }));
  await timer.run();
  await large;
  t.deepEqual(startsOf(executor).slice(0, 3), [0, 2, 3]);
  t.is(Math.round((await small).queueMs), 1);
});

test('a job that cannot meet its deadline is refused at once, and never runs', async (t) => {
  const { timer, executor, scheduler } = setup();
  const first = scheduler.submit(jobOf('a', 10));
  const late = await reasonOf(scheduler.submit(jobOf('a', 1, { tenant: 'a', deadline: 1.5 })));
  const other = scheduler.submit(jobOf('a', 1, { tenant: 'b', deadline: 10 }));
  await timer.run();
  await first;
  await other;
  t.is(late.reason, 'overloaded');
  t.true(late.retryAfterMs !== undefined && late.retryAfterMs >= 1);
  t.is(
    rowsOf(executor).reduce((a, b) => a + b),
    11,
  );
  t.is(scheduler.load('a')?.refused, 1);
});

test('a job whose deadline passes while it waits is dropped before work', async (t) => {
  // The first slice hangs for longer than the second job can wait.
  const { timer, executor, scheduler } = setup({ takes: (at) => (at === 1 ? { busyMs: 50 } : {}) });
  const first = scheduler.submit(jobOf('a', 1));
  const second = scheduler.submit(jobOf('a', 2, { deadline: 20 }));
  const third = reasonOf(scheduler.submit(jobOf('a', 2, { deadline: 25 })));
  let at = 0;
  void third.then(() => {
    at = timer.now();
  });
  const late = reasonOf(second);
  await timer.run();
  await first;
  t.is((await third).reason, 'deadline');
  t.is(at, 25);
  // It ran, but was late: no answer either.
  t.is((await late).reason, 'deadline');
  t.deepEqual(rowsOf(executor), [1, 2]);
  t.is(scheduler.load('a')?.expired, 2);
  t.is(scheduler.queued.octets, 0);
});

test('a deadline in the past, and a client that left before, cost nothing', async (t) => {
  const { timer, executor, scheduler } = setup({ model: { timeoutMs: 5 } });
  await timer.run(10);
  t.is((await reasonOf(scheduler.submit(jobOf('a', 1)))).reason, 'deadline');
  const signal = AbortSignal.abort();
  t.is((await reasonOf(scheduler.submit(jobOf('a', 1, { signal, arrived: 10 })))).reason, 'cancelled');
  await timer.run();
  t.deepEqual(rowsOf(executor), []);
});

test('a cancelled job leaves the queue; of one that runs, no further slice starts', async (t) => {
  const { timer, executor, scheduler } = setup();
  const [leaves, stops] = [new AbortController(), new AbortController()];
  const runs = reasonOf(scheduler.submit(jobOf('a', 10, { signal: stops.signal })));
  await timer.run(1);
  const waits = reasonOf(scheduler.submit(jobOf('a', 5, { signal: leaves.signal, arrived: 1 })));
  t.is(scheduler.queued.jobs, 2);
  leaves.abort();
  t.is(scheduler.queued.jobs, 1);
  stops.abort();
  t.deepEqual(scheduler.queued, { jobs: 0, ms: 0, octets: 0 });
  await timer.run();
  t.is((await runs).reason, 'cancelled');
  t.is((await waits).reason, 'cancelled');
  t.deepEqual(rowsOf(executor), [2]);
  t.is(scheduler.load('a')?.cancelled, 2);
});

test('a slice that fails fails its own jobs, whose other rows never run', async (t) => {
  const { timer, executor, scheduler } = setup({
    takes: (at) => (at === 1 ? { error: new Error('killed') } : {}),
  });
  const first = scheduler.submit(jobOf('a', 1));
  await timer.run();
  const large = reasonOf(scheduler.submit(jobOf('a', 6, { tenant: 'a', arrived: 1 })));
  const other = scheduler.submit(jobOf('a', 2, { tenant: 'b', arrived: 1 }));
  await timer.run();
  await first;
  const error = await large;
  t.is(error.reason, 'internal');
  t.regex(error.message, /'a' failed: killed/);
  t.deepEqual([...(await other).answers], [0, 1]);
  t.deepEqual(rowsOf(executor), [1, 2, 2]);
});

test('an executor that throws, or answers for too few rows, fails the job alone', async (t) => {
  const { timer, executor, scheduler } = setup();
  const run = executor.run.bind(executor);
  executor.run = () => {
    throw new RequestError('unavailable', 'no core');
  };
  const thrown = reasonOf(scheduler.submit(jobOf('a', 1)));
  await timer.run();
  t.is((await thrown).message, 'no core');
  executor.run = (slice) => {
    const { answer, yielded } = run(slice);
    return { yielded, answer: answer.then((given) => ({ ...given, exits: new Uint8Array(0) })) };
  };
  const short = reasonOf(scheduler.submit(jobOf('a', 1, { arrived: 1 })));
  await timer.run();
  t.regex((await short).message, /0 exits for 1 rows/);
  executor.run = run;
  const good = scheduler.submit(jobOf('a', 1, { arrived: 1 }));
  await timer.run();
  t.deepEqual([...(await good).answers], [0]);
});

test('slices that wait elsewhere free their core, up to a number in flight', async (t) => {
  const { timer, executor, scheduler } = setup({
    models: [loadedModel('a', [0, 1000, 20_000])],
    model: { maxInFlight: 3 },
    takes: () => ({ waitMs: 20 }),
  });
  const answer = scheduler.submit(jobOf('a', 8));
  await timer.run();
  t.is((await answer).answers.length, 8);
  t.is(executor.mostBusy, 1);
  // The fourth needs the answer of the first, which comes after 2 + 20 ms.
  t.deepEqual(startsOf(executor), [0, 2, 4, 22]);
});

test('tenants share cores by weight', async (t) => {
  const { timer, executor, scheduler } = setup({ tenants: new Tenants({ tenants: { b: { weight: 3 } } }) });
  const jobs = ['a', 'b'].map((tenant) => scheduler.submit(jobOf('a', 400, { tenant })));
  let first = '';
  jobs.forEach((job, j) => {
    void job.then(() => {
      first ||= 'ab'[j];
    });
  });
  await timer.run(400);
  t.is(executor.started.length, 200 + 1);
  await timer.run(540);
  // 400 rows of b are 3 of 4 of what ran by then.
  t.is(first, 'b');
  await timer.run();
  await Promise.all(jobs);
});

test('a tenant over its limit is refused until its bucket fills, others are not', async (t) => {
  const tenants = new Tenants({ tenants: { a: { msPerSecond: 100, burstMs: 10 } } });
  const { timer, scheduler } = setup({ tenants });
  const first = scheduler.submit(jobOf('a', 10, { tenant: 'a' }));
  const refused = await reasonOf(scheduler.submit(jobOf('a', 5, { tenant: 'a' })));
  t.is(refused.reason, 'overloaded');
  t.true([50, 51].includes(refused.retryAfterMs ?? 0));
  const other = scheduler.submit(jobOf('a', 5, { tenant: 'b' }));
  await timer.run(51);
  const again = scheduler.submit(jobOf('a', 5, { tenant: 'a', arrived: 51 }));
  await timer.run();
  t.is((await Promise.all([first, other, again])).length, 3);
});

test('what a tenant cancels is given back to its bucket', async (t) => {
  const tenants = new Tenants({ others: { msPerSecond: 100, burstMs: 10 } });
  const { timer, scheduler } = setup({ tenants });
  const stop = new AbortController();
  const first = reasonOf(scheduler.submit(jobOf('a', 10, { signal: stop.signal })));
  stop.abort();
  await timer.run(0);
  t.is((await first).reason, 'cancelled');
  const second = scheduler.submit(jobOf('a', 10));
  await timer.run();
  t.is((await second).answers.length, 10);
});

test('a queue of work or octets fills for whoever fills it, and has room for others', async (t) => {
  for (const options of [{ maxQueuedMs: 60 }, { maxQueuedOctets: 480 }]) {
    const { timer, scheduler } = setup(options);
    const jobs: Promise<unknown>[] = [];
    let error: RequestError | undefined;
    for (let j = 0; j < 60 && error === undefined; j++) {
      const job = scheduler.submit(jobOf('a', 1, { tenant: 'greedy' }));
      job.catch((reason: RequestError) => {
        error = reason;
      });
      jobs.push(job);
      await Promise.resolve();
    }
    t.is(error?.reason, 'overloaded');
    t.true((error?.retryAfterMs ?? 0) > 0);
    // Two thirds of 60.
    t.is(jobs.length, 41);
    const quiet = scheduler.submit(jobOf('a', 1, { tenant: 'quiet' }));
    await timer.run();
    t.is((await quiet).answers.length, 1);
    await t.throwsAsync(Promise.all(jobs), { instanceOf: RequestError });
  }
});

test('after removal come only refusals; the same model can be added again', async (t) => {
  const { timer, scheduler } = setup();
  scheduler.remove('a');
  t.is((await reasonOf(scheduler.submit(jobOf('a', 1)))).reason, 'unavailable');
  scheduler.add(PLAIN);
  const again = scheduler.submit(jobOf('a', 1));
  await timer.run();
  t.is((await again).answers.length, 1);
});

test('removal rejects what waits and what runs, and leaves other models alone', async (t) => {
  const { timer, executor, scheduler } = setup({ models: [PLAIN, loadedModel('b', [0, 1000])] });
  const jobs = [4, 1].map((rows) => reasonOf(scheduler.submit(jobOf('a', rows))));
  const other = scheduler.submit(jobOf('b', 3));
  await timer.run(0.5);
  scheduler.remove('a');
  await timer.run();
  for (const job of jobs) t.is((await job).reason, 'unavailable');
  t.is((await other).answers.length, 3);
  t.is(scheduler.queued.octets, 0);
  t.true(rowsOf(executor).length <= 3);
  scheduler.close();
});

test('work waits for cores to come back', async (t) => {
  const { timer, executor, scheduler } = setup();
  const first = scheduler.submit(jobOf('a', 1));
  await timer.run();
  executor.cores = 0;
  const second = scheduler.submit(jobOf('a', 1, { arrived: 1 }));
  await timer.run(20);
  executor.cores = 1;
  await timer.run();
  await Promise.all([first, second]);
  t.is(startsOf(executor)[1], 21);
  t.is(executor.mostBusy, 1);
});

test('a reserved model gets its share of the cores, and others what it leaves', async (t) => {
  const models = [loadedModel('r', [0, 1000]), loadedModel('o', [0, 1000])];
  const timer = new FakeTimer();
  const executor = new SimulatedCores(timer, 1, (slice) => ({ busyMs: costOf(models, slice) }));
  const scheduler = new NamedScheduler(executor, { timer });
  scheduler.add(models[0], { reserve: { cores: 0.75 } });
  scheduler.add(models[1]);
  // By turns, each of five tenants would have a fifth.
  const others = ['a', 'b', 'c', 'd'].map((tenant) => scheduler.submit(jobOf('o', 500, { tenant })));
  await timer.run(100);
  t.is(executor.started.length, 51);
  const reserved = scheduler.submit(jobOf('r', 300, { tenant: 'e', arrived: 100 }));
  let end = 0;
  void reserved.then(() => {
    end = timer.now();
  });
  await timer.run();
  await Promise.all(others);
  // 300 ms of work at three quarters take 400, and at the turns' fifth of the rest a little less.
  t.true(end - 100 > 310 && end - 100 < 410, `${end}`);
  t.is(executor.busyMs, 2300);
  t.is(Math.round(timer.now()), 2300);
});

test('under load a more aggressive mode answers, all rows of a job, and the answer says which', async (t) => {
  const model = loadedModel('a', [0, 1000], [0, 100]);
  const { timer, scheduler } = setup({ models: [model], model: { overload: 'degrade' } });
  const calm = scheduler.submit(jobOf('a', 2));
  await timer.run();
  t.is((await calm).mode, 0);
  const burst = Array.from({ length: 50 }, (_, j) =>
    scheduler.submit(jobOf('a', 2, { arrived: timer.now() }, 10 * j)),
  );
  const large = scheduler.submit(jobOf('a', 100, { arrived: timer.now() }));
  await timer.run();
  const answers = await Promise.all(burst);
  for (const [j, { answers: given, mode }] of answers.entries()) t.is(given[0], 10 * j + mode / 1024);
  t.true(answers.some(({ mode }) => mode === 1));
  const { mode, answers: given } = await large;
  t.is(mode, 1);
  for (const [i, answer] of given.entries()) t.is(answer, i + 1 / 1024);
  const { rowsByMode = [] } = scheduler.load('a') ?? {};
  t.is(rowsByMode[0] + rowsByMode[1], 202);
  // The load is over: the model's own plan answers.
  await timer.run(timer.now() + 5000);
  const after = scheduler.submit(jobOf('a', 2, { arrived: timer.now() }));
  await timer.run();
  t.is((await after).mode, 0);
});

test('a model that refuses never answers in another mode', async (t) => {
  const model = loadedModel('a', [0, 1000], [0, 100]);
  const { timer, scheduler } = setup({ models: [model] });
  const jobs = Array.from({ length: 50 }, () => scheduler.submit(jobOf('a', 4)));
  await timer.run();
  t.true((await Promise.all(jobs)).every(({ mode }) => mode === 0));
});

test('a job alone is no load, however large', async (t) => {
  const model = loadedModel('a', [0, 1000], [0, 100]);
  const { timer, scheduler } = setup({ models: [model], model: { overload: 'degrade' } });
  const job = scheduler.submit(jobOf('a', 500));
  await timer.run();
  t.is((await job).mode, 0);
});

test('with an objective, rows are gathered where calls are dear, and it is met', async (t) => {
  // A call of 4 ms, .05 ms a row.
  const models = [loadedModel('a', [4000, 50])];
  const { timer, executor, scheduler } = setup({ models, model: { p99Ms: 50 } });
  const jobs: Promise<unknown>[] = [];
  for (let i = 0; i < 2000; i++) {
    jobs.push(scheduler.submit(jobOf('a', 1, { arrived: timer.now() })));
    await timer.run(timer.now() + 0.25);
  }
  await timer.run();
  await Promise.all(jobs);
  const { p99Ms = 0 } = scheduler.load('a') ?? {};
  t.true(p99Ms <= 50, `${p99Ms}`);
  t.true(executor.started.length < 110, `${executor.started.length} slices`);
});

test('what is computed on this thread starts as it comes', async (t) => {
  const { timer, executor, scheduler } = setup({ inline: true });
  const job = scheduler.submit(jobOf('a', 1));
  t.is(executor.started.length, 1);
  await timer.run();
  t.is((await job).answers.length, 1);
});

test('a wrong expectation is tried again once a second', async (t) => {
  // Expected are 10 ms, and it takes 1.
  const { timer, executor, scheduler } = setup({
    models: [loadedModel('a', [0, 10_000])],
    takes: () => ({ busyMs: 1 }),
  });
  const job = () => scheduler.submit(jobOf('a', 1, { arrived: timer.now(), deadline: timer.now() + 4 }));
  t.is((await reasonOf(job())).reason, 'overloaded');
  for (let i = 0; i < 4; i++) {
    await timer.run(timer.now() + 1100);
    const probe = job();
    await timer.run();
    await probe;
  }
  const good = job();
  await timer.run();
  t.is((await good).answers.length, 1);
  t.is(executor.started.length, 5);
});

test('no rows have an answer at once', async (t) => {
  const { scheduler, executor } = setup();
  const { answers } = await scheduler.submit(jobOf('a', 0));
  t.is(answers.length, 0);
  t.is(executor.started.length, 0);
});

test('counts', async (t) => {
  const { timer, scheduler } = setup({ models: [loadedModel('a', [0, 500])] });
  const jobs = [1, 2, 8].map((rows) => scheduler.submit(jobOf('a', rows)));
  await timer.run();
  await Promise.all(jobs);
  const load = scheduler.load('a');
  t.is(load?.rows, 11);
  t.is(load?.executions, 3);
  t.is(load?.success.count, 3);
  t.is(load?.fail.count, 0);
  t.is(Math.round((load?.busyMs ?? 0) * 1e6), 5_500_000);
  t.is((load?.queue.nanoseconds ?? 0) + (load?.compute.nanoseconds ?? 0), load?.success.nanoseconds ?? 0);
  t.deepEqual(load?.exits, [11]);
  t.is(load?.inFlight, 0);
  t.true(Math.abs((load?.p99Ms ?? 0) - 5.5) < 0.2);
});

test('options out of their ranges are named', (t) => {
  const { executor, scheduler } = setup();
  const wrong = (option: string, run: () => unknown) =>
    t.is(t.throws(run, { instanceOf: OptionError })?.option, option);
  wrong('sliceMs', () => new Scheduler(executor, { sliceMs: 0 }));
  wrong('maxQueuedOctets', () => new Scheduler(executor, { maxQueuedOctets: 0.5 }));
  const other = loadedModel('b', [0, 1]);
  wrong('reserve.cores', () => scheduler.add(other, { reserve: { cores: 2 } }));
  wrong('timeoutMs', () => scheduler.add(other, { timeoutMs: 0 }));
  wrong('maxInFlight', () => scheduler.add(other, { maxInFlight: 0 }));
  wrong('tenants.a.weight', () => new Tenants({ tenants: { a: { weight: 0 } } }));
});

test('a deadline beyond what timers reach is none', async (t) => {
  const { timer, executor, scheduler } = setup({ model: { timeoutMs: 2 ** 31 } });
  const answers = [
    scheduler.submit(jobOf('a', 1, { deadline: 1e300 })),
    scheduler.submit(jobOf('a', 1, { deadline: undefined })),
    scheduler.submit(jobOf('a', 1, { deadline: 2 ** 30 })),
  ];
  await timer.run();
  await Promise.all(answers);
  t.deepEqual(
    executor.started.map(({ slice }) => slice.deadlineMs),
    [undefined, 2 ** 30 - 2],
  );
});
