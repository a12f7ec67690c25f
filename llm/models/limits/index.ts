/** What providers let through: their limits by headers, requests at once, retries within a budget. */

export { type Attempted, type AttemptPolicy, LimitedCalls } from './calls.js';
export { ProviderFault } from './fault.js';
export { Limiter, type LimiterLimits, type Permit } from './limiter.js';
export { type LimitNews, type LimitTold, limitNews } from './limitNews.js';
export { type LimitOptions, type ProviderLimits, providerLimits } from './providerLimits.js';
export { checkSending, limitedCalls, SENDING_OPTIONS, type SendingOptions } from './sendingOptions.js';
