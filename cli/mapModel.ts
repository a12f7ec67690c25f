import { OptionError } from '../index.js';
import type { TrainedModel } from '../lib/models/full/index.js';
import type { PromptTemplate } from '../llm/index.js';
import { chatModel } from '../llm/index.js';
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
  readonly repliesAs?: string;
}

/** A model that is asked by the command line. */
export interface MapModel {
  readonly full: TrainedModel<string>;
  /** The file of paid answers. */
  readonly journal: string;
  close(): Promise<void>;
}

/** The environment variable of the key, where none is named. */
export const KEY_FROM = 'OPENAI_API_KEY';
/** The provider whose key must be there: servers of one's own often demand none. */
export const OPENAI = 'https://api.openai.com/v1';

/**
 * The model behind an endpoint. The key is read from the environment, and shown to nobody.
 *
 * @param besides the journal where none is named
 * @throws OptionError for a key that is missing, and for options that can't be
 */
export async function openMapModel(
  { model, baseUrl, keyFrom, labels, unparsed, repliesAs, journal, prices, maxPrice, batch }: MapModelFlags,
  prompt: PromptTemplate,
  besides: string,
): Promise<MapModel> {
  if (!/^[A-Za-z_]\w*$/.test(keyFrom)) {
    // It may be the key itself.
    throw new OptionError('--key-from', "expected an environment variable's name: what was given isn't one");
  }
  const apiKey = process.env[keyFrom];
  if ((apiKey === undefined || apiKey === '') && baseUrl === OPENAI) {
    throw new OptionError(
      '--key-from',
      // Keys of some providers could be names.
      `the environment variable${keyFrom === KEY_FROM ? ` ${keyFrom}` : ''} is empty: set it to your key, or name another`,
    );
  }
  if (unparsed !== undefined && !labels.includes(unparsed))
    throw new OptionError('--unparsed', `'${unparsed}' is none of the labels ${labels.join(', ')}`);
  const kept = journal ?? besides;
  const full = chatModel<Readonly<Record<string, string>>, string>({
    model,
    baseURL: baseUrl,
    labels,
    prompt: (row) => prompt.messages(row),
    journal: kept,
    ...(apiKey !== undefined && apiKey !== '' && { apiKey }),
    ...(unparsed !== undefined && { unparsed }),
    ...(repliesAs !== undefined && { repliesAs }),
    ...(prices !== undefined && { prices }),
    ...(maxPrice !== undefined && { maxPrice }),
    ...(batch && { batch }),
  });
  // Locked before anything else is written: what a second command at once would write is the first one's.
  await full.account();
  return { full, journal: kept, close: () => full.close() };
}
