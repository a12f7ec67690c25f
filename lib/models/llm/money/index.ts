/** Prices of tokens, what answers cost, and the most that questions may. */

export {
  batchMoneyOf,
  moneyOf,
  type Prices,
  type PriceTable,
  priceTable,
  type TokenPrices,
} from './prices.js';
export { TokenLimit, tokensAround } from './tokenLimit.js';
