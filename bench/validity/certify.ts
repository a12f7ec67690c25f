import { certifyPath } from '../../cascades/certification/index.js';
import type { StageEvidence, Thresholds } from '../../cascades/chain/index.js';
import type {
  AbsoluteErrorLoss,
  CustomLoss,
  PrecisionLoss,
  RecallLoss,
} from '../../cascades/losses/index.js';
import type { Random } from '../../lib/stats/index.js';

/** The library's certificate as trials see it: what its signature is concerns this file alone. */

/** In classes by number. */
export type Loss =
  | 'accuracy'
  | 'disagreement'
  | 'harm'
  | RecallLoss<number>
  | PrecisionLoss<number>
  | AbsoluteErrorLoss
  | CustomLoss<number>;

export interface Limit {
  readonly loss: Loss;
  readonly epsilon: number;
}

/** Every limit is to be kept, with probability at least 1 - delta. */
export interface BoundSpec {
  readonly all: readonly [Limit, ...Limit[]];
  readonly delta: number;
}

/** Answers of the stages and the full model on the certification rows. */
export interface Table {
  readonly stages: readonly StageEvidence[];
  readonly full: Float64Array;
  readonly labels: Float64Array;
  readonly groups: Int32Array | undefined;
  readonly classes: readonly number[];
}

export interface Served {
  /** The plan's position on the path; -1 for the full model. */
  readonly step: number;
  /** Limits of all plans that hold together; empty if there is no band. */
  readonly band: readonly number[];
}

/** By the library's own choice of tests. */
export function certify(
  path: readonly Thresholds[],
  table: Table,
  { all, delta }: BoundSpec,
  random: Random,
): Served {
  return certifyPath(path, table, { ...all[0], all, delta }, random);
}

export function nameOf({ all }: BoundSpec): string {
  return all
    .map(({ loss }) => {
      if (typeof loss === 'string') return loss;
      if ('recall' in loss) return `recall(${loss.recall})`;
      if ('precision' in loss) return `precision(${loss.precision})`;
      return 'name' in loss ? loss.name : `absoluteError(${loss.absoluteError})`;
    })
    .join(' and ');
}
