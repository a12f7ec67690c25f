import { overloaded, type RequestError } from '../../lib/protocol/messages/index.js';
import type { Flow, ModelQueue, TenantQueue } from './queues.js';
import type { Waiting } from './waiting.js';

/** A job at the door. */
export interface ArrivingJob {
  readonly model: ModelQueue;
  readonly tenant: TenantQueue;
  /** The mode that will answer it: see {@link modeFor}. */
  readonly mode: number;
  readonly rows: number;
  readonly octets: number;
  /** Milliseconds of work a row. */
  readonly rowMs: number;
  readonly isLarge: boolean;
  /** Milliseconds until its deadline; infinity without one. */
  readonly leftMs: number;
  /** Milliseconds until its message will have been read. */
  readonly readingMs: number;
}

/** What runs now. */
export interface Present {
  readonly cores: number;
  /** Slices on cores, and milliseconds that they were expected to take. */
  readonly busy: number;
  readonly runningMs: number;
}

/** A tenant alone may fill a queue to two thirds: the limit is `GREED` times what is still free, times its weight. */
const GREED = 2;
/** Milliseconds without a measurement of a model after which a job may measure it, whatever its deadline. */
const STALE = 1000;
/** A deadline beyond this much less than what is expected isn't worth a trial. */
const WORTH = 16;

/**
 * Why a queue has no room for a job; undefined: it has. A tenant's limit falls as the queue fills, so that no tenant
 * fills it for others.
 *
 * @see Choudhury & Hahne, "Dynamic Queue Length Thresholds for Shared-Memory Packet Switches", IEEE/ACM Transactions on
 * Networking 6(2), 1998
 */
export function queueRefusal(
  { tenant, rows, octets, rowMs }: ArrivingJob,
  { backlog, octets: held }: Waiting,
  { cores }: Present,
  limits: { readonly maxQueuedMs: number; readonly maxQueuedOctets: number },
): RequestError | undefined {
  const { weight } = tenant.turn;
  const freeOctets = limits.maxQueuedOctets - held;
  if (octets > freeOctets || tenant.octets + octets > GREED * weight * freeOctets) {
    return overloaded(
      `inputs of ${held} octets wait for answers, ${tenant.octets} of them of this tenant: there is no room for ${octets} more`,
      Math.ceil(backlog.ms / Math.max(1, cores)) + 1,
    );
  }
  // A job that is alone may be larger than any queue.
  if (tenant.backlog.jobs === 0 && backlog.ms < limits.maxQueuedMs * Math.max(1, cores)) return undefined;
  const free = limits.maxQueuedMs * Math.max(1, cores) - backlog.ms;
  const excess = tenant.backlog.ms + rows * rowMs - GREED * weight * free;
  if (free > 0 && excess <= 0) return undefined;
  return overloaded(
    `${Math.round(backlog.ms)} ms of work wait, ${Math.round(tenant.backlog.ms)} of them of this tenant: the queue is full`,
    Math.ceil(Math.max(excess, -free) / Math.max(1, cores)) + 1,
  );
}

/**
 * Milliseconds until a job's answer, by the work ahead of it: of its own model; of the tenant's other models, as much
 * as of this one; of other tenants, as much as of its own by weight (the fluid limit of deficit round robin).
 */
export function expectedMs(
  { model, tenant, mode, rows, rowMs, isLarge }: ArrivingJob,
  { backlog, active }: Waiting,
  { cores, busy, runningMs }: Present,
): number {
  const count = Math.max(1, cores);
  const cost = model.costs[mode];
  const slices = model.isRanker ? 1 : Math.ceil(rows / model.pacing.rows(cost));
  const own = cost.ms(rows) / Math.min(count, slices) + cost.waitMs;
  const running = busy < count ? 0 : runningMs / 2;
  if (backlog.jobs === 0) return own + running / count;
  const flow = tenant.flow(model);
  const work = rows * rowMs;
  const ahead = isLarge
    ? flow.backlog.ms
    : flow.smallMs + Math.min(flow.backlog.ms - flow.smallMs, flow.smallMs + work);
  let ofTenant = ahead;
  if (tenant.backlog.ms > flow.backlog.ms) {
    for (const other of tenant.flows.values()) {
      if (other !== flow) ofTenant += Math.min(other.backlog.ms, ahead + work);
    }
  }
  let all = ofTenant;
  for (const other of active) {
    if (other === tenant) continue;
    all += Math.min(other.backlog.ms, ((ofTenant + work) * other.turn.weight) / tenant.turn.weight);
  }
  return own + Math.max((all + running) / count, byPlaces(model, mode, model.backlog.ms));
}

/**
 * Milliseconds for which work of a model waits for a place: what waits elsewhere holds places of the model, not
 * cores.
 */
function byPlaces(model: ModelQueue, mode: number, workMs: number): number {
  const cost = model.costs[mode];
  if (!(cost.waitMs > 0)) return 0;
  const perSlice = cost.ms(model.pacing.rows(cost));
  return (workMs / perSlice) * ((perSlice + cost.waitMs) / Math.max(1, model.terms.maxInFlight));
}

/**
 * The mode that answers a job of a flow that comes now. It follows from what waits before the job and never from the
 * job itself, nor from its tenant unless tenants over their share degrade by themselves: the promise of a mode is
 * about rows like all others.
 */
export function modeFor(flow: Flow, { cores }: Pick<Present, 'cores'>, now: number): number {
  const { model, control } = flow;
  if (!control.hasChoice) return 0;
  const workMs = control === model.control ? model.backlog.ms : workByShare(flow);
  return control.choose(Math.max(workMs / Math.max(1, cores), byPlaces(model, 0, workMs)), now);
}

/**
 * A flow's work, and what others may have done meanwhile: as much, by weight (the fluid limit of deficit round
 * robin).
 */
function workByShare({ model, tenant, backlog: { ms } }: Flow): number {
  let all = 0;
  for (const other of model.flows)
    all += Math.min(other.backlog.ms, (ms * other.tenant.turn.weight) / tenant.turn.weight);
  return all;
}

/** What is expected of a job that is admitted. */
export interface Admission {
  /** Milliseconds until its answer. */
  readonly expected: number;
  /** It measures a model that wasn't measured for long. */
  readonly isProbe: boolean;
}

/**
 * Whether a job can be in time: its expected time, made safe by the errors of former predictions, ends before its
 * deadline.
 *
 * @returns why it is refused, or what is expected of it
 */
export function admit(
  candidate: ArrivingJob,
  waiting: Waiting,
  present: Present,
  now: number,
): Admission | RequestError {
  const { model, leftMs, readingMs } = candidate;
  const expected = expectedMs(candidate, waiting, present);
  if (leftMs === Number.POSITIVE_INFINITY) return { expected, isProbe: false };
  const safe = readingMs + expected * model.errors.factor(expected);
  if (safe <= leftMs) return { expected, isProbe: false };
  if (isProbe(candidate, expected, present, now)) return { expected, isProbe: true };
  if (readingMs + expected <= leftMs) model.errors.doubt(expected, now);
  return overloaded(
    `the answer is expected in ${Number(safe.toPrecision(3))} ms, and the deadline is in ${Number(leftMs.toPrecision(3))} ms`,
    Math.max(1, Math.ceil(safe - leftMs)),
  );
}

/** An expectation that is wrong would refuse all jobs, and so stay wrong: now and then one may measure the model. */
function isProbe(
  { model, leftMs, readingMs }: ArrivingJob,
  expected: number,
  { cores, busy }: Present,
  now: number,
): boolean {
  return (
    now - model.measuredAt >= STALE &&
    busy < cores &&
    model.inFlight === 0 &&
    model.backlog.jobs === 0 &&
    readingMs + expected <= WORTH * leftMs
  );
}
