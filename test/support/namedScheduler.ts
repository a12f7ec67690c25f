import type { Announced } from '../../serve/backend.js';
import type { Executor } from '../../serve/executor.js';
import {
  type JobAnswer,
  type ModelJob,
  type ModelLoad,
  type ModelOptions,
  type ModelQueue,
  type ScheduledModel,
  Scheduler,
  type SchedulerOptions,
} from '../../serve/scheduling/index.js';

/** What a job is for, by the key of a model. */
export type Named<Value> = Value & { readonly model: string };

/** A scheduler with one queue a model, which tests name by the model's key. */
export class NamedScheduler {
  private readonly scheduler: Scheduler;
  private readonly queues = new Map<string, ModelQueue>();

  constructor(executor: Executor, options?: SchedulerOptions) {
    this.scheduler = new Scheduler(executor, options);
  }

  get queued() {
    return this.scheduler.queued;
  }

  add(loaded: ScheduledModel, options?: ModelOptions): void {
    this.queues.set(loaded.key, this.scheduler.add(loaded, options));
  }

  async submit(job: Named<ModelJob>): Promise<JobAnswer> {
    return this.soon(job);
  }

  soon({ model, ...job }: Named<ModelJob>) {
    return this.scheduler.soon(this.of(model), job);
  }

  screen({ model, ...announced }: Named<Announced>): void {
    this.scheduler.screen(this.of(model), announced);
  }

  load(model: string): ModelLoad | undefined {
    return this.scheduler.load(this.of(model));
  }

  remove(model: string): void {
    this.scheduler.remove(this.of(model));
  }

  close(): void {
    this.scheduler.close();
  }

  private of(model: string): ModelQueue {
    const queue = this.queues.get(model);
    if (queue === undefined) throw new Error(`no model ${model}`);
    return queue;
  }
}
