import type { RequestFault } from '../../lib/protocol/messages/index.js';
import type { Duration } from '../backend.js';
import { type DurationBuckets, DurationCounts } from './durations.js';
import { RecentDurations } from './histogram.js';
import type { ModelQueue } from './queues.js';

/** What a model did, since its counts began. */
export interface LoadCounts {
  /** Time of the scheduler's timer when a job last came, in milliseconds; undefined before the first. */
  readonly lastMs: number | undefined;
  /** Rows answered, and slices that were started for them. */
  readonly rows: number;
  readonly executions: number;
  /** Jobs by their end: from arrival to answer; to a failure or a passed deadline. */
  readonly success: DurationBuckets;
  readonly fail: Duration;
  /** Of jobs that were answered: from arrival to the start of their first slice, and from there to the answer. */
  readonly queue: DurationBuckets;
  readonly compute: DurationBuckets;
  /** Milliseconds of processor that its slices took. */
  readonly busyMs: number;
  /**
   * Jobs that were refused at once, whose deadline passed, whose rows can't be used, that failed, and whose client
   * left.
   */
  readonly refused: number;
  readonly expired: number;
  readonly invalid: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Rows by the mode that answered them. */
  readonly rowsByMode: readonly number[];
  /** Rows by the stage that answered them; one more than the cascade's stages: the full model's. */
  readonly exits: readonly number[];
  /** Rows that the certificate doesn't cover. */
  readonly degradedRows: number;
}

/** What a model did, and what it does. */
export interface ModelLoad extends LoadCounts {
  /** Jobs that wait, the milliseconds of their work, and slices that run. */
  readonly queuedJobs: number;
  readonly queuedMs: number;
  readonly inFlight: number;
  /** The most aggressive mode that answers under the present load. */
  readonly level: number;
  /** Expected microseconds of a call and a row in mode 0, corrected by what was measured. */
  readonly callMicroseconds: number;
  readonly rowMicroseconds: number;
  /** Milliseconds from arrival to answer in the last one to two minutes; undefined without jobs. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  /** The same, to the start of the first slice. */
  readonly queueP99Ms: number | undefined;
}

/** Exits fit an octet. */
const EXITS = 256;

/** Rows by the stage that answered them. */
export class ExitCounts {
  private readonly counts = new Float64Array(EXITS);

  /** @param known exits that have a number from the start */
  constructor(private known = 0) {}

  fit(known: number): void {
    this.known = Math.max(this.known, Math.min(known, EXITS));
  }

  add(exits: Uint8Array): void {
    for (let i = 0; i < exits.length; i++) this.counts[exits[i]]++;
  }

  /** Those that are known, and any other that answered. */
  get all(): number[] {
    let stages = EXITS;
    while (stages > this.known && this.counts[stages - 1] === 0) stages--;
    return Array.from(this.counts.subarray(0, stages));
  }
}

/** Counts of a model. They can outlive its queue: the queue of its successor goes on with them. */
export class ModelCounts {
  lastMs: number | undefined;
  rows = 0;
  executions = 0;
  busyMs = 0;
  refused = 0;
  expired = 0;
  invalid = 0;
  failed = 0;
  cancelled = 0;
  degradedRows = 0;
  readonly success = new DurationCounts();
  readonly fail = new DurationCounts();
  readonly queue = new DurationCounts();
  readonly compute = new DurationCounts();
  readonly latencies = new RecentDurations();
  readonly waits = new RecentDurations();
  rowsByMode = new Float64Array(0);
  readonly exits = new ExitCounts();

  /** Counts so many modes and exits from now on, beside those that there were: each has a number from the start. */
  fit(modes: number, exits: number): void {
    this.exits.fit(exits);
    if (modes <= this.rowsByMode.length) return;
    const grown = new Float64Array(modes);
    grown.set(this.rowsByMode);
    this.rowsByMode = grown;
  }

  slice(mode: number, exits: Uint8Array, degraded: Uint8Array, rows: number): void {
    this.rows += rows;
    this.rowsByMode[mode] += rows;
    this.exits.add(exits);
    for (let i = 0; i < degraded.length; i++) this.degradedRows += degraded[i];
  }

  job(queueMs: number, computeMs: number, now: number): void {
    this.success.add(queueMs + computeMs);
    this.queue.add(queueMs);
    this.compute.add(computeMs);
    this.latencies.record(queueMs + computeMs, now);
    this.waits.record(queueMs, now);
  }

  /** A job was admitted, or came, in vain. */
  failure(reason: RequestFault, ms: number): void {
    if (reason === 'cancelled') {
      this.cancelled++;
      return;
    }
    if (reason === 'deadline') this.expired++;
    else if (reason === 'invalid') this.invalid++;
    else this.failed++;
    this.fail.add(ms);
  }
}

export function loadCounts(counts: ModelCounts): LoadCounts {
  return {
    lastMs: counts.lastMs,
    rows: counts.rows,
    executions: counts.executions,
    success: counts.success.all,
    fail: counts.fail.all,
    queue: counts.queue.all,
    compute: counts.compute.all,
    busyMs: counts.busyMs,
    refused: counts.refused,
    expired: counts.expired,
    invalid: counts.invalid,
    failed: counts.failed,
    cancelled: counts.cancelled,
    rowsByMode: Array.from(counts.rowsByMode),
    exits: counts.exits.all,
    degradedRows: counts.degradedRows,
  };
}

export function modelLoad({ counts, backlog, inFlight, level, costs }: ModelQueue, now: number): ModelLoad {
  return {
    ...loadCounts(counts),
    queuedJobs: backlog.jobs,
    queuedMs: backlog.ms,
    inFlight,
    level,
    callMicroseconds: costs[0].callMs * 1000,
    rowMicroseconds: costs[0].rowMs * 1000,
    p50Ms: counts.latencies.quantile(0.5, now),
    p99Ms: counts.latencies.quantile(0.99, now),
    queueP99Ms: counts.waits.quantile(0.99, now),
  };
}
