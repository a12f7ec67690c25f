/** How far `tune` or `tuneTopK` has come: what it does. */
export type Step = 'features' | 'full model' | 'profile' | 'stages' | 'search' | 'certify';

/** How many rows something will be asked for while a cascade is tuned. Plain data. */
export interface RequestForecast {
  /** Rows, each time that one is asked for, at most, where it has a price or takes a millisecond a row or more. */
  readonly rows: number;
  /** Of these, what is beyond once for every row. */
  readonly beyond: number;
  /** The same rows by the steps of tuning. */
  readonly steps: Readonly<Partial<Record<Step, number>>>;
  /** Rows more, at most, that measuring it takes where it has no price and takes less than a millisecond a row. */
  readonly measuring: number;
  /** Money for `rows`. */
  readonly price: number;
}

/** What tuning will ask of features and of a full model that is given trained, at most. Plain data. */
export interface Forecast<Name extends string = string> {
  readonly features: Readonly<Record<Name, RequestForecast>>;
  /** Null where the full model is a learner: it is trained here. */
  readonly full: RequestForecast | null;
  /** Models for stages that were trained elsewhere, by their names: see {@link pretrained}. */
  readonly stages: Readonly<Record<string, RequestForecast>>;
  /** Money for all of it. What sources are asked for once more, after a failure, isn't in it. */
  readonly price: number;
}
