/** Requests with a deadline, retries with jitter and a budget, and a circuit breaker. */

export { backoff, RetryBudget } from './backoff.js';
export { Breaker, type BreakerOptions } from './breaker.js';
export { CircuitOpen, Retrier, type Retryable, type RetryPolicy } from './retrier.js';
