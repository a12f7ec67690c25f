import type { AnswerAgain, ModeAnswers } from './audit/index.js';
import {
  type Executor,
  FULL_MODEL,
  type LoadedModel,
  type Mode,
  type ModelExecutor,
  type ModelKey,
  type Running,
  type Slice,
  type SliceAnswer,
} from './executor.js';
import type { Announced, Job, ModelOptions } from './scheduling/index.js';

/** The part of a scheduler that serving needs. @typeParam Load what it counts of a model */
export interface LaneScheduler<Load> {
  add(model: LoadedModel, options: ModelOptions): void;
  /** @throws RequestError for a job that can't be answered, by what is known before its message is read */
  screen(job: Announced): void;
  /** The answer, or a promise of it where it isn't there at once. @throws RequestError, also at once */
  soon(job: Job): ModeAnswers | Promise<ModeAnswers>;
  drain(key: ModelKey): Promise<void>;
  remove(key: ModelKey): void;
  load(key: ModelKey): Load | undefined;
  close(): void;
}

/** A slice of an alias: a model of the executor in one mode, whatever the scheduler chooses. */
interface Alias {
  readonly model: ModelKey;
  readonly mode: number;
}

/**
 * A host of models with the scheduler over it. Beside its modes a model can be answered by its full model alone, or
 * by one mode that is fixed: to the scheduler each of these is a model of its own, so that their costs are learnt
 * apart.
 */
export class Lane<Load> {
  private readonly aliases = new Map<ModelKey, Alias>();
  readonly scheduler: LaneScheduler<Load>;

  constructor(
    readonly host: ModelExecutor,
    schedulerOf: (executor: Executor) => LaneScheduler<Load>,
  ) {
    const { aliases } = this;
    this.scheduler = schedulerOf({
      get cores() {
        return host.cores;
      },
      run(slice: Slice): Running | SliceAnswer {
        const alias = aliases.get(slice.model);
        return host.run(alias === undefined ? slice : { ...slice, ...alias });
      },
    });
  }

  /** @param fixed whether rows may be answered again by the full model, or by a given mode */
  add(model: LoadedModel, options: ModelOptions, fixed: boolean): void {
    this.scheduler.add(model, options);
    if (!fixed) return;
    const [own] = model.modes;
    const perRow = own.plan?.expected.fullCost ?? own.cost.row;
    const full: Mode = { ...own, cost: { ...own.cost, row: Math.max(perRow, own.cost.row) } };
    this.alias(model, 'full', FULL_MODEL, full);
    this.alias(model, 'instead', FULL_MODEL, full);
    for (const [mode, each] of model.modes.entries()) this.alias(model, `mode ${mode}`, mode, each);
  }

  /** Forgets a model that has no jobs of its own any more; its audits' jobs are rejected. */
  remove(model: LoadedModel): void {
    for (const key of ['full', 'instead', ...[...model.modes.keys()].map((mode) => `mode ${mode}`)]) {
      if (!this.aliases.delete(aliasOf(model, key))) continue;
      this.scheduler.remove(aliasOf(model, key));
    }
    this.scheduler.remove(model.key);
  }

  /** Answers rows again for an audit, as work of a tenant of its own. */
  async again(
    model: LoadedModel,
    arrived: number,
    ...[mode, by, { rows, inputs }]: Parameters<AnswerAgain>
  ): Promise<ModeAnswers> {
    return this.scheduler.soon({
      model: aliasOf(model, by === 'full' ? 'full' : `mode ${mode}`),
      tenant: 'audit',
      rows,
      inputs,
      scores: false,
      arrived,
      deadline: undefined,
    });
  }

  /** The key of the full model where it answers requests in the cascade's stead. */
  insteadOf(model: LoadedModel): ModelKey {
    return aliasOf(model, 'instead');
  }

  /** What the scheduler counts of a model's requests: answered by itself, and in its stead. */
  loads(model: LoadedModel): readonly Load[] {
    const keys = [model.key, this.insteadOf(model)];
    const loads = keys.map((key) => this.scheduler.load(key));
    return loads.flatMap((load) => (load === undefined ? [] : [load]));
  }

  async close(): Promise<void> {
    this.scheduler.close();
    await this.host.close();
  }

  private alias(model: LoadedModel, name: string, mode: number, as: Mode): void {
    const key = aliasOf(model, name);
    this.aliases.set(key, { model: model.key, mode });
    this.scheduler.add({ ...model, key, modes: [as] }, {});
  }
}

function aliasOf({ key }: LoadedModel, name: string): ModelKey {
  return `${key} ${name}`;
}
