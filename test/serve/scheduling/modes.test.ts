import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { random } from '../../../lib/stats/index.js';
import type { ModelOptions } from '../../../serve/scheduling/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { NamedScheduler } from '../../support/namedScheduler.js';
import { costOf, jobOf, loadedModel, SimulatedCores } from '../../support/simulatedCores.js';

/** Which mode answers: by what waits before a job, and never by the job. */

const MODEL = loadedModel('a', [0, 1000], [0, 100]);

function setup(options: ModelOptions) {
  const timer = new FakeTimer();
  const executor = new SimulatedCores(timer, 1, (slice) => ({ busyMs: costOf([MODEL], slice) }));
  const scheduler = new NamedScheduler(executor, { timer });
  scheduler.add(MODEL, options);
  return { timer, scheduler };
}

/** A tenant's jobs of one row each, so many a millisecond, by a Poisson process from one time to another. */
interface Stream {
  readonly tenant: string;
  readonly rate: number;
  readonly from?: number;
  readonly to: number;
}

/** Of each tenant, the jobs that each mode answered. */
async function answered(streams: readonly Stream[], options: ModelOptions) {
  const { timer, scheduler } = setup(options);
  const draw = random('modes');
  const counts: Record<string, number[]> = {};
  for (const { tenant, rate, from = 0, to } of streams) {
    counts[tenant] = [0, 0];
    for (let at = from - Math.log(1 - draw.uniform()) / rate; at < to; ) {
      timer.after(at, async () => {
        const { mode } = await scheduler.submit(jobOf('a', 1, { tenant, arrived: timer.now() }));
        counts[tenant][mode]++;
      });
      at -= Math.log(1 - draw.uniform()) / rate;
    }
  }
  await timer.run();
  return counts;
}

test('where one tenant sends 70 % of the rows, each mode answers as large a share of them', async (t) => {
  // Its rows are harder: the aggressive mode loses .0475 of all rows, and promises .05.
  const lost = { large: 0.0625, small: 0.0125 };
  const { large, small } = await answered(
    [
      { tenant: 'large', rate: 0.84, to: 4000 },
      { tenant: 'small', rate: 0.36, to: 4000 },
    ],
    { overload: 'degrade' },
  );
  for (const mode of [0, 1]) {
    const rows = large[mode] + small[mode];
    t.true(rows > 300, `${rows} rows in mode ${mode}`);
    const share = large[mode] / rows;
    t.true(Math.abs(share - 0.7) < 0.05, `${share} of the rows in mode ${mode}`);
    if (mode === 1) t.true(share * lost.large + (1 - share) * lost.small <= 0.05);
  }
});

const QUIET: Stream = { tenant: 'quiet', rate: 0.05, to: 3000 };
const FLOOD: Stream = { tenant: 'flood', rate: 4, from: 500, to: 2500 };

test('together, a flood of one tenant pushes all to the aggressive mode', async (t) => {
  const { quiet, flood } = await answered([QUIET, FLOOD], { overload: 'degrade' });
  t.true(flood[1] > 0.9 * flood[0]);
  t.true(quiet[1] > 0.3 * (quiet[0] + quiet[1]), `${quiet}`);
});

test('only over their share, a flood pushes nobody else', async (t) => {
  const { quiet, flood } = await answered([QUIET, FLOOD], { overload: 'degrade-over-share' });
  t.is(quiet[1], 0, `${quiet}`);
  t.true(flood[1] > flood[0], `${flood}`);
});

test('where all are over their share, all degrade', async (t) => {
  const counts = await answered(
    ['one', 'two', 'three'].map((tenant) => ({ tenant, rate: 1, to: 1000 })),
    { overload: 'degrade-over-share' },
  );
  for (const [own, aggressive] of Object.values(counts))
    t.true(aggressive > own, `${aggressive} beside ${own}`);
});

for (const overload of ['degrade', 'degrade-over-share'] as const) {
  test(`a job’s own rows and deadline don’t choose its mode: ${overload}`, async (t) => {
    const { timer, scheduler } = setup({ overload });
    // In the aggressive mode it would be in time.
    const refused = await t.throwsAsync(scheduler.submit(jobOf('a', 40, { deadline: 30 })), {
      instanceOf: RequestError,
    });
    t.is(refused?.reason, 'overloaded');
    const large = scheduler.submit(jobOf('a', 500));
    await timer.run();
    t.is((await large).mode, 0);
  });
}

test('deadlines that no mode can meet raise none', async (t) => {
  const { timer, scheduler } = setup({ overload: 'degrade' });
  for (let i = 0; i < 100; i++) {
    const hopeless = scheduler.submit(jobOf('a', 10, { deadline: timer.now() + 0.5, arrived: timer.now() }));
    await t.throwsAsync(hopeless, { instanceOf: RequestError });
    t.is(scheduler.load('a')?.level, 0);
  }
});

test('what waits for places counts as load, too', async (t) => {
  // Hardly any processor, and 100 ms elsewhere: 10 rows a second for each place.
  const waiting = loadedModel('a', [0, 10, 100_000], [0, 10]);
  const timer = new FakeTimer();
  const executor = new SimulatedCores(timer, 1, ({ mode }) => ({
    busyMs: 0.01,
    waitMs: mode === 0 ? 100 : 0,
  }));
  const scheduler = new NamedScheduler(executor, { timer });
  scheduler.add(waiting, { overload: 'degrade', maxInFlight: 2, maxBatchRows: 1 });
  const modes: number[] = [];
  for (let i = 0; i < 20; i++) {
    timer.after(30 * i, async () => {
      modes.push((await scheduler.submit(jobOf('a', 1, { arrived: timer.now() }))).mode);
    });
  }
  await timer.run();
  t.true(modes.includes(1));
});
