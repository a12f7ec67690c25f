import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import type { Announced } from '../../../serve/backend.js';
import { MessageSizes } from '../../../serve/scheduling/estimates/messageSizes.js';
import {
  type ModelOptions,
  type ScheduledModel,
  type SchedulerOptions,
  Tenants,
} from '../../../serve/scheduling/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { NamedScheduler } from '../../support/namedScheduler.js';
import { costOf, jobOf, loadedModel, SimulatedCores } from '../../support/simulatedCores.js';

/** 1 ms a row and nothing a call. */
const PLAIN = loadedModel('a', [0, 1000]);

function setup(model: ModelOptions = {}, options: SchedulerOptions = {}, loaded: ScheduledModel = PLAIN) {
  const timer = new FakeTimer();
  const executor = new SimulatedCores(timer, 1, (slice) => ({ busyMs: costOf([loaded], slice) }));
  const scheduler = new NamedScheduler(executor, { timer, ...options });
  scheduler.add(loaded, model);
  const screen = (more: Partial<Announced> = {}) =>
    scheduler.screen({
      model: 'a',
      tenant: 'anonymous',
      arrived: timer.now(),
      deadline: undefined,
      octets: 100,
      mayNameDeadline: false,
      ...more,
    });
  /** Has rows of a tenant wait for an answer. */
  const fill = (rows: number, more: Parameters<typeof jobOf>[2] = {}) =>
    void scheduler.submit(jobOf('a', rows, { arrived: timer.now(), ...more })).catch(() => {});
  /** Milliseconds of work in small jobs: a small one waits for them all, but for one slice of a large one. */
  const fillSmall = (ms: number) => {
    for (let i = 0; i < ms; i++) fill(1);
  };
  return { timer, executor, scheduler, screen, fill, fillSmall };
}

/** Why a request is refused; undefined: it isn't. */
function reasonOf(screen: () => void): string | undefined {
  try {
    screen();
    return undefined;
  } catch (error) {
    if (error instanceof RequestError) return error.reason;
    throw error;
  }
}

test('a request is refused unread where even one row can’t be in time', async (t) => {
  const { screen, fillSmall, scheduler, timer } = setup();
  t.is(
    reasonOf(() => screen({ deadline: 50 })),
    undefined,
  );
  fillSmall(100);
  const error = t.throws(() => screen({ deadline: 50 }), { instanceOf: RequestError });
  t.is(error.reason, 'overloaded');
  t.true((error.retryAfterMs ?? 0) >= 50);
  t.is(
    reasonOf(() => screen({ deadline: 500 })),
    undefined,
  );
  t.is(
    reasonOf(() => screen()),
    undefined,
  );
  t.is(scheduler.load('a')?.refused, 1);
  t.is(scheduler.load('a')?.lastMs, 0);
  await timer.run();
  // The model is free again.
  t.is(
    reasonOf(() => screen({ deadline: timer.now() + 50 })),
    undefined,
  );
});

test('the model’s own deadline counts unless the message may name another', (t) => {
  const { screen, fill } = setup({ timeoutMs: 50 });
  for (let i = 0; i < 80; i++) fill(1, { deadline: 1000 });
  t.is(
    reasonOf(() => screen()),
    'overloaded',
  );
  t.is(
    reasonOf(() => screen({ mayNameDeadline: true })),
    undefined,
  );
  t.is(
    reasonOf(() => screen({ mayNameDeadline: true, deadline: 50 })),
    'overloaded',
  );
  t.is(
    reasonOf(() => screen({ deadline: 900 })),
    undefined,
  );
});

test('what passed before it was read is late', (t) => {
  const { screen, scheduler } = setup();
  t.is(
    reasonOf(() => screen({ deadline: 0 })),
    'deadline',
  );
  t.is(scheduler.load('a')?.expired, 1);
});

test('rows are known by the octets of messages that were read', async (t) => {
  const { screen, fill, timer } = setup();
  // 10 octets a row.
  for (let i = 0; i < 3; i++) fill(20, { messageOctets: 200 });
  await timer.run();
  const by = timer.now() + 10;
  // The first is tried, whatever is expected of it.
  t.is(
    reasonOf(() => screen({ octets: 10_000, deadline: by })),
    undefined,
  );
  // 20 rows or so, since no message had more.
  t.is(
    reasonOf(() => screen({ octets: 10_000, deadline: by })),
    'overloaded',
  );
  t.is(
    reasonOf(() => screen({ octets: 200, deadline: by })),
    'overloaded',
  );
  t.is(
    reasonOf(() => screen({ octets: 50, deadline: by })),
    undefined,
  );
  t.is(
    reasonOf(() => screen({ octets: 10_000, deadline: by + 40 })),
    undefined,
  );
});

test('a tenant over its limit, or with a full queue, is refused unread, and others aren’t', (t) => {
  const tenants = new Tenants({ tenants: { slow: { msPerSecond: 10 } } });
  const { screen, fill } = setup({}, { tenants, maxQueuedMs: 90 });
  fill(10, { tenant: 'slow' });
  t.is(
    reasonOf(() => screen({ tenant: 'slow' })),
    'overloaded',
  );
  for (let i = 0; i < 80; i++) fill(1, { tenant: 'greedy' });
  t.is(
    reasonOf(() => screen({ tenant: 'greedy' })),
    'overloaded',
  );
  t.is(
    reasonOf(() => screen({ tenant: 'quiet' })),
    undefined,
  );
});

test('a deadline that can’t be met changes no mode', (t) => {
  const loaded = loadedModel('a', [0, 1000], [0, 100]);
  const { screen, fill, scheduler } = setup({ overload: 'degrade', timeoutMs: 100 }, {}, loaded);
  for (let i = 0; i < 15; i++) fill(1, { deadline: 1000 });
  // At a tenth of the cost it would be in time.
  t.is(
    reasonOf(() => screen({ deadline: 5 })),
    'overloaded',
  );
  t.is(scheduler.load('a')?.level, 0);
});

test('a removed model is left to submitting', (t) => {
  const { screen, scheduler } = setup();
  scheduler.remove('a');
  t.is(
    reasonOf(() => screen({ deadline: -1 })),
    undefined,
  );
});

test('sizes: hand-worked', (t) => {
  const sizes = new MessageSizes();
  t.is(sizes.leastRows(1e6, 0), 1);
  sizes.observe(1000, 10);
  // The first one in a tenth of a second may teach something else.
  t.is(sizes.leastRows(1000, 0), 1);
  // 1000 / (1.25 x 100).
  t.is(sizes.leastRows(1000, 1), 8);
  t.is(sizes.leastRows(125, 2), 1);
  t.is(sizes.leastRows(1e6, 3), 10);
  t.is(sizes.leastRows(1000, 100), 1);
  t.is(sizes.leastRows(1000, 101), 8);
  // Larger rows count at once, smaller ones by and by: 200 + (50 - 200) / 256.
  sizes.observe(2000, 10);
  t.is(sizes.leastRows(2000, 102), 8);
  for (let i = 0; i < 2000; i++) sizes.observe(500, 10);
  t.is(sizes.leastRows(500, 103), 7);
});

test('a request is refused unread where reading it would take too long', (t) => {
  const { screen } = setup();
  const refusal = t.throws(() => screen({ deadline: 50, readingMs: 60 }), { instanceOf: RequestError });
  t.is(refusal.reason, 'overloaded');
  t.regex(refusal.message, /^the answer is expected in 6\d(\.\d+)? ms, and the deadline is in 50 ms$/);
  t.is(
    reasonOf(() => screen({ deadline: 50, readingMs: 40 })),
    undefined,
  );
  t.is(
    reasonOf(() => screen({ readingMs: 1e6 })),
    undefined,
    'without a deadline it waits',
  );
});

test('deadlines of a tenant are learnt, so that requests are refused before theirs is known', async (t) => {
  const { screen, fill, timer } = setup();
  const unread = (more: Partial<Announced> = {}) =>
    reasonOf(() => screen({ mayNameDeadline: true, readingMs: 300, ...more }));
  t.is(unread(), undefined);
  fill(1, { messageOctets: 100, deadline: timer.now() + 200 });
  await timer.run();
  t.is(unread(), undefined, 'the first in a tenth of a second is read');
  t.is(unread(), 'overloaded');
  t.is(unread({ readingMs: 100 }), undefined);
  t.is(unread({ tenant: 'other' }), undefined, 'of others nothing is known');
  fill(1, { messageOctets: 100 });
  await timer.run();
  t.is(unread(), undefined, 'one without a deadline was read');
});
