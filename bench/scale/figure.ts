import type { Check } from '../harness/checks.js';

/** What the figures of scale are measured with. */
export interface ScaleBench {
  readonly quick: boolean;
  /** For files; removed at the end. */
  readonly folder: string;
  /** How a program of `programs` is run, by its name. */
  readonly program: (name: string) => readonly string[];
  readonly log: (text: string) => void;
}

/** A figure, or several that belong together. */
export interface Figure {
  readonly json: object;
  readonly checks: readonly Check[];
}
