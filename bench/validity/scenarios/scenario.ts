/**
 * A promise, and one mistake that would break it. Each trial runs the library as it is and the same with the mistake
 * planted, in a world whose truth is known.
 */
export interface Scenario {
  /** The claim, as a check names it. */
  readonly name: string;
  /** The mistake that is planted. */
  readonly fault: string;
  /** The highest rate of broken trials that is promised. */
  readonly delta: number;
  /** The chance of so many broken trials below which the promise counts as refuted. @defaultValue `LEVEL` */
  readonly level?: number;
  /** Trials of a whole run and of a quick one. */
  readonly trials: number;
  readonly quickTrials: number;
  /** One trial. The same seed gives the same outcome. */
  trial(seed: number): Promise<Outcome>;
}

export interface Outcome {
  /** Whether the promise broke, served as the library serves it. A refusal breaks none. */
  readonly broken: boolean;
  /** Whether it broke with the mistake planted. */
  readonly faultBroken: boolean;
}
