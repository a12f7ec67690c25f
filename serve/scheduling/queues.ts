import type { LoadedModel, ServedMode } from '../executor.js';
import { CostEstimate, MessageSizes, PredictionErrors, RecentDeadlines } from './estimates/index.js';
import { JobList, type QueuedJob } from './job.js';
import { ModeControl } from './modeControl.js';
import type { ModelTerms } from './options.js';
import { Pacing } from './pacing.js';
import { CoreReservation } from './reservation.js';
import { type Member, RoundRobin, Turn } from './roundRobin.js';
import { ModelCounts } from './statistics.js';

/** Milliseconds of work, and jobs, that wait. */
export class Backlog {
  jobs = 0;
  ms = 0;

  add(ms: number): void {
    this.jobs++;
    this.ms += ms;
  }

  /** Work that was started, or won't be. */
  take(ms: number): void {
    this.ms -= ms;
  }

  /** A job that has nothing left to start. */
  leave(): void {
    // Rounding doesn't add up beyond an empty queue.
    if (--this.jobs === 0) this.ms = 0;
  }
}

/** What scheduling needs to know of a plan of a model. */
export type ScheduledMode = Pick<ServedMode, 'verdict' | 'cost'>;

/** What scheduling needs to know of a model. */
export interface ScheduledModel extends Pick<LoadedModel, 'key' | 'kind' | 'width'> {
  /** From conservative to aggressive. */
  readonly modes: readonly [ScheduledMode, ...ScheduledMode[]];
  /** What slices have as their mode, where there is no choice of modes; see `Slice`. */
  readonly fixedMode?: number;
}

/** A model, and what waits for it. */
export class ModelQueue {
  readonly backlog = new Backlog();
  /** Rows that wait. */
  rows = 0;
  /** Flows with jobs that wait; the next to join others' slices first. */
  readonly flows = new Set<Flow>();
  readonly costs: readonly CostEstimate[];
  readonly errors = new PredictionErrors();
  readonly sizes = new MessageSizes();
  /** Of all tenants together. */
  readonly control: ModeControl;
  readonly reservation: CoreReservation | undefined;
  /** Turns of the tenants' flows within the reservation. */
  readonly turns: RoundRobin<Flow>;
  readonly pacing: Pacing;
  /** Slices that run, those that wait elsewhere included. */
  inFlight = 0;
  /** Until then, rows of shared slices stay degraded: see `Dispatcher`. */
  outageUntil = Number.NEGATIVE_INFINITY;
  /** Jobs without an answer. */
  jobs = new Set<QueuedJob>();
  /** Whether its slices may start: it has few enough in flight, and doesn't gather. */
  isOpen = true;
  isRemoved = false;
  /** When a slice was last measured. */
  measuredAt: number;

  constructor(
    readonly loaded: ScheduledModel,
    readonly terms: ModelTerms,
    quantum: number,
    now: number,
    readonly counts = new ModelCounts(),
  ) {
    const [own, ...others] = loaded.modes;
    const base = new CostEstimate(own.cost);
    this.costs = [base, ...others.map(({ cost }) => new CostEstimate(cost, base))];
    counts.fit(loaded.modes.length, 0);
    this.control = this.ownControl();
    this.reservation = terms.reserve === undefined ? undefined : new CoreReservation(terms.reserve, now);
    this.turns = new RoundRobin(quantum);
    this.pacing = new Pacing(terms);
    this.measuredAt = now;
  }

  /** Its expected cost at the present level of load. */
  get cost(): CostEstimate {
    return this.costs[this.control.level];
  }

  /** The most aggressive mode that answers under the present load. */
  get level(): number {
    const flows = Array.from(this.flows, ({ control }) => control.level);
    return Math.max(this.control.level, ...flows);
  }

  ownControl(): ModeControl {
    const { overload, degradeAboveMs } = this.terms;
    return new ModeControl(overload === 'refuse' ? 0 : this.loaded.modes.length - 1, degradeAboveMs);
  }

  get isRanker(): boolean {
    return this.loaded.kind === 'ranker';
  }
}

/** Jobs of one tenant for one model. */
export class Flow implements Member {
  readonly backlog = new Backlog();
  /** Jobs that fit a slice, and larger ones: they take turns, so that small ones never wait for a whole large one. */
  readonly small = new JobList();
  readonly large = new JobList();
  smallMs = 0;
  isLargeNext = false;
  readonly deadlines = new RecentDeadlines();
  /** The model's, unless only tenants over their share degrade. */
  readonly control: ModeControl;
  readonly turn: Turn<Flow>;
  readonly reservedTurn: Turn<Flow>;

  constructor(
    readonly tenant: TenantQueue,
    readonly model: ModelQueue,
  ) {
    this.control = model.terms.overload === 'degrade-over-share' ? model.ownControl() : model.control;
    this.turn = new Turn<Flow>(this, 1);
    this.reservedTurn = new Turn<Flow>(this, tenant.turn.weight);
  }

  get isRunnable(): boolean {
    return this.backlog.jobs > 0 && this.model.isOpen;
  }

  /** The job whose rows go next. */
  get next(): QueuedJob | undefined {
    if (this.isLargeNext) return this.large.first ?? this.small.first;
    return this.small.first ?? this.large.first;
  }
}

/** A tenant, and what waits for it. */
export class TenantQueue implements Member {
  readonly backlog = new Backlog();
  /** Octets of jobs without an answer. */
  octets = 0;
  readonly flows = new Map<ModelQueue, Flow>();
  /** Turns of its models. */
  readonly turns: RoundRobin<Flow>;
  readonly turn: Turn<TenantQueue>;
  /** Flows that could start something. */
  runnable = 0;

  constructor(
    readonly name: string,
    weight: number,
    quantum: number,
  ) {
    this.turns = new RoundRobin(quantum);
    this.turn = new Turn<TenantQueue>(this, weight);
  }

  get isRunnable(): boolean {
    return this.runnable > 0;
  }

  flow(model: ModelQueue): Flow {
    let flow = this.flows.get(model);
    if (flow === undefined) {
      flow = new Flow(this, model);
      this.flows.set(model, flow);
    }
    return flow;
  }
}
