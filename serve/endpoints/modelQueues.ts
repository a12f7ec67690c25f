import { asksTwiceFor } from '../../cascades/internal.js';
import type { AnswerAgain, ModeAnswers } from '../audit/index.js';
import type { ModelRecord } from '../counts/index.js';
import {
  FULL_AGAIN,
  FULL_MODEL,
  type LoadedModel,
  type ModelExecutor,
  type ServedMode,
} from '../executor.js';
import type { ModelCounts, ModelLoad, ModelOptions, ModelQueue, Scheduler } from '../scheduling/index.js';

/** Where models are computed: what runs their slices, and what shares it out. */
export interface Lane {
  readonly host: ModelExecutor;
  readonly scheduler: Scheduler;
}

/** Queues of a model that answers in one mode, whatever the load. */
interface FixedQueues {
  /** Its full model alone: for an audit, and for requests in the cascade's stead. */
  readonly full: ModelQueue;
  readonly instead: ModelQueue;
  /** Asked once more: for an audit of a full model that may differ from itself. */
  readonly again: ModelQueue | undefined;
  /** By the mode's position. */
  readonly modes: readonly ModelQueue[];
}

/** The queues of a model in a scheduler: each learns costs of its own. */
export class ModelQueues {
  private readonly own: ModelQueue;
  private readonly fixed: FixedQueues | undefined;

  /**
   * @param isAudited whether rows may be answered by the full model, or again by a given mode
   * @param record where requests are counted
   * @throws OptionError
   */
  constructor(
    readonly scheduler: Scheduler,
    model: LoadedModel,
    options: ModelOptions,
    isAudited: boolean,
    record: Pick<ModelRecord, 'own' | 'instead'>,
  ) {
    this.own = scheduler.add(model, options, record.own);
    if (!isAudited) return;
    const inMode = (fixedMode: number, as: ServedMode, counts?: ModelCounts) =>
      scheduler.add({ ...model, modes: [as], fixedMode }, {}, counts);
    const [own] = model.modes;
    const perRow = own.plan?.expected.fullCost ?? own.cost.row;
    const full: ServedMode = { ...own, cost: { ...own.cost, row: Math.max(perRow, own.cost.row) } };
    this.fixed = {
      full: inMode(FULL_MODEL, full),
      instead: inMode(FULL_MODEL, full, record.instead),
      again: isAskedAgain(own) ? inMode(FULL_AGAIN, full) : undefined,
      modes: model.modes.map((each, mode) => inMode(mode, each)),
    };
  }

  /** The queue of requests. @param byFull whether the full model answers them in the cascade's stead */
  ofRequests(byFull: boolean): ModelQueue {
    return byFull ? this.audited.instead : this.own;
  }

  /** Answers rows again for an audit, as work of a tenant of its own. */
  async again(
    arrived: number,
    ...[mode, by, { rows, inputs }]: Parameters<AnswerAgain>
  ): Promise<ModeAnswers> {
    const { full, again, modes } = this.audited;
    const job = { tenant: 'audit', rows, inputs, scores: false, arrived, deadline: undefined };
    if (by === 'full again' && again === undefined) throw new Error('its promise has nothing asked again');
    const queue = by === 'full' ? full : by === 'full again' ? again : undefined;
    return this.scheduler.soon(queue ?? modes[mode], job);
  }

  private get audited(): FixedQueues {
    if (this.fixed === undefined) throw new Error('a model without an audit has no queues of fixed modes');
    return this.fixed;
  }

  /** What the scheduler counts of requests: answered by the model itself, and in its stead. */
  get loads(): readonly ModelLoad[] {
    const { own, fixed } = this;
    return (fixed === undefined ? [own] : [own, fixed.instead]).map((queue) => this.scheduler.load(queue));
  }

  /** Forgets a model that has no requests any more; its audits' jobs are rejected. */
  remove(): void {
    const { own, fixed } = this;
    const all =
      fixed === undefined
        ? [own]
        : [fixed.full, fixed.instead, ...(fixed.again ? [fixed.again] : []), ...fixed.modes, own];
    for (const queue of all) this.scheduler.remove(queue);
  }
}

function isAskedAgain({ certificate }: ServedMode): boolean {
  return 'loss' in certificate && asksTwiceFor(certificate);
}
