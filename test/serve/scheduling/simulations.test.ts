import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { random } from '../../../lib/stats/index.js';
import type { ModelOptions, ScheduledModel } from '../../../serve/scheduling/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { NamedScheduler } from '../../support/namedScheduler.js';
import { costOf, jobOf, loadedModel, SimulatedCores } from '../../support/simulatedCores.js';

interface Stream {
  readonly tenant: string;
  readonly rows: number;
  /** Jobs a second, by a Poisson process. */
  readonly rate: number;
  readonly deadlineMs?: number;
}

interface Outcome {
  /** Milliseconds from arrival to answer, by tenant. */
  readonly latencies: Readonly<Record<string, number[]>>;
  readonly rows: number;
  readonly refused: number;
  readonly late: number;
  readonly modes: number[];
}

/**
 * Streams of jobs for a time, on cores whose slices vary by a third about the expected cost.
 *
 * @param stallMs for which other work of the machine keeps half of the slices from their core, on average
 */
async function simulate(
  model: ScheduledModel,
  streams: readonly Stream[],
  cores: number,
  ms: number,
  options: ModelOptions = {},
  stallMs = 0,
): Promise<Outcome> {
  const timer = new FakeTimer();
  const draw = random('simulation');
  const stall = () => (stallMs > 0 && draw.uniform() < 0.5 ? -Math.log(1 - draw.uniform()) * stallMs : 0);
  const executor = new SimulatedCores(timer, cores, (slice) => ({
    busyMs: costOf([model], slice) * (0.67 + 0.66 * draw.uniform()) + stall(),
  }));
  const scheduler = new NamedScheduler(executor, { timer });
  scheduler.add(model, options);
  const latencies: Record<string, number[]> = {};
  const modes: number[] = [];
  let [rows, refused, late] = [0, 0, 0];
  for (const { tenant, rows: count, rate, deadlineMs } of streams) {
    latencies[tenant] = [];
    let at = 0;
    for (;;) {
      at -= (Math.log(1 - draw.uniform()) / rate) * 1000;
      if (at > ms) break;
      timer.after(at, () => {
        const arrived = timer.now();
        const deadline = deadlineMs === undefined ? undefined : arrived + deadlineMs;
        scheduler.submit(jobOf(model.key, count, { tenant, arrived, deadline })).then(
          ({ mode }) => {
            latencies[tenant].push(timer.now() - arrived);
            if (timer.now() <= ms) rows += count;
            modes[mode] = (modes[mode] ?? 0) + 1;
          },
          (error: unknown) => {
            if (error instanceof RequestError && error.reason === 'overloaded') refused++;
            else late++;
          },
        );
      });
    }
  }
  await timer.run();
  return { latencies, rows, refused, late, modes };
}

function p99(latencies: readonly number[]): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1];
}

const MODEL = loadedModel('a', [10, 100]);

for (const cores of [1, 2]) {
  test(`a neighbour that sends ten times its share hardly delays a quiet tenant, ${cores} cores`, async (t) => {
    // A tenth of a half of the cores: 6 rows of .1 ms, 1.6 ms at most.
    const quiet = { tenant: 'quiet', rows: 6, rate: 80 * cores };
    const alone = await simulate(MODEL, [quiet], cores, 8000);
    for (const rows of [1, 40]) {
      // Half of the cores would be its share.
      const noisy = { tenant: 'noisy', rows, rate: (5000 * cores) / ((rows * 110) / 1000), deadlineMs: 60 };
      const together = await simulate(MODEL, [quiet, noisy], cores, rows === 1 ? 150 : 1500);
      const [before, after] = [p99(alone.latencies.quiet), p99(together.latencies.quiet)];
      t.true(together.refused > 0);
      // A slice of 2 ms takes up to a third longer.
      t.true(after <= 2 * before + 2 * 1.33, `${after} beside ${before}`);
    }
  });
}

test('at three times the capacity, what is answered in time is nearly the peak', async (t) => {
  const stream = (load: number) => ({
    tenant: 'a',
    rows: 20,
    rate: (load * 2000) / 2.01,
    deadlineMs: 50,
  });
  const outcomes: Outcome[] = [];
  for (const load of [0.8, 0.9, 0.95, 1, 3]) {
    outcomes.push(await simulate(MODEL, [stream(load)], 2, 1000));
  }
  const peak = Math.max(...outcomes.slice(0, -1).map(({ rows }) => rows));
  const over = outcomes[outcomes.length - 1];
  t.true(over.rows >= 0.9 * peak, `${over.rows} of ${peak}`);
  t.true(over.refused > 0);
  // Of what was admitted, hardly any was late.
  t.true(over.late <= 0.05 * over.latencies.a.length, `${over.late} of ${over.latencies.a.length}`);
  t.true(Math.max(...over.latencies.a) <= 50);
});

test('at three times the capacity, a mode that costs a fifth answers nearly all', async (t) => {
  const model = loadedModel('a', [10, 100], [10, 20]);
  const stream = { tenant: 'a', rows: 20, rate: (3 * 2000) / 2.01, deadlineMs: 50 };
  const refuse = await simulate(model, [stream], 2, 1000);
  const degrade = await simulate(model, [stream], 2, 1000, { overload: 'degrade', timeoutMs: 50 });
  t.true(degrade.rows >= 2.8 * refuse.rows, `${degrade.rows} beside ${refuse.rows}`);
  t.true(degrade.refused + degrade.late <= 0.05 * degrade.latencies.a.length);
  t.true(degrade.modes[0] > 0 && degrade.modes[1] > 0);
  // Below capacity the model's own plan answers.
  const calm = await simulate(model, [{ ...stream, rate: (0.5 * 2000) / 2.01 }], 2, 1000, {
    overload: 'degrade',
    timeoutMs: 50,
  });
  t.true((calm.modes[1] ?? 0) <= 0.05 * calm.modes[0], calm.modes.join());
});

test('where other work takes the cores, slices don’t shrink until waiting for a core is all that they do', async (t) => {
  const model = loadedModel('a', [10, 235]);
  // Half of the slices wait 4 ms: with slices of 8 rows, which take 1.9 ms, that makes 2,062 rows a second.
  const stream = (load: number) => ({ tenant: 'a', rows: 16, rate: load * 130, deadlineMs: 100 });
  const outcomes: Outcome[] = [];
  for (const load of [0.7, 1, 6]) outcomes.push(await simulate(model, [stream(load)], 1, 1500, {}, 4));
  const [less, full, over] = outcomes.map(({ rows }) => rows);
  const peak = Math.max(less, full);
  t.true(over >= 0.85 * peak, `${over} of ${peak}`);
  // With slices of one row it would be 446.
  t.true(peak >= 0.65 * 2062 * 1.5, String(peak));
});
