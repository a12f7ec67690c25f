/** Requests to what may fail: a deadline, retries with jitter and a budget, a circuit breaker. */

export { Breaker, type BreakerOptions } from './breaker.js';
export { CircuitOpen, Retrier, type Retryable, type RetryPolicy } from './retrier.js';
