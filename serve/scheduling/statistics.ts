import type { RequestFault } from '../../lib/protocol/messages/index.js';
import type { Duration } from '../backend.js';
import { RecentDurations } from './histogram.js';
import type { ModelQueue } from './queues.js';

/** What a model did since it was added, and what it does. */
export interface ModelLoad {
  /** Time of the scheduler's timer when a job last came, in milliseconds; undefined before the first. */
  readonly lastMs: number | undefined;
  /** Rows answered, and slices that were started for them. */
  readonly rows: number;
  readonly executions: number;
  /** Jobs by their end: from arrival to answer; to a failure or a passed deadline. */
  readonly success: Duration;
  readonly fail: Duration;
  /** Of jobs that were answered: from arrival to the start of their first slice, and from there to the answer. */
  readonly queue: Duration;
  readonly compute: Duration;
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

/** A sum of durations. */
class Sum {
  count = 0;
  private ms = 0;

  add(ms: number): void {
    this.count++;
    this.ms += ms;
  }

  get duration(): Duration {
    return { count: this.count, nanoseconds: Math.round(this.ms * 1e6) };
  }
}

/** Counts of a model. */
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
  readonly success = new Sum();
  readonly fail = new Sum();
  readonly queue = new Sum();
  readonly compute = new Sum();
  readonly latencies = new RecentDurations();
  readonly waits = new RecentDurations();
  readonly rowsByMode: Float64Array;
  private readonly exits = new Float64Array(256);

  constructor(modes: number) {
    this.rowsByMode = new Float64Array(modes);
  }

  slice(mode: number, exits: Uint8Array, degraded: Uint8Array, rows: number): void {
    this.rows += rows;
    this.rowsByMode[mode] += rows;
    for (let i = 0; i < exits.length; i++) this.exits[exits[i]]++;
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

  /** Rows by stage, without stages after the last that answered any. */
  get exitCounts(): number[] {
    let stages = this.exits.length;
    while (stages > 0 && this.exits[stages - 1] === 0) stages--;
    return Array.from(this.exits.subarray(0, stages));
  }
}

export function modelLoad({ counts, backlog, inFlight, level, costs }: ModelQueue, now: number): ModelLoad {
  return {
    lastMs: counts.lastMs,
    rows: counts.rows,
    executions: counts.executions,
    success: counts.success.duration,
    fail: counts.fail.duration,
    queue: counts.queue.duration,
    compute: counts.compute.duration,
    busyMs: counts.busyMs,
    refused: counts.refused,
    expired: counts.expired,
    invalid: counts.invalid,
    failed: counts.failed,
    cancelled: counts.cancelled,
    rowsByMode: Array.from(counts.rowsByMode),
    exits: counts.exitCounts,
    degradedRows: counts.degradedRows,
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
