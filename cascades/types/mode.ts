import type { Label } from '../losses/index.js';
import type { Certificate } from './certificate.js';
import type { Plan } from './plan.js';

/** What a call is expected to take, in microseconds. Plain data. */
export interface ExpectedCost {
  /** Processor time of a call, however many rows it has. */
  readonly call: number;
  /** Processor time of each of its rows. */
  readonly row: number;
  /** How long a row that goes through to the full model waits for something elsewhere: a lookup, a device. */
  readonly wait: number;
}

/** A plan that a cascade may serve, with its own promise. Plain data. */
export interface Mode<L extends Label = Label, Name extends string = string> {
  /** The loss promised at most; null where nothing is certified. */
  readonly epsilon: number | null;
  readonly plan: Plan<L, Name>;
  /** Its delta is that of all modes of the cascade together. */
  readonly certificate: Certificate;
  readonly cost: ExpectedCost;
}
