import type { SentError } from '../../lib/util/workers/index.js';
import type { Identity, NeededColumn } from '../model/index.js';
import type { Unit } from '../units/index.js';
import type { UnitOutcome } from './answerUnit.js';
import type { OutputOptions } from './plan.js';

/** What a worker needs before its first unit. */
export interface WorkerTask {
  readonly folder: string;
  readonly model: string;
  readonly features?: string;
  readonly options: OutputOptions;
  readonly mayDiffer: boolean;
}

export type ToWorker =
  | { readonly kind: 'start'; readonly task: WorkerTask }
  | { readonly kind: 'unit'; readonly unit: Unit }
  | { readonly kind: 'stop' };

export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly identity: Identity;
      readonly columns: readonly NeededColumn[];
      readonly isUnchecked: boolean;
    }
  | { readonly kind: 'batch'; readonly row: number }
  | { readonly kind: 'done'; readonly outcome: UnitOutcome }
  | { readonly kind: 'failed'; readonly error: SentError };
