import type { OwnCounts } from '../../features/define/index.js';
import type { Tally } from './tally.js';

/** Counts since the cascade was made. Plain data. */
export interface WorkStatistics {
  /** Rows that it was run for, and in how many calls. */
  readonly rows: number;
  readonly calls: number;
  /** Calls that failed, for all of their rows or for some. */
  readonly errors: number;
  /** Milliseconds on this processor, and those waited for promises; what waits side by side counts each. */
  readonly busyMs: number;
  readonly waitMs: number;
}

/** Counts of a feature; with those of its cache or remote source, if it has one. */
export interface FeatureStatistics extends WorkStatistics, OwnCounts {}

/** Counts of a stage, or the full model. */
export interface StageStatistics extends WorkStatistics {
  /** Rows that were answered here. */
  readonly answered: number;
  /** Answers that needed a later stage, which failed: they are outside the promise. */
  readonly degraded: number;
}

/** A feature's own counts since `before`. */
export function since(before: OwnCounts | undefined, counts: OwnCounts): OwnCounts {
  const earlier: Readonly<Record<string, number>> = { ...before };
  return Object.fromEntries(
    Object.entries(counts).map(([what, count]) => [what, count - (earlier[what] ?? 0)]),
  );
}

/** How a cascade's calls went: see verdict `degraded`. */
export interface HealthStatistics {
  /** Whether a feature or model has failed and nothing has shown since that all work again. */
  readonly isDegraded: boolean;
  /** How often that began, calls that missed a deadline included. */
  readonly spells: number;
  /** Rows whose answers were outside the promise for it, their own fault or not. */
  readonly rows: number;
}

/** Counts of features and stages since a cascade was made. */
export interface Statistics<Name extends string = string> {
  readonly health: HealthStatistics;
  /** For all callers: the cascade, or its whole pipeline. */
  readonly features: Readonly<Record<Name, FeatureStatistics>>;
  /** Stages of the cascade's own answers, the full model last. */
  readonly stages: readonly StageStatistics[];
}

export function workStatistics({ rows, calls, errors, busyMs, waitMs }: Tally): WorkStatistics {
  return { rows, calls, errors, busyMs, waitMs };
}

export function stageStatistics(tally: Tally): StageStatistics {
  return { ...workStatistics(tally), answered: tally.answered, degraded: tally.degraded };
}
