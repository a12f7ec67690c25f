import test from 'ava';
import fc from 'fast-check';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import type { Slice } from '../../../serve/executor.js';
import type { JobAnswer } from '../../../serve/scheduling/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { NamedScheduler } from '../../support/namedScheduler.js';
import { costOf, jobOf, loadedModel, SimulatedCores } from '../../support/simulatedCores.js';

const MODELS = [
  loadedModel('cheap', [5, 20]),
  loadedModel('dear', [100, 3000], [50, 300]),
  loadedModel('call', [4000, 100]),
  loadedModel('remote', [50, 200, 5000]),
];

const anyJob = fc.record({
  at: fc.double({ min: 0, max: 40, noNaN: true }),
  model: fc.nat({ max: MODELS.length - 1 }),
  tenant: fc.constantFrom('a', 'b', 'c'),
  rows: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 300 })),
  scores: fc.boolean(),
  deadline: fc.option(fc.double({ min: 0.5, max: 100, noNaN: true }), { nil: undefined }),
  cancel: fc.option(fc.double({ min: 0, max: 60, noNaN: true }), { nil: undefined, freq: 4 }),
});

/** What becomes of slices: how far their cost is from what is expected, and whether they fail. */
const anyFate = fc.record({
  factor: fc.double({ min: 0.2, max: 5, noNaN: true }),
  fails: fc.boolean(),
  isLost: fc.nat({ max: 15 }).map((n) => n === 0),
});

test('nothing is lost, answered twice, mixed up, or run after its end', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyJob, { minLength: 1, maxLength: 25 }),
      fc.array(anyFate, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      async (jobs, fates, cores, inline) => {
        const timer = new FakeTimer();
        let count = 0;
        const executor = new SimulatedCores(timer, cores, (slice: Slice) => {
          const { factor, isLost } = fates[count++ % fates.length];
          const busyMs = costOf(MODELS, slice) * factor;
          const waitMs = slice.model === 'remote' ? 5 : 0;
          return { busyMs, waitMs, ...(isLost && { error: new RequestError('internal', 'killed') }) };
        });
        const scheduler = new NamedScheduler(executor, { timer, inline });
        MODELS.forEach((loaded, m) => {
          scheduler.add(loaded, {
            overload: 'degrade',
            maxInFlight: 3,
            ...(m === 2 && { p99Ms: 30 }),
            ...(m === 1 && { reserve: { cores: 0.5 } }),
          });
        });
        const ends = jobs.map(() => 0);
        const reasons: (string | undefined)[] = jobs.map(() => undefined);
        const endedAt = jobs.map(() => Number.POSITIVE_INFINITY);
        jobs.forEach(({ at, model, tenant, rows, scores, deadline, cancel }, j) => {
          timer.after(at, () => {
            const controller = new AbortController();
            if (cancel !== undefined) timer.after(cancel, () => controller.abort());
            const until = deadline === undefined ? undefined : at + deadline;
            const { key } = MODELS[model];
            scheduler
              .submit(
                jobOf(
                  key,
                  rows,
                  { tenant, scores, arrived: at, deadline: until, signal: controller.signal },
                  1000 * j,
                ),
              )
              .then(
                (answer) => {
                  ends[j]++;
                  endedAt[j] = timer.now();
                  if (until !== undefined && timer.now() > until) throw new Error('late');
                  checkAnswer(answer, rows, 1000 * j, scores);
                },
                (error: unknown) => {
                  ends[j]++;
                  endedAt[j] = timer.now();
                  if (!(error instanceof RequestError)) throw error;
                  reasons[j] = error.reason;
                },
              );
          });
        });
        await timer.run();

        t.true(ends.every((end) => end === 1));
        t.deepEqual(scheduler.queued, { jobs: 0, ms: 0, octets: 0 });
        t.true(executor.mostBusy <= cores);
        const ran = jobs.map(() => 0);
        for (const { slice, at } of executor.started) {
          const { elements } = slice.inputs.x;
          if (!(elements instanceof Float64Array)) throw new Error('not the elements of x');
          let previous = -1;
          for (const value of elements) {
            const j = Math.floor(value / 1000);
            ran[j]++;
            // No row of a job starts once it ended.
            if (endedAt[j] < at) t.fail(`job ${j} ran at ${at} and ended at ${endedAt[j]}`);
            if (j === previous && value % 1000 === 0) t.fail(`job ${j} ran twice`);
            previous = j;
          }
          t.is(MODELS[jobs[Math.floor(elements[0] / 1000)].model].key, slice.model);
        }
        jobs.forEach(({ rows }, j) => {
          t.true(ran[j] <= rows);
          if (reasons[j] === undefined) t.is(ran[j], rows);
          if (reasons[j] === 'overloaded') t.is(ran[j], 0);
        });
        for (const { key } of MODELS) {
          t.is(scheduler.load(key)?.inFlight, 0);
          scheduler.remove(key);
        }
      },
    ),
    { numRuns: 60 },
  );
});

function checkAnswer(
  { answers, scores, mode, exits }: JobAnswer,
  rows: number,
  first: number,
  wants: boolean,
) {
  const wrong = (what: string) => {
    throw new Error(`${what} of a job of ${rows} rows from ${first}`);
  };
  if (answers.length !== rows || exits.length !== rows) wrong('length');
  if (scores.length !== (wants ? rows : 0)) wrong('scores');
  for (let i = 0; i < rows; i++) {
    if (answers[i] !== first + i + mode / 1024 || exits[i] !== mode) wrong('answer');
    if (wants && scores[i] !== 2 * (first + i)) wrong('score');
  }
}

test('no core is idle while work could start', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          at: fc.integer({ min: 0, max: 30 }),
          model: fc.nat({ max: 1 }),
          tenant: fc.constantFrom('a', 'b', 'c', 'd'),
          rows: fc.integer({ min: 1, max: 400 }),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      async (jobs, cores, isReserved) => {
        const timer = new FakeTimer();
        const executor = new SimulatedCores(timer, cores, (slice) => {
          return { busyMs: costOf(MODELS, slice) };
        });
        const scheduler = new NamedScheduler(executor, { timer });
        scheduler.add(MODELS[0]);
        scheduler.add(MODELS[1], isReserved ? { reserve: { cores: 0.3 } } : {});
        let left = jobs.length;
        for (const { at, model, tenant, rows } of jobs) {
          timer.after(at, () => {
            const job = jobOf(MODELS[model].key, rows, { tenant, arrived: at });
            void scheduler.submit(job).then(() => {
              left--;
            });
          });
        }
        // Between events all that can start has started.
        for (let now = 0.25; left > 0 && now < 20_000; now += 0.5) {
          await timer.run(now);
          if (scheduler.queued.jobs > 0) t.is(executor.busy, cores);
        }
        t.is(left, 0);
      },
    ),
    { numRuns: 10 },
  );
});

test('tenants with work get service by weight, within a few slices', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          model: fc.nat({ max: 1 }),
          rows: fc.integer({ min: 1, max: 60 }),
        }),
        { minLength: 2, maxLength: 5 },
      ),
      fc.integer({ min: 1, max: 2 }),
      async (tenants, cores) => {
        const timer = new FakeTimer();
        const served = tenants.map(() => 0);
        const executor = new SimulatedCores(timer, cores, (slice) => {
          const busyMs = costOf(MODELS, slice);
          const { elements } = slice.inputs.x;
          if (!(elements instanceof Float64Array)) throw new Error('not the elements of x');
          for (const value of elements) served[Math.floor(value / 1000)] += busyMs / slice.rows;
          return { busyMs };
        });
        const scheduler = new NamedScheduler(executor, { timer });
        for (const loaded of MODELS) scheduler.add(loaded);
        for (const [i, { model, rows }] of tenants.entries()) {
          // Enough for more than 100 ms on both cores.
          const needed = Math.ceil(300 / ((rows * [0.02, 3][model]) as number));
          for (let j = 0; j < needed; j++) {
            void scheduler
              .submit(jobOf(MODELS[model].key, rows, { tenant: `t${i}` }, 1000 * i))
              .catch(() => undefined);
          }
        }
        for (let now = 5; now <= 100; now += 5) {
          await timer.run(now);
          // Three quanta of 2 ms, and a slice of each, of 3.1 ms at most.
          t.true(Math.max(...served) - Math.min(...served) <= 6 + 2 * 3.2, served.join());
        }
        scheduler.close();
      },
    ),
    { numRuns: 10 },
  );
});
