import { sum } from 'simple-statistics';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import { learns } from '../scoring/index.js';
import type { Forecast, RequestForecast, Step } from '../types/index.js';

/** Rows requested of one feature or model, by step. */
export type RowsBySteps = Readonly<Partial<Record<Step, number>>>;

/** The requests of tuning, as far as its numbers of rows determine them. */
export interface Workflow {
  /** All distinct rows. */
  readonly rows: number;
  /** Requests to each feature, and to a full model that is given trained. */
  readonly feature: RowsBySteps;
  readonly full: RowsBySteps;
  /** And a model for stages that was trained elsewhere. */
  readonly stage: RowsBySteps;
  /** The same for one that reads rows: chains share its scores. @defaultValue `stage` */
  readonly stageOfRows?: RowsBySteps;
  /** Further rows of the features, for a feature with a fit: for fits, and for folds. */
  readonly learning: number;
  /** Rows that measuring requests, at most, from cheap parts. */
  readonly measuring: { readonly feature: number; readonly full: number; readonly stage: number };
}

/** A request, with or without a price. */
interface Priced {
  readonly price?: number | undefined;
  /** A model of rows is never run to be measured. */
  readonly readsRows?: boolean | undefined;
}

/** The forecast of tuning's requests. @param full if it is given trained */
export function forecastOf<Row, Name extends string>(
  features: FeatureSet<Row, Name>,
  full: Priced | undefined,
  learners: readonly Learner[],
  flow: Workflow,
): Forecast<Name> {
  const requestsOf = (
    { price = 0, readsRows = false }: Priced,
    steps: RowsBySteps,
    most: number,
  ): RequestForecast => {
    const rows = sum(Object.values(steps));
    const measuring = readsRows ? 0 : most;
    return { rows, beyond: rows - flow.rows, steps, measuring, price: rows * price };
  };
  const byName: Partial<Record<Name, RequestForecast>> = {};
  const all: RequestForecast[] = [];
  for (const name of features.names) {
    const feature = features.get(name);
    const learning = learns(feature) ? flow.learning : 0;
    const steps = { ...flow.feature, features: (flow.feature.features ?? 0) + learning };
    const measuring = feature.expensive === true ? 0 : flow.measuring.feature;
    const own = requestsOf(feature, steps, measuring);
    byName[name] = own;
    all.push(own);
  }
  const given = full ? requestsOf(full, flow.full, flow.measuring.full) : null;
  if (given) all.push(given);
  const stages = learners
    .filter(({ predicts }) => predicts !== undefined)
    .map(
      (learner) =>
        [
          learner.name,
          requestsOf(learner, (learner.readsRows && flow.stageOfRows) || flow.stage, flow.measuring.stage),
        ] as const,
    );
  for (const [, own] of stages) all.push(own);
  return {
    features: byName as Record<Name, RequestForecast>, // Complete: every name was just set.
    full: given,
    stages: Object.fromEntries(stages),
    price: sum(all.map(({ price }) => price)),
  };
}
