import type { Effort } from '../problem/index.js';

/** What an effort stands for. */
export interface EffortSettings {
  /** Rows that are enough to judge stages on: further folds fit none. */
  readonly judged: number;
  /** Rows that stages are judged on at the most: a sample, where there are more. */
  readonly mostJudged: number;
  /** Stages that are fitted in full, after all were tried on few rows. `Infinity`: all, at once. */
  readonly contenders: number;
  /** The most work of these fits, in fits of the full model; the best chain is fitted in any case. */
  readonly fits: number;
}

export const EFFORT_SETTINGS: Readonly<Record<Effort, EffortSettings>> = {
  quick: { judged: 4_000, mostJudged: 2 ** 15, contenders: 4, fits: 1 },
  default: { judged: 8_000, mostJudged: 2 ** 15, contenders: 10, fits: 1.5 },
  thorough: {
    judged: Number.POSITIVE_INFINITY,
    mostJudged: 2 ** 16,
    contenders: Number.POSITIVE_INFINITY,
    fits: Number.POSITIVE_INFINITY,
  },
};
