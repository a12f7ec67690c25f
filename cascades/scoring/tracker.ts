import type { Model } from '../../lib/learn/learners/index.js';
import type { Patience } from '../../lib/run/runtime/index.js';

/** Who hears of a step while it runs, and who may end it. */
export interface Tracker {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Called before every request, where prices are counted. */
  readonly requests?: PricedRequests | undefined;
  /** The limit on waiting for features' promises. */
  readonly patience?: Patience | undefined;
}

/** A model, with the price that it has where it was trained elsewhere. */
export type PricedModel = Model & { readonly price?: number | undefined };

/** Called with the number of rows before each request. Throws where no more may be spent. */
export interface PricedRequests {
  readonly feature: (name: string, rows: number) => void;
  readonly model: (model: PricedModel, rows: number) => void;
  /** Of models that count their own money: called with the most that a request may cost. */
  readonly money?: (model: PricedModel, most: number) => void;
}
