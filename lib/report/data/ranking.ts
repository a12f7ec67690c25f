import type { ReportData } from './report.js';

/** A ranker as plain data, to be shown. */
export interface RankingReport {
  readonly title: string;
  readonly verdict: ReportData['verdict'];
  readonly unit: string;
  readonly notes: readonly string[];
  readonly bands: readonly RankingBand[];
}

export interface RankingBand {
  /** Which queries it is about. */
  readonly title: string;
  readonly promise: string;
  readonly metric: string;
  /** The promised level of the metric. */
  readonly level: number;
  readonly stages: readonly RankingStage[];
  readonly expected: { readonly cost: number; readonly fullCost: number; readonly speedup: number };
  /** On the tuning queries: plans from cheap to conservative. */
  readonly points: readonly RankingPoint[];
  /** Plans of others, by name. */
  readonly rules: readonly { readonly name: string; readonly cost: number; readonly value: number }[];
}

export interface RankingStage {
  readonly name: string;
  readonly features: readonly string[];
  readonly model: string;
  readonly kept: string;
  readonly reach: number;
  readonly cost: number;
}

export interface RankingPoint {
  readonly cost: number;
  readonly value: number;
  readonly isServed: boolean;
}
