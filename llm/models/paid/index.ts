/** Questions asked once each, within a budget: the journal, prices and a sender put together. */

export type { Account } from './account.js';
export { checkPaying, PAYING_OPTIONS, type PayingOptions, type RoundOptions } from './options.js';
export { type AskerOptions, askerOf, type ClaimKeeper, type PaidAsker } from './paidAsker.js';
