import { checkKeys, show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import type { TokenUsage } from '../asking/index.js';

/**
 * What a provider charges, in money per million tokens. Nobody keeps such a table for you: copy the numbers from the
 * provider's page.
 *
 * @example
 * const prices: TokenPrices = { input: 0.15, cached: 0.075, output: 0.6, batch: 0.5, currency: 'USD' };
 */
export interface TokenPrices {
  readonly input: number;
  /** Tokens of a prompt that the provider had in its cache. @defaultValue `input` */
  readonly cached?: number | undefined;
  readonly output: number;
  /**
   * Of tokens sent by the batch API: prices, or the share of the others that is charged, such as .5. @defaultValue
   * nothing is taken off
   */
  readonly batch?: number | Omit<TokenPrices, 'batch' | 'currency'> | undefined;
  /** Its name, for reports. @defaultValue none is said */
  readonly currency?: string | undefined;
}

/** Prices, or a model that costs nothing, such as one on your own machine. */
export type Prices = TokenPrices | 'free';

/** Prices with all that was left out. */
export interface PriceTable {
  readonly list: Record<'input' | 'cached' | 'output', number>;
  readonly batch: PriceTable['list'];
  /** Whether anything was said of batches. */
  readonly isBatchGiven: boolean;
  readonly currency: string | undefined;
}

/** Tokens that prices are of. */
export const TOKENS_PRICED = 1_000_000;

const FREE = { input: 0, cached: 0, output: 0 };

/**
 * Checks prices. A price of 0 is refused: it is more often a field left empty than a gift.
 *
 * @param given undefined where nothing is said
 * @returns undefined where nothing is said: what is paid is then unknown
 * @throws OptionError that names the price
 */
export function priceTable(given: Prices | undefined, option = 'prices'): PriceTable | undefined {
  if (given === undefined) return undefined;
  if (given === 'free') return { list: FREE, batch: FREE, isBatchGiven: true, currency: undefined };
  if (typeof given !== 'object' || given === null) {
    throw new OptionError(
      option,
      `expected { input, output } in money per million tokens, or 'free', got ${show(given)}`,
    );
  }
  checkKeys(given, ['input', 'cached', 'output', 'batch', 'currency'], `${option}.`);
  const { batch, currency } = given;
  const list = checkedList(given, option);
  if (currency !== undefined && (typeof currency !== 'string' || currency === '')) {
    throw new OptionError(`${option}.currency`, `expected a name such as 'USD', got ${show(currency)}`);
  }
  if (batch === undefined) return { list, batch: list, isBatchGiven: false, currency };
  if (typeof batch === 'number') {
    if (!(batch > 0 && batch <= 1)) {
      throw new OptionError(
        `${option}.batch`,
        `expected the share of the other prices that is charged, above 0 and at most 1, or prices, got ${show(batch)}`,
      );
    }
    const { input, cached, output } = list;
    return {
      list,
      batch: { input: input * batch, cached: cached * batch, output: output * batch },
      isBatchGiven: true,
      currency,
    };
  }
  checkKeys(batch, ['input', 'cached', 'output'], `${option}.batch.`);
  return { list, batch: checkedList(batch, `${option}.batch`), isBatchGiven: true, currency };
}

function checkedList(
  { input, cached, output }: Omit<TokenPrices, 'batch' | 'currency'>,
  option: string,
): PriceTable['list'] {
  for (const [name, price] of [
    ['input', input],
    ['output', output],
    ['cached', cached ?? input],
  ] as const) {
    if (typeof price === 'number' && price > 0 && price < Number.POSITIVE_INFINITY) continue;
    const hint =
      price === 0 ? "; where a model costs nothing, say so: prices: 'free'" : ', as on the provider’s page';
    throw new OptionError(
      `${option}.${name}`,
      `expected money per million tokens, above 0, got ${show(price)}${hint}`,
    );
  }
  return { input, cached: cached ?? input, output };
}

/** What tokens cost. @param isBatch whether they were sent by the batch API */
export function moneyOf({ list, batch }: PriceTable, usage: TokenUsage, isBatch = false): number {
  const { input, cached, output } = isBatch ? batch : list;
  return (
    ((usage.input - usage.cached) * input + usage.cached * cached + usage.output * output) / TOKENS_PRICED
  );
}

/** The share of the list price that batch APIs charge where nothing else is said. */
const USUAL_BATCH = 0.5;

/**
 * What the batch API charges of the live price, by the tokens of prompts, of which there are most.
 *
 * @param isUsed whether questions go by it: then what is charged is as the table says
 */
export function batchShareOf(table: PriceTable | undefined, isUsed: boolean): number {
  if (table?.isBatchGiven && table.list.input > 0) return table.batch.input / table.list.input;
  return isUsed && table !== undefined ? 1 : USUAL_BATCH;
}

/** What tokens would cost by the batch API: what savings are stated against. */
export function batchMoneyOf(table: PriceTable, usage: TokenUsage): number {
  return moneyOf(table, usage, true) * (table.isBatchGiven ? 1 : USUAL_BATCH);
}
