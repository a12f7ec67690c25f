import type { DialSetting } from '../dial/index.js';

/** What is promised of a detector before a full model. Plain data that can't be changed. */
export interface BeforeCertificate {
  /**
   * `certified`: of the windows that the full model accepts at most a share of `epsilon` is not passed on, but for a chance of `delta`.
   * `full-model-only`: the full model scores every window, since nothing cheaper could be certified.
   */
  readonly verdict: 'certified' | 'full-model-only';
  /** Why it isn't `certified`. */
  readonly reason: string | null;
  /** What was tested; null where nothing was to be. */
  readonly bound: BeforeBound | null;
  /** The stages that are run, and the last one's threshold; null where none was certified. */
  readonly setting: DialSetting | null;
  /** What is to be expected of an image, from the tuning images; null where nothing was measured. */
  readonly expected: BeforeExpectation | null;
  /** What the order of the images was drawn by; null where nothing was tested. */
  readonly seed: number | string | null;
  /** Digests of the certification images. */
  readonly digests: readonly number[];
}

/** The bound on lost windows. Counts are those of the setting that is served, else of the first one. */
export interface BeforeBound {
  /** The share of accepted windows promised to be lost at most. */
  readonly epsilon: number;
  /** The chance, at most, that more are lost. */
  readonly delta: number;
  /** The test, in words. */
  readonly method: string;
  /** Images that were tested, and those that equal another one and don't count. */
  readonly n: number;
  readonly copies: number;
  /** The most accepted windows that an image may have. */
  readonly maxAccepted: number;
  /** Windows that the full model accepts, and those of them that aren't passed on. */
  readonly accepted: number;
  readonly lost: number;
  /** Upper limit of the share lost for this setting alone; null where nothing is certified. */
  readonly upper: number | null;
  /** The least `n` that could have kept the bound without a loss; null where there were enough. */
  readonly imagesNeeded: number | null;
}

/** Means over the tuning images. Times are in microseconds an image. */
export interface BeforeExpectation {
  /** With the setting that is served, or the cheapest one that was tried. */
  readonly cost: number;
  /** The full model alone, on all windows. */
  readonly fullCost: number;
  readonly speedup: number;
  /** Windows of an image, and those that are passed on. */
  readonly windows: number;
  readonly passed: number;
}
