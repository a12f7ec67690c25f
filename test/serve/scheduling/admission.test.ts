import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { type ArrivingJob, expectedMs, queueRefusal } from '../../../serve/scheduling/admission.js';
import { modelTerms } from '../../../serve/scheduling/options.js';
import { ModelQueue } from '../../../serve/scheduling/queues.js';
import { Waiting } from '../../../serve/scheduling/waiting.js';
import { near } from '../../support/near.js';
import { loadedModel } from '../../support/simulatedCores.js';

/** What is expected at the door, worked out by hand. A row of every model takes 1 ms, and a call nothing. */

const modelOf = (key: string, waitMicroseconds = 0, maxInFlight = 16) =>
  new ModelQueue(
    loadedModel(key, [0, 1000, waitMicroseconds]),
    modelTerms({ maxInFlight, maxBatchRows: 4 }, 4),
    4,
    0,
  );

interface World {
  readonly weights?: readonly [own: number, other: number];
  /** Milliseconds that wait: of this tenant for this model, for another model, and of another tenant. */
  readonly own?: number;
  readonly elsewhere?: number;
  readonly others?: number;
  readonly small?: number;
  readonly model?: ModelQueue;
}

function world({ weights = [1, 1], own = 0, elsewhere = 0, others = 0, small = own, model }: World) {
  const waiting = new Waiting(4);
  const here = model ?? modelOf('a');
  const tenant = waiting.tenant('own', weights[0]);
  const flows = [
    { flow: tenant.flow(here), ms: own },
    { flow: tenant.flow(modelOf('b')), ms: elsewhere },
    { flow: waiting.tenant('other', weights[1]).flow(here), ms: others },
  ];
  for (const { flow, ms } of flows) {
    if (ms === 0) continue;
    for (const backlog of [flow.backlog, flow.tenant.backlog, flow.model.backlog, waiting.backlog])
      backlog.add(ms);
    waiting.active.add(flow.tenant);
  }
  flows[0].flow.smallMs = small;
  const candidate = (rows: number, changes: Partial<ArrivingJob> = {}): ArrivingJob => ({
    model: here,
    tenant,
    mode: 0,
    rows,
    octets: 0,
    rowMs: 1,
    isLarge: false,
    readingMs: 0,
    leftMs: Number.POSITIVE_INFINITY,
    ...changes,
  });
  return { waiting, candidate, tenant };
}

/** A call takes 10 ns at least. */
const CLOSE = 1e-5;
const idle = { cores: 1, busy: 0, runningMs: 0 };

function expected(given: World, changes: Partial<ArrivingJob> = {}, present = idle): number {
  const { waiting, candidate } = world(given);
  return expectedMs(candidate(2, changes), waiting, present);
}

test('alone a job takes its own time, divided among the cores that its slices can use', (t) => {
  near(t, expected({}), 2, CLOSE);
  near(t, expected({}, { rows: 8 }, { ...idle, cores: 4 }), 4, CLOSE);
  near(t, expected({}, {}, { cores: 1, busy: 1, runningMs: 6 }), 2 + 3, CLOSE);
  near(t, expected({}, {}, { cores: 2, busy: 1, runningMs: 6 }), 2, CLOSE);
});

test('other tenants go ahead as much as their weight is of this one’s', (t) => {
  // With 5 ms ahead of it and 2 ms of its own, the tenant has 7 ms of turns.
  near(t, expected({ own: 5, others: 100 }), 2 + 5 + 7, CLOSE);
  near(t, expected({ own: 5, others: 100, weights: [1, 3] }), 2 + 5 + 21, CLOSE);
  near(t, expected({ own: 5, others: 100, weights: [3, 1] }), 2 + 5 + 7 / 3, CLOSE);
  // No more than they have.
  near(t, expected({ own: 5, others: 6, weights: [1, 3] }), 2 + 5 + 6, CLOSE);
  near(t, expected({ own: 5, others: 100 }, {}, { ...idle, cores: 2 }), 2 + 12 / 2, CLOSE);
});

test('of the tenant’s other models as much goes ahead as of this one', (t) => {
  near(t, expected({ own: 5, elsewhere: 100 }), 2 + 5 + 7, CLOSE);
  near(t, expected({ own: 5, elsewhere: 3 }), 2 + 5 + 3, CLOSE);
});

test('small jobs wait for large ones in turns, large ones for all that is ahead', (t) => {
  const mixed = { own: 20, small: 5 };
  near(t, expected(mixed), 2 + 5 + 7, CLOSE);
  near(t, expected(mixed, { isLarge: true }), 2 + 20, CLOSE);
  near(t, expected({ own: 8, small: 5 }), 2 + 8, CLOSE);
});

test('where a model waits elsewhere, its places count rather than the cores', (t) => {
  // Slices of 4 ms that then wait for 36: 10 slices ahead, two at a time, take 40 ms each.
  const model = modelOf('a', 36_000, 2);
  near(t, expected({ own: 40, model }), 2 + 36 + (40 / 4) * (40 / 2), CLOSE);
});

const limits = { maxQueuedMs: 100, maxQueuedOctets: 1_000 };

test('a tenant may fill twice what is free, times its weight', (t) => {
  const isRefused = (weight: number, own: number, octets = 0) => {
    const { waiting, candidate, tenant } = world({ own, others: 10, weights: [weight, 1] });
    waiting.octets = 500;
    tenant.octets = 100;
    return queueRefusal(candidate(2, { octets }), waiting, idle, limits) instanceof RequestError;
  };
  // Of 100 ms 90 - own are free: own + 2 <= 2 weight (90 - own).
  t.deepEqual([isRefused(1, 59), isRefused(1, 60)], [false, true]);
  t.deepEqual([isRefused(2, 71), isRefused(2, 72)], [false, true]);
  t.deepEqual([isRefused(0.25, 28), isRefused(0.25, 29)], [false, true]);
  // Of 1,000 octets 500 are free: 100 + octets <= 2 weight 500.
  t.deepEqual([isRefused(1, 1, 500), isRefused(1, 1, 501)], [false, true]);
  t.deepEqual([isRefused(0.25, 1, 150), isRefused(0.25, 1, 151)], [false, true]);
});
