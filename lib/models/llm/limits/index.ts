/** What providers let through: their limits by headers, requests at once, retries within a budget. */

export { type Attempted, type AttemptPolicy, LimitedCalls } from './calls.js';
export { ProviderFault } from './fault.js';
export { Limiter, type LimiterLimits, type Permit } from './limiter.js';
export { type LimitNews, type LimitTold, limitNews } from './limitNews.js';
export {
  LIMIT_OPTIONS,
  type LimitOptions,
  ProviderLimits,
  providerLimits,
  providerLimitsOf,
} from './providerLimits.js';
