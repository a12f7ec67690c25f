import type { QueuedJob } from './job.js';
import { Backlog, type Flow, type ModelQueue, TenantQueue } from './queues.js';
import { RoundRobin } from './roundRobin.js';

/** Tenants that are kept at least: tokens can name tenants without number. */
const MANY = 1024;

/** All jobs that wait, by tenant and model, and whose turn it is. */
export class Waiting {
  readonly backlog = new Backlog();
  octets = 0;
  /** Tenants with jobs that wait. */
  readonly active = new Set<TenantQueue>();
  private readonly tenants = new Map<string, TenantQueue>();
  private readonly turns: RoundRobin<TenantQueue>;
  private limit = MANY;

  /** @param quantum milliseconds of work that a tenant of weight 1 may start in a round */
  constructor(private readonly quantum: number) {
    this.turns = new RoundRobin(quantum);
  }

  tenant(name: string, weight: number): TenantQueue {
    const known = this.tenants.get(name);
    if (known !== undefined) return known;
    if (this.tenants.size >= this.limit) {
      for (const [other, { octets, turn }] of this.tenants) {
        if (octets === 0 && turn.line === undefined) this.tenants.delete(other);
      }
      this.limit = MANY + 2 * this.tenants.size;
    }
    const tenant = new TenantQueue(name, weight, this.quantum);
    this.tenants.set(name, tenant);
    return tenant;
  }

  /** A model was removed. */
  forget(model: ModelQueue): void {
    for (const { flows } of this.tenants.values()) flows.delete(model);
  }

  /** @param isLarge it doesn't fit a slice */
  add(job: QueuedJob, isLarge: boolean): void {
    const { flow, waitingMs } = job;
    const { tenant, model } = flow;
    const isNewTenant = tenant.backlog.jobs === 0;
    (isLarge ? flow.large : flow.small).push(job);
    if (!isLarge) flow.smallMs += waitingMs;
    model.rows += job.rows;
    for (const backlog of [flow.backlog, tenant.backlog, model.backlog, this.backlog]) backlog.add(waitingMs);
    if (isNewTenant) this.active.add(tenant);
    if (flow.backlog.jobs > 1) return;
    model.flows.add(flow);
    if (model.isOpen) this.activate(flow, isNewTenant);
  }

  /** Rows of a job have been started. */
  start(job: QueuedJob, rows: number): void {
    this.take(job, rows);
    job.sent += rows;
    if (job.sent === job.rows) this.leave(job);
  }

  /** A job leaves, whatever rows it still has. */
  remove(job: QueuedJob): void {
    if (job.list === undefined) return;
    this.take(job, job.rows - job.sent);
    this.leave(job);
  }

  /** Whether slices of a model may start. */
  setOpen(model: ModelQueue, isOpen: boolean): void {
    if (model.isOpen === isOpen) return;
    model.isOpen = isOpen;
    for (const flow of model.flows) {
      if (isOpen) this.activate(flow, false);
      else flow.tenant.runnable--;
    }
  }

  /** The flow whose turn it is, among all, or within a model's reservation. */
  next(reserved?: ModelQueue): Flow | undefined {
    return reserved === undefined ? this.turns.pick()?.turns.pick() : reserved.turns.pick();
  }

  /** Tenants that have a debt of more than a round can't be served ahead of their turn. */
  canBorrow({ turn }: TenantQueue, ms: number): boolean {
    return turn.deficit - ms >= -this.quantum * turn.weight;
  }

  /**
   * A slice costs a flow this much, or less than was charged. `isReserved`: it had a turn within its model's
   * reservation.
   */
  charge(flow: Flow, ms: number, isReserved: boolean): void {
    flow.turn.deficit -= ms;
    flow.tenant.turn.deficit -= ms;
    if (!isReserved) return;
    flow.reservedTurn.deficit -= ms;
    // What a reservation gives must not keep a tenant from its turns with others for long.
    const least = -4 * this.quantum;
    flow.turn.deficit = Math.max(least, flow.turn.deficit);
    flow.tenant.turn.deficit = Math.max(least * flow.tenant.turn.weight, flow.tenant.turn.deficit);
  }

  private activate(flow: Flow, isNewTenant: boolean): void {
    const { tenant, model } = flow;
    tenant.runnable++;
    tenant.turns.activate(flow.turn, flow.backlog.jobs === 1);
    this.turns.activate(tenant.turn, isNewTenant);
    if (model.reservation !== undefined) model.turns.activate(flow.reservedTurn, flow.backlog.jobs === 1);
  }

  private take(job: QueuedJob, rows: number): void {
    const { flow } = job;
    const ms = rows * job.rowMs;
    if (job.list === flow.small) flow.smallMs -= ms;
    flow.model.rows -= rows;
    flow.backlog.take(ms);
    flow.tenant.backlog.take(ms);
    flow.model.backlog.take(ms);
    this.backlog.take(ms);
  }

  private leave(job: QueuedJob): void {
    const { flow, list } = job;
    const { tenant, model } = flow;
    list?.remove(job);
    if (flow.small.first === undefined) flow.smallMs = 0;
    flow.backlog.leave();
    tenant.backlog.leave();
    model.backlog.leave();
    this.backlog.leave();
    if (tenant.backlog.jobs === 0) this.active.delete(tenant);
    if (flow.backlog.jobs > 0) return;
    model.flows.delete(flow);
    if (model.isOpen) tenant.runnable--;
  }
}
