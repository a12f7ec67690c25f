import { overloaded, RequestError, withoutStack } from '../../lib/protocol/messages/index.js';
import type { Announced } from '../backend.js';
import type { Executor } from '../executor.js';
import { inputOctets } from '../rowOctets.js';
import { type Admission, type ArrivingJob, admit, modeFor, queueRefusal } from './admission.js';
import { Deadlines } from './deadlines.js';
import { emptyAnswer } from './delivery.js';
import { Dispatcher } from './dispatcher.js';
import { Ending } from './ending.js';
import { DroppedByLoad, type JobAnswer, type ModelJob, QueuedJob } from './job.js';
import { type ModelOptions, modelTerms, type SchedulerOptions, schedulerTerms } from './options.js';
import { type Flow, ModelQueue, type ScheduledModel } from './queues.js';
import { type ModelCounts, type ModelLoad, modelLoad } from './statistics.js';
import type { TenantAccount } from './tenants.js';
import { Waiting } from './waiting.js';

/**
 * Milliseconds, some 12 days: a deadline beyond them is none, since timers and calls reach no further than twice
 * that.
 */
const LONGEST_MS = 2 ** 30;

/**
 * Shares the cores of an executor between the jobs of tenants for models:
 *
 * - Jobs are cut into slices of some `sliceMs` of expected cost, and small jobs of a model share one. Answers keep
 *   the order of their rows. Jobs of rankers aren't cut.
 * - Tenants take turns by cost and weight, and so do the models of a tenant. No core is idle while a slice could start,
 *   except for models with an objective that gather rows.
 * - A job that probably can't meet its deadline is refused before any work, as is one over a limit. A job whose
 *   deadline passes is rejected and costs no more. A job that is cancelled leaves the queue.
 * - A slice that fails fails its jobs alone.
 * - Under load, more aggressive certified modes answer where a model allows that.
 *
 * @example
 * const scheduler = new Scheduler(pool, { tenants });
 * const queue = scheduler.add(loaded, { timeoutMs: 100 });
 * const { answers } = await scheduler.soon(queue, job);
 */
export class Scheduler {
  private readonly terms;
  private readonly waiting: Waiting;
  private readonly dispatcher: Dispatcher;
  private readonly models = new Set<ModelQueue>();
  private readonly deadlines = new Deadlines<QueuedJob>();
  /** Jobs whose signals nobody listens to yet. */
  private readonly unheard: QueuedJob[] = [];
  private dueAt = Number.POSITIVE_INFINITY;
  private callOffDue: (() => void) | undefined;

  /** @throws OptionError for an option that is unknown or out of its range */
  constructor(
    private readonly executor: Executor,
    options: SchedulerOptions = {},
  ) {
    this.terms = schedulerTerms(options);
    this.waiting = new Waiting(this.terms.sliceMs);
    this.dispatcher = new Dispatcher(executor, this.waiting, this.terms, {
      answered: (job, answer, now) => this.answered(job, answer, now),
      failed: (job, error) => this.failed(job, error),
      expired: (job, now) => this.late(job, now),
      cancelled: (job) => this.failed(job, cancelled()),
      looked: () => this.listen(),
    });
  }

  /**
   * Takes jobs for a model from now on. The same model may have several queues: the costs of each are learnt apart.
   *
   * @param counts to go on with, such as those of the version that it replaces
   * @returns the queue that its jobs go to
   * @throws OptionError for an option that is unknown or out of its range
   */
  add(loaded: ScheduledModel, options: ModelOptions = {}, counts?: ModelCounts): ModelQueue {
    const { sliceMs, timer } = this.terms;
    const model = new ModelQueue(loaded, modelTerms(options, sliceMs), sliceMs, timer.now(), counts);
    this.models.add(model);
    if (model.reservation !== undefined) this.dispatcher.reserved.add(model);
    return model;
  }

  /** Forgets a model. Jobs without an answer are rejected as `unavailable`. */
  remove(model: ModelQueue): void {
    model.isRemoved = true;
    for (const job of model.jobs) this.failed(job, unloaded(model));
    this.models.delete(model);
    this.dispatcher.reserved.delete(model);
    this.waiting.forget(model);
  }

  /** Removes all models and ends all timers. */
  close(): void {
    for (const model of this.models) this.remove(model);
    this.dispatcher.close();
    this.callOffDue?.();
  }

  /** What waits: jobs, and milliseconds of their work; and octets of all inputs whose answers are still to come. */
  get queued(): { readonly jobs: number; readonly ms: number; readonly octets: number } {
    const { backlog, octets } = this.waiting;
    return { jobs: backlog.jobs, ms: backlog.ms, octets };
  }

  /** What a model does. */
  load(model: ModelQueue): ModelLoad {
    return modelLoad(model, this.terms.timer.now());
  }

  /**
   * Answers a job's rows: at once where the executor does.
   *
   * @throws RequestError, also at once: `overloaded` before any work, with `retryAfterMs`: the deadline can't be met, a
   *   queue is full, or the tenant is over its limit; `deadline`: it passed; `cancelled`; `unavailable`: the model was
   *   removed; or what the executor failed with
   */
  soon(model: ModelQueue, job: ModelJob): JobAnswer | Promise<JobAnswer> {
    if (model.isRemoved) throw unloaded(model);
    const now = this.terms.timer.now();
    model.counts.lastMs = now;
    if (job.rows === 0 && !model.isRanker) return emptyAnswer(model.loaded);
    const ending = new Ending<JobAnswer>();
    this.enter(job, model, now, ending);
    return ending.outcome();
  }

  /**
   * Refuses a job by what is known of it before its message is read, with as few rows as messages of that size have.
   * What passes may still be refused when it comes.
   *
   * @throws RequestError `overloaded` or `deadline`, as `soon` does
   */
  screen(model: ModelQueue, announced: Announced): void {
    // `soon` says why.
    if (model.isRemoved) return;
    const now = this.terms.timer.now();
    const { tenant, arrived, octets, readingMs = 0 } = announced;
    const isOpen = announced.mayNameDeadline && announced.deadline === undefined;
    const { deadlines } = this.flowOf(model, tenant, now);
    const deadline = isOpen ? arrived + deadlines.guess(now) : this.deadlineOf(announced, model, now);
    if (!isOpen) deadlines.observe(deadline - arrived, now);
    // A deadline that is guessed has passed for none.
    if (!isOpen) this.checkTime(model, announced, deadline, now);
    const rows = model.sizes.leastRows(octets, now);
    // It can't be queued before it is read.
    this.judge(model, tenant, { rows, octets: 0, deadline, readingMs }, now);
  }

  private flowOf(model: ModelQueue, tenant: string, now: number): Flow {
    const { weight } = this.terms.tenants.account(tenant, now);
    return this.waiting.tenant(tenant, weight).flow(model);
  }

  /** @throws RequestError for a job that isn't admitted */
  private enter(job: ModelJob, model: ModelQueue, now: number, ending: Ending<JobAnswer>): void {
    const { signal, arrived, messageOctets, rows } = job;
    const deadline = this.deadlineOf(job, model, now);
    if (signal?.aborted) throw this.counted(model, cancelled(), now - arrived);
    this.checkTime(model, job, deadline, now);
    if (messageOctets !== undefined) model.sizes.observe(messageOctets, rows);
    const octets = inputOctets(job);
    const barred = this.executor.refusal?.(model.loaded.key, job.tenant, octets);
    if (barred !== undefined) throw this.refused(model, barred, now);
    const known = { rows, octets, deadline, readingMs: 0 };
    const { candidate, account, admission } = this.judge(model, job.tenant, known, now);
    const { tenant } = candidate;
    account.charge(rows * candidate.rowMs);
    const flow = tenant.flow(model);
    if (messageOctets !== undefined) flow.deadlines.observe(deadline - arrived, now);
    const queued = new QueuedJob(job, flow, account, candidate, admission, now, ending);
    model.jobs.add(queued);
    tenant.octets += queued.octets;
    this.waiting.octets += queued.octets;
    if (deadline < Number.POSITIVE_INFINITY) this.await(queued, now);
    this.waiting.add(queued, candidate.isLarge);
    const maySoonStart = this.dispatcher.added(flow, now);
    if (signal === undefined || queued.isOver) return;
    this.unheard.push(queued);
    if (!maySoonStart) this.listen();
  }

  /** @throws RequestError `deadline` where it has passed */
  private checkTime(model: ModelQueue, job: Pick<ModelJob, 'arrived'>, deadline: number, now: number): void {
    if (deadline <= now) throw this.counted(model, expired(job, deadline), now - job.arrived);
  }

  /**
   * Judges a job by what is known of it now: its tenant's limit, room in the queue, and its deadline.
   *
   * @throws RequestError `overloaded`
   */
  private judge(model: ModelQueue, name: string, known: Known, now: number) {
    const account = this.terms.tenants.account(name, now);
    const candidate = this.candidate(name, account, model, known, now);
    const admission = this.admission(candidate, account, now);
    if (admission instanceof RequestError) throw this.refused(model, admission, now);
    return { account, candidate, admission };
  }

  private deadlineOf(
    { deadline, arrived }: Pick<ModelJob, 'deadline' | 'arrived'>,
    { terms: { timeoutMs = Number.POSITIVE_INFINITY } }: ModelQueue,
    now: number,
  ): number {
    const requested = deadline ?? arrived + timeoutMs;
    return requested - now > LONGEST_MS ? Number.POSITIVE_INFINITY : requested;
  }

  private candidate(
    name: string,
    { weight }: TenantAccount,
    model: ModelQueue,
    { rows, octets, deadline, readingMs }: Known,
    now: number,
  ): ArrivingJob {
    const tenant = this.waiting.tenant(name, weight);
    const mode = modeFor(tenant.flow(model), this.dispatcher.present, now);
    const cost = model.costs[mode];
    const most = model.pacing.rows(cost);
    return {
      model,
      tenant,
      mode,
      rows,
      octets,
      leftMs: deadline - now,
      readingMs,
      // A full slice's rows share the call.
      rowMs: model.isRanker ? cost.ms(rows) / Math.max(1, rows) : cost.rowMs + cost.callMs / most,
      isLarge: rows > most,
    };
  }

  private admission(candidate: ArrivingJob, account: TenantAccount, now: number): Admission | RequestError {
    const { tenant, rows, rowMs } = candidate;
    const wait = account.waitFor(rows * rowMs, now);
    if (wait > 0) return overLimit(tenant.name, wait);
    const { present } = this.dispatcher;
    return (
      queueRefusal(candidate, this.waiting, present, this.terms) ??
      admit(candidate, this.waiting, present, now)
    );
  }

  /** A refusal before any work, counted. */
  private refused(model: ModelQueue, error: RequestError, now: number): RequestError {
    model.counts.lastMs = now;
    model.counts.refused++;
    return error;
  }

  /** An error with which a job ends before it waits, counted. */
  private counted(model: ModelQueue, error: RequestError, afterMs: number): RequestError {
    model.counts.failure(error.reason, afterMs);
    return error;
  }

  /**
   * Listens to the signals of jobs that have to wait. That takes longer than all else here, and what started at once
   * needn't leave the queue any more.
   */
  private listen(): void {
    for (const job of this.unheard) {
      const { signal } = job.job;
      if (signal === undefined || job.list === undefined) continue;
      if (signal.aborted) this.failed(job, cancelled());
      else {
        const leave = () => this.failed(job, cancelled());
        signal.addEventListener('abort', leave, { once: true });
        job.forget = () => signal.removeEventListener('abort', leave);
      }
    }
    this.unheard.length = 0;
  }

  /** Rejects a job when its deadline has passed. */
  private await(job: QueuedJob, now: number): void {
    this.deadlines.add(job);
    if (job.deadline < this.dueAt) this.armDue(job.deadline, now);
  }

  private armDue(at: number, now: number): void {
    this.callOffDue?.();
    this.dueAt = at;
    this.callOffDue = this.terms.timer.after(Math.max(1, at - now), () => this.expire());
  }

  private expire(): void {
    const now = this.terms.timer.now();
    this.dueAt = Number.POSITIVE_INFINITY;
    this.callOffDue = undefined;
    for (;;) {
      const { first } = this.deadlines;
      if (first === undefined) return;
      if (first.deadline > now) {
        this.armDue(first.deadline, now);
        return;
      }
      this.late(first, now);
    }
  }

  /** A job was admitted, and can't be answered in time. */
  private late(job: QueuedJob, now: number): void {
    const { model } = job.flow;
    // At least that; it may have waited longer.
    const restMs = this.dispatcher.restMs(job);
    model.errors.record(job.expectedMs, now - job.queuedAt + restMs, now);
    const isByLoad = job.startedAt === undefined && job.queuedAt + restMs <= job.deadline;
    this.failed(job, expired(job.job, job.deadline, isByLoad));
  }

  private answered(job: QueuedJob, answer: JobAnswer, now: number): void {
    // Timers can be late; an answer that is late is none.
    if (now > job.deadline) {
      this.late(job, now);
      return;
    }
    if (job.job.signal?.aborted) {
      this.failed(job, cancelled());
      return;
    }
    const { model } = job.flow;
    this.end(job);
    model.errors.record(job.expectedMs, now - job.queuedAt, now);
    model.counts.job(answer.queueMs, answer.computeMs, now);
    job.ending.resolve(answer);
  }

  private failed(job: QueuedJob, error: RequestError): void {
    if (job.isOver) return;
    const { model } = job.flow;
    // What it hasn't used.
    job.account.charge(-job.waitingMs);
    this.end(job);
    model.counts.failure(error.reason, this.terms.timer.now() - job.job.arrived);
    job.ending.reject(error);
  }

  private end(job: QueuedJob): void {
    const { flow } = job;
    job.isOver = true;
    this.waiting.remove(job);
    this.waiting.octets -= job.octets;
    flow.tenant.octets -= job.octets;
    flow.model.jobs.delete(job);
    this.deadlines.remove(job);
    job.forget?.();
  }
}

/** What is known of a job when it is judged: see {@link ArrivingJob}. */
interface Known extends Pick<ArrivingJob, 'rows' | 'octets' | 'readingMs'> {
  readonly deadline: number;
}

function unloaded({ loaded: { key } }: ModelQueue): RequestError {
  return new RequestError('unavailable', `model '${key}' is being unloaded`);
}

function cancelled(): RequestError {
  return new RequestError('cancelled', 'the client left before there was an answer');
}

/** @param isByLoad whether nothing in the job caused it, as at the door */
function expired({ arrived }: Pick<ModelJob, 'arrived'>, deadline: number, isByLoad = true): RequestError {
  const ms = Math.round(1000 * (deadline - arrived)) / 1000;
  const Kind = isByLoad ? DroppedByLoad : RequestError;
  return withoutStack(() => new Kind('deadline', `the deadline passed, ${ms} ms after the request came`));
}

function overLimit(tenant: string, waitMs: number): RequestError {
  return overloaded(`tenant '${tenant}' has used its processor time of this second`, Math.ceil(waitMs));
}
