import { RequestError } from '../../lib/protocol/messages/index.js';
import type { Leaving } from '../backend.js';
import type { SliceInput } from '../executor.js';
import { bytesIn } from '../rowOctets.js';
import type { Admission, ArrivingJob } from './admission.js';
import type { Due } from './deadlines.js';
import type { Ending } from './ending.js';
import type { Flow } from './queues.js';
import type { TenantAccount } from './tenants.js';

/** Rows of one request to one model. Times are those of the scheduler's timer, in milliseconds. */
export interface ModelJob {
  /** Whose share of the cores it takes. */
  readonly tenant: string;
  readonly rows: number;
  /** As in a slice. They aren't changed, and must not change until there is an answer. */
  readonly inputs: Readonly<Record<string, SliceInput>>;
  /** Of a ranker: how many candidates to return. */
  readonly k?: number;
  /** Whether the answer needs scores. */
  readonly scores: boolean;
  readonly arrived: number;
  /** When the answer is worth nothing any more; undefined: the model's `timeoutMs` after its arrival, or never. */
  readonly deadline: number | undefined;
  /** Octets of the request's message, where there was one. */
  readonly messageOctets?: number;
  /** Aborted when nobody wants the answer any more. */
  readonly signal?: Leaving;
  /** Called when its first rows are given to a core. */
  readonly onStart?: () => void;
  /** Whether its first row is to be a probe: see `Slice.probe`. Asked when it is given to a core. */
  readonly isInSpell?: () => boolean;
}

/** Answers to rows, in their order. */
export interface RowAnswers {
  /**
   * Positions in the model's classes, or for regression numbers; of a ranker, the positions of the K best candidates.
   */
  readonly answers: Float64Array;
  /** rows x width; empty where none were wanted. */
  readonly scores: Float64Array;
  readonly exits: Uint8Array;
  /** 1 where the certificate doesn't cover the row, since something that it needed failed. */
  readonly degraded: Uint8Array;
  readonly verdict: string;
}

/** Answers to a job's rows. Its verdict is the weakest that holds of any of them. */
export interface JobAnswer extends RowAnswers {
  /** Position of the mode that answered; 0 is the model's own plan. */
  readonly mode: number;
  /** Milliseconds from arrival to the start of the first slice, and from there to the answer. */
  readonly queueMs: number;
  readonly computeMs: number;
}

/**
 * A deadline that passed before a job was started, and that it could have met without what came before it: nothing in
 * its rows caused that.
 */
export class DroppedByLoad extends RequestError {}

/** A job that was admitted. */
export class QueuedJob implements Due {
  readonly rows: number;
  /** Position of the mode that answers all its rows. */
  readonly mode: number;
  readonly deadline: number;
  place = -1;
  /** Rows that have been started, and that have been answered. */
  sent = 0;
  answered = 0;
  isOver = false;
  /** When its first slice was started; undefined while it waits. */
  startedAt: number | undefined;
  /** The answer so far, where it comes in several slices. */
  parts: Mutable<RowAnswers> | undefined;
  /** Its list, and its neighbours there. */
  list: JobList | undefined;
  before: QueuedJob | undefined;
  after: QueuedJob | undefined;
  /** Stops listening to the signal. */
  forget: (() => void) | undefined;

  /** Milliseconds of work that its rows add to the queue, each. */
  readonly rowMs: number;
  readonly octets: number;
  /** Octets of its `BYTES` alone. */
  readonly bytes: number;
  /** Milliseconds until its answer that were expected when it was admitted. */
  readonly expectedMs: number;
  readonly isProbe: boolean;

  constructor(
    readonly job: ModelJob,
    readonly flow: Flow,
    readonly account: TenantAccount,
    { rows, mode, rowMs, octets, leftMs }: ArrivingJob,
    { expected, isProbe }: Admission,
    readonly queuedAt: number,
    readonly ending: Pick<Ending<JobAnswer>, 'resolve' | 'reject'>,
  ) {
    this.rows = rows;
    this.mode = mode;
    this.rowMs = rowMs;
    this.octets = octets;
    this.bytes = bytesIn(job, 0, rows);
    this.deadline = queuedAt + leftMs;
    this.expectedMs = expected;
    this.isProbe = isProbe;
  }

  /** Milliseconds of work that wait for it. */
  get waitingMs(): number {
    return (this.rows - this.sent) * this.rowMs;
  }
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

/** Jobs in order of arrival, out of which any can be taken. */
export class JobList {
  first: QueuedJob | undefined;
  private last: QueuedJob | undefined;

  push(job: QueuedJob): void {
    job.list = this;
    job.before = this.last;
    if (this.last === undefined) this.first = job;
    else this.last.after = job;
    this.last = job;
  }

  remove(job: QueuedJob): void {
    if (job.before === undefined) this.first = job.after;
    else job.before.after = job.after;
    if (job.after === undefined) this.last = job.before;
    else job.after.before = job.before;
    job.list = undefined;
    job.before = undefined;
    job.after = undefined;
  }
}
