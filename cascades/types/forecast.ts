/** A step of `tune` or `tuneTopK`. */
export type Step = 'features' | 'full model' | 'profile' | 'stages' | 'search' | 'certify';

/** The time that a step of `tune` took, in seconds. Plain data. */
export interface StepTime {
  readonly step: Step;
  readonly seconds: number;
}

/**
 * A fit of `tune`: which model, and what for. `full model` and `held out` are the full model's own; `cost` is a model that is
 * only timed; `trial` is on few rows; `contender` and `finalist` are in full, in the first rounds and in the others; `refit`
 * is on what earlier stages pass on; `served` is what answers. Plain data.
 */
export interface TunedFit {
  readonly features: readonly string[];
  readonly learner: string;
  readonly rows: number;
  /** On its thread; 0 where a checkpoint had it. */
  readonly seconds: number;
  readonly why: string;
}

/** The rows that tuning will request of a feature or model. Plain data. */
export interface RequestForecast {
  /** The most rows requested, repeats counted, if it has a price or takes a millisecond a row or more. */
  readonly rows: number;
  /** The part of `rows` that goes beyond one request for each row. */
  readonly beyond: number;
  /** The same rows by the steps of tuning. */
  readonly steps: Readonly<Partial<Record<Step, number>>>;
  /** The most further rows that measuring requests, if it has no price and takes less than a millisecond a row. */
  readonly measuring: number;
  /** Money for `rows`. */
  readonly price: number;
}

/** The most that tuning will request of features and of a full model that is given trained. Plain data. */
export interface Forecast<Name extends string = string> {
  readonly features: Readonly<Record<Name, RequestForecast>>;
  /** Null where the full model is a learner: it is trained here. */
  readonly full: RequestForecast | null;
  /** Models for stages that were trained elsewhere, by their names: see {@link pretrained}. */
  readonly stages: Readonly<Record<string, RequestForecast>>;
  /** Money for all requests, without retries after failures. */
  readonly price: number;
}
