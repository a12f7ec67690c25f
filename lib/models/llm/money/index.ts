/** Prices of tokens, what answers cost, and the most that questions may. */

export {
  batchMoneyOf,
  moneyOf,
  type Prices,
  type PriceTable,
  priceTable,
  type TokenPrices,
} from './prices.js';
export { mostTokens, tokensAround } from './tokenLimit.js';
