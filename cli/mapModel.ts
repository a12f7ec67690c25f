import type { TrainedModel } from '../lib/models/full/index.js';
import type { Payments, PromptTemplate } from '../llm/index.js';
import type { GivenPrices } from './tokenPrices.js';

/** Which model is asked, and what it costs. */
export interface MapModelFlags {
  readonly model: string;
  readonly baseUrl: string;
  readonly keyFrom: string;
  readonly labels: readonly string[];
  readonly prices?: GivenPrices | 'free';
  readonly maxPrice?: number;
  readonly batch?: boolean;
  readonly journal?: string;
  readonly unparsed?: string;
}

/** A model that is asked by the command line. */
export interface MapModel {
  readonly full: TrainedModel<string>;
  /** Undefined without prices. */
  readonly payments: Payments | undefined;
  /** The file of paid answers. */
  readonly journal: string;
  close(): Promise<void>;
}

export async function openMapModel(
  flags: MapModelFlags,
  prompt: PromptTemplate,
  journal: string,
): Promise<MapModel> {
  throw new Error(`${flags.model} ${prompt.columns} ${journal}`);
}
