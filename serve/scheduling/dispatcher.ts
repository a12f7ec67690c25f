import { RequestError, type RequestFault } from '../../lib/protocol/messages/index.js';
import { errorText } from '../../lib/util/errorText.js';
import { type Executor, isRunning, type Running, type Slice, type SliceAnswer } from '../executor.js';
import type { Present } from './admission.js';
import { faultOf, joinedAnswer, putPart, wholeAnswer } from './delivery.js';
import type { JobAnswer, QueuedJob } from './job.js';
import type { SchedulerTerms } from './options.js';
import type { Flow, ModelQueue } from './queues.js';
import { canJoin, type JobPiece, joinInputs, rowsWithin, SLICE_OCTETS } from './slices.js';
import type { Waiting } from './waiting.js';

/** Milliseconds between two looks for cores while an executor has fewer than it had. */
const RESPAWN_LOOK = 5;
/** Milliseconds of a call that aren't worth a wait for others to share it. */
const QUICK_MS = 0.1;
/** Flows that are looked at for rows to join a slice. */
const LOOKS = 32;

/** Failures that one row can cause: rows of other jobs in its slice may have an answer. */
const OF_ROWS: ReadonlySet<RequestFault> = new Set(['invalid', 'internal']);

/** Milliseconds. More, or no number, would upset all turns. */
const MOST_BUSY = 1e7;

/** What becomes of jobs. */
export interface Ends {
  answered(job: QueuedJob, answer: JobAnswer, now: number): void;
  failed(job: QueuedJob, error: RequestError): void;
  /** Nobody wants its answer any more. */
  cancelled(job: QueuedJob): void;
  /** There was no time for it. */
  expired(job: QueuedJob, now: number): void;
  /** All that can start after a turn of the event loop has started. */
  looked(): void;
}

/** A slice that runs. */
interface Started {
  readonly model: ModelQueue;
  readonly pieces: readonly JobPiece[];
  readonly rows: number;
  readonly mode: number;
  readonly expectedMs: number;
  readonly wantsScores: boolean;
  readonly isReserved: boolean;
  readonly at: number;
  /** When it left its core. */
  leftAt: number | undefined;
  /** Of rows that run alone. */
  readonly shared: SharedFault | undefined;
}

/** Rows of one job, out of a slice that they shared. */
interface Alone {
  readonly piece: JobPiece;
  readonly model: ModelQueue;
  readonly shared: SharedFault;
}

/** What running the jobs of a shared slice alone has shown so far: jobs with degraded rows, and without. */
interface SharedFault {
  degraded: number;
  clean: number;
}

/** Milliseconds for which shared slices keep degraded rows, once running jobs alone has helped few of them. */
const OUTAGE_MS = 1_000;

/** Starts slices on cores that are free. */
export class Dispatcher {
  /** Slices on cores, and what they were expected to cost. */
  private busy = 0;
  private runningMs = 0;
  /** The most cores that the executor had. */
  private mostCores = 0;
  /** Models with a reservation. */
  readonly reserved = new Set<ModelQueue>();
  /** Rows whose slice failed, and that run again by themselves: only one of them may be to blame. */
  private readonly alone: Alone[] = [];
  /** Models whose slices wait for more rows. */
  private readonly gathering = new Set<ModelQueue>();
  private isLookSoon = false;
  private isClosed = false;
  private lookAt = Number.POSITIVE_INFINITY;
  private callOff: (() => void) | undefined;

  constructor(
    private readonly executor: Executor,
    private readonly waiting: Waiting,
    private readonly terms: SchedulerTerms,
    private readonly ends: Ends,
  ) {}

  get present(): Present {
    return { cores: this.executor.cores, busy: this.busy, runningMs: this.runningMs };
  }

  /** A job waits now. Returns whether it may start at the end of this turn of the event loop. */
  added({ model }: Flow, now: number): boolean {
    model.pacing.waitingSince ??= now;
    this.update(model, now);
    // Jobs of one turn of the event loop share slices.
    const isFirst = this.busy === 0 && this.waiting.backlog.jobs === 1 && !this.isLookSoon;
    if (this.terms.inline && isFirst) this.look();
    else if (this.busy < this.executor.cores || this.executor.cores < this.mostCores) this.lookSoon();
    return this.isLookSoon;
  }

  close(): void {
    this.isClosed = true;
    this.callOff?.();
  }

  private lookSoon(): void {
    if (this.isLookSoon) return;
    this.isLookSoon = true;
    this.terms.timer.after(0, () => {
      this.isLookSoon = false;
      this.look();
      this.ends.looked();
    });
  }

  private lookAfter(ms: number, now: number): void {
    if (now + ms >= this.lookAt) return;
    this.callOff?.();
    this.lookAt = now + ms;
    this.callOff = this.terms.timer.after(ms, () => {
      this.lookAt = Number.POSITIVE_INFINITY;
      this.callOff = undefined;
      this.look();
    });
  }

  /** Starts slices while cores are free. */
  private look(): void {
    if (this.isClosed || !this.hasWork) return;
    const now = this.terms.timer.now();
    for (const model of this.gathering) this.update(model, now);
    const { cores } = this.executor;
    this.mostCores = Math.max(this.mostCores, cores);
    const { inline } = this.terms;
    // On this thread the event loop needs its turn, also after a slice that was answered at once.
    for (let isFirst = true; this.busy < this.executor.cores; isFirst = false) {
      if (inline && !isFirst && this.isLookSoon) break;
      if (this.startAlone(now)) continue;
      const reserved = this.dueReservation(now, cores);
      const flow = this.waiting.next(reserved);
      if (flow === undefined) break;
      this.start(flow, reserved !== undefined, now);
    }
    if (cores < this.mostCores && this.hasWork) this.lookAfter(RESPAWN_LOOK, now);
  }

  private get hasWork(): boolean {
    return this.waiting.backlog.jobs > 0 || this.alone.length > 0;
  }

  /** Starts rows that have to run by themselves. Returns whether there were any. */
  private startAlone(now: number): boolean {
    for (let next = this.alone.shift(); next !== undefined; next = this.alone.shift()) {
      const { piece, model, shared } = next;
      model.inFlight--;
      if (!this.drop(piece.job, now)) {
        this.launch(model, [piece], false, now, shared);
        return true;
      }
    }
    return false;
  }

  /** A model that waits, and used less than it has reserved. */
  private dueReservation(now: number, cores: number): ModelQueue | undefined {
    if (this.reserved.size === 0) return undefined;
    let sum = 0;
    for (const { reservation } of this.reserved) sum += reservation?.share ?? 0;
    const scale = Math.min(1, 1 / sum);
    for (const model of this.reserved) {
      const isDue = model.reservation?.isDue(now, cores, scale) ?? false;
      if (!isDue || !model.isOpen || model.flows.size === 0) continue;
      // The next look begins with another one.
      this.reserved.delete(model);
      this.reserved.add(model);
      return model;
    }
    return undefined;
  }

  private start(flow: Flow, isReserved: boolean, now: number): void {
    const { model } = flow;
    const pieces = this.take(flow, now);
    if (pieces.length === 0) return;
    model.pacing.waitingSince = model.rows > 0 ? now : undefined;
    this.launch(model, pieces, isReserved, now);
  }

  private launch(
    model: ModelQueue,
    pieces: readonly JobPiece[],
    isReserved: boolean,
    now: number,
    shared?: SharedFault,
  ): void {
    let rows = 0;
    let until = 0;
    let wantsScores = false;
    for (const { job, from, to } of pieces) {
      if (job.startedAt === undefined) {
        job.startedAt = now;
        job.job.onStart?.();
      }
      rows += to - from;
      until = Math.max(until, job.deadline);
      wantsScores ||= job.job.scores;
    }
    const [first] = pieces;
    const { mode } = first.job;
    const expectedMs = model.costs[mode].ms(rows);
    const started: Started = {
      model,
      pieces,
      rows,
      mode,
      expectedMs,
      wantsScores,
      isReserved,
      at: now,
      leftAt: undefined,
      shared,
    };
    this.busy++;
    this.runningMs += expectedMs;
    model.inFlight++;
    model.counts.executions++;
    model.reservation?.charge(expectedMs);
    this.charge(started, expectedMs);
    this.update(model, now);
    const { k } = first.job.job;
    const probe = first.from === 0 && first.job.job.isInSpell?.() === true;
    // Jobs that share a slice run alone before one of their rows is blamed.
    const isAlone = pieces.length === 1;
    const firstRow = isAlone ? first.from : 0;
    this.run(started, {
      model: model.loaded.key,
      tenant: isAlone ? first.job.job.tenant : undefined,
      mode: model.loaded.fixedMode ?? mode,
      rows,
      ...(firstRow > 0 && { firstRow }),
      inputs: joinInputs(pieces),
      ...(k !== undefined && { k }),
      ...(probe && { probe }),
      deadlineMs: until === Number.POSITIVE_INFINITY ? undefined : until - now,
      scores: wantsScores,
    });
  }

  private run(started: Started, slice: Slice): void {
    let running: Running | SliceAnswer;
    try {
      running = this.executor.run(slice);
    } catch (error) {
      this.failed(started, error);
      return;
    }
    if (!isRunning(running)) {
      this.answered(started, running);
      // Jobs that come in this turn of the event loop wait for its end, and share the next call.
      if (this.terms.inline && started.model.costs[started.mode].callMs > QUICK_MS) this.lookSoon();
      return;
    }
    const left = () => {
      if (started.leftAt !== undefined) return;
      this.leave(started, this.terms.timer.now());
      this.lookAgain();
    };
    running.yielded.then(left, left);
    running.answer.then(
      (given) => this.answered(started, given),
      (error: unknown) => this.failed(started, error),
    );
  }

  private lookAgain(): void {
    if (!this.hasWork) return;
    // On this thread the event loop needs its turn.
    if (this.terms.inline) this.lookSoon();
    else this.look();
  }

  /** A slice's core is free. */
  private leave(started: Started, now: number): void {
    if (started.leftAt !== undefined) return;
    started.leftAt = now;
    this.runningMs = --this.busy === 0 ? 0 : this.runningMs - started.expectedMs;
  }

  private answered(started: Started, answer: SliceAnswer): void {
    const { model, pieces, rows, mode, expectedMs, at } = started;
    const now = this.terms.timer.now();
    this.leave(started, now);
    const fault = faultOf(answer, started, model.loaded);
    if (fault !== undefined) {
      this.failed(started, new RequestError('internal', `the model '${model.loaded.key}' gave ${fault}`));
      return;
    }
    const { exits, degraded } = answer;
    const busyMs = answer.busyMs >= 0 ? Math.min(answer.busyMs, MOST_BUSY) : (started.leftAt ?? now) - at;
    const isSpoiled = this.isSpoiled(started, degraded, now);
    const cost = model.costs[mode];
    cost.observe(rows, busyMs, now - (started.leftAt ?? now));
    model.measuredAt = now;
    model.counts.busyMs += busyMs;
    if (!isSpoiled) model.counts.slice(mode, exits, degraded, rows);
    this.correct(started, busyMs - expectedMs, busyMs);
    const waited = pieces.reduce((most, { job }) => Math.max(most, now - job.queuedAt), now - at);
    model.pacing.observe(cost, rows, model.rows, waited);
    if (isSpoiled) this.runAlone(started);
    else this.deliver(started, answer, now);
    this.ended(model, now);
  }

  private failed(started: Started, error: unknown): void {
    const { model, pieces, expectedMs, at } = started;
    const now = this.terms.timer.now();
    this.leave(started, now);
    // It had its core as long as that.
    const busyMs = (started.leftAt ?? now) - at;
    this.correct(started, busyMs - expectedMs, busyMs);
    const reason = error instanceof RequestError ? error : internal(model, error);
    if (pieces.length > 1 && OF_ROWS.has(reason.reason)) this.runAlone(started);
    else for (const { job } of pieces) this.ends.failed(job, reason);
    this.ended(model, now);
  }

  /**
   * Whether rows of one job may have degraded those of others: a feature that throws at a row does so for all rows
   * that it is computed with. In an outage, running jobs alone helps nobody, and isn't tried for a while.
   */
  private isSpoiled({ model, pieces, shared }: Started, degraded: Uint8Array, now: number): boolean {
    const isDegraded = degraded.includes(1);
    if (shared !== undefined) {
      if (isDegraded) shared.degraded++;
      else shared.clean++;
      if (shared.degraded > shared.clean) model.outageUntil = now + OUTAGE_MS;
    }
    return isDegraded && pieces.length > 1 && now >= model.outageUntil;
  }

  private runAlone({ model, pieces }: Started): void {
    const shared = { degraded: 0, clean: 0 };
    for (const piece of pieces) {
      // As if it ran: it keeps its place among the slices in flight.
      model.inFlight++;
      this.alone.push({ piece, model, shared });
    }
  }

  private ended(model: ModelQueue, now: number): void {
    model.inFlight--;
    this.update(model, now);
    this.lookAgain();
  }

  private deliver({ pieces, rows }: Started, answer: SliceAnswer, now: number): void {
    let at = 0;
    for (const piece of pieces) {
      const { job, from, to } = piece;
      if (!job.isOver) {
        if (to - from === job.rows) {
          this.ends.answered(
            job,
            wholeAnswer(job, answer, at, pieces.length === 1 ? undefined : rows, now),
            now,
          );
        } else {
          const parts = putPart(piece, answer, at, rows);
          job.answered += to - from;
          if (job.answered === job.rows) this.ends.answered(job, joinedAnswer(job, parts, now), now);
        }
      }
      at += to - from;
    }
  }

  private charge({ pieces, rows, isReserved }: Started, ms: number): void {
    for (const { job, from, to } of pieces) {
      this.waiting.charge(job.flow, (ms * (to - from)) / Math.max(1, rows), isReserved);
    }
  }

  /** A slice cost more or less than was charged. */
  private correct(started: Started, ms: number, busyMs: number): void {
    const { model, pieces, rows } = started;
    model.reservation?.charge(ms);
    this.charge(started, ms);
    for (const { job, from, to } of pieces) {
      job.account.charge((busyMs * (to - from)) / Math.max(1, rows) - (to - from) * job.rowMs);
    }
  }

  /** Whether slices of a model may start. */
  private update(model: ModelQueue, now: number): void {
    let isOpen = model.inFlight < model.terms.maxInFlight;
    if (isOpen && model.rows > 0) {
      const wait = model.pacing.waitFor(model.cost, model.rows, now);
      if (wait > 0) {
        isOpen = false;
        this.gathering.add(model);
        this.lookAfter(wait, now);
      } else this.gathering.delete(model);
    } else this.gathering.delete(model);
    this.waiting.setOpen(model, isOpen);
  }

  /** The rows of the next slice: of the flow, then of others that don't delay it much. */
  private take(flow: Flow, now: number): JobPiece[] {
    const { model } = flow;
    const pieces: JobPiece[] = [];
    const list = flow.next?.list;
    flow.isLargeNext = list !== flow.large;
    let [rows, limit, octets] = [0, 0, 0];
    let job = list?.first;
    while (job !== undefined && (rows < limit || pieces.length === 0)) {
      const following = job.after;
      if (!this.drop(job, now)) {
        const rest = job.rows - job.sent;
        if (pieces.length === 0) limit = model.pacing.rows(model.costs[job.mode]);
        else if (rows + rest > limit || octets + job.bytes > SLICE_OCTETS) break;
        else if (!canJoin(pieces[0].job, job)) break;
        const count = model.isRanker ? rest : rowsWithin(job, Math.min(rest, limit));
        octets += job.bytes;
        pieces.push(this.pieceOf(job, count));
        if (model.isRanker) return pieces;
        rows += count;
        if (count < rest) return pieces;
      }
      job = following;
    }
    if (pieces.length > 0 && rows < limit) this.takeOthers(flow, pieces, rows, limit - rows, octets, now);
    return pieces;
  }

  /** Rows of other tenants join, but the slice takes at most twice as long for that. */
  private takeOthers(
    flow: Flow,
    pieces: JobPiece[],
    rows: number,
    left: number,
    held: number,
    now: number,
  ): void {
    let octets = held;
    const { flows, costs } = flow.model;
    const [{ job: first }] = pieces;
    const cost = costs[first.mode];
    let room = Math.min(left, Math.floor(cost.ms(rows) / cost.rowMs));
    let looks = Math.min(LOOKS, flows.size);
    for (const other of flows) {
      if (looks-- === 0 || room <= 0) return;
      let job = other === flow ? undefined : other.small.first;
      let joined = 0;
      while (job !== undefined) {
        const following = job.after;
        if (!this.drop(job, now)) {
          const rest = job.rows - job.sent;
          const ms = (joined + rest) * cost.rowMs;
          if (rest > room || octets + job.bytes > SLICE_OCTETS) break;
          if (!this.waiting.canBorrow(other.tenant, ms) || !canJoin(first, job)) break;
          octets += job.bytes;
          pieces.push(this.pieceOf(job, rest));
          room -= rest;
          joined += rest;
        }
        job = following;
      }
      if (joined > 0 && other.backlog.jobs > 0) {
        // The next slice begins with another one.
        flows.delete(other);
        flows.add(other);
      }
    }
  }

  private pieceOf(job: QueuedJob, rows: number): JobPiece {
    const from = job.sent;
    this.waiting.start(job, rows);
    return { job, from, to: from + rows };
  }

  /** Drops a job whose answer nobody wants, or that there is no time for. Returns whether it did. */
  private drop(job: QueuedJob, now: number): boolean {
    if (job.job.signal?.aborted) this.ends.cancelled(job);
    else if (this.isHopeless(job, now)) this.ends.expired(job, now);
    return job.isOver;
  }

  /** Whether a job can't be answered before its deadline, even if all its rows start now. */
  private isHopeless(job: QueuedJob, now: number): boolean {
    if (job.deadline === Number.POSITIVE_INFINITY) return false;
    const left = job.deadline - now;
    return left <= 0 || (!job.isProbe && this.restMs(job) > left);
  }

  /** Milliseconds until a job's answer, if all its rows that haven't started do so now. */
  restMs({ rows, sent, mode, flow: { model } }: QueuedJob): number {
    const rest = rows - sent;
    if (rest === 0) return 0;
    const cost = model.costs[mode];
    const slices = model.isRanker ? 1 : Math.ceil(rest / model.pacing.rows(cost));
    return cost.ms(rest) / Math.min(slices, Math.max(1, this.executor.cores)) + cost.waitMs;
  }
}

function internal({ loaded }: ModelQueue, error: unknown): RequestError {
  const what = errorText(error);
  return new RequestError('internal', `the model '${loaded.key}' failed: ${what}`, undefined, {
    cause: error,
  });
}
