/** Prices of tokens, what answers cost, and the most that questions may. */

export {
  batchMoneyOf,
  batchShareOf,
  moneyOf,
  type Prices,
  type PriceTable,
  priceTable,
  TOKENS_PRICED,
  type TokenPrices,
} from './prices.js';
export { mostTokens, textTokens, tokensAround } from './tokenLimit.js';
