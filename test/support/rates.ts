import type { ExecutionContext } from 'ava';

/**
 * Asserts that `count` of `n` independent events is what a probability of `p` gives, within 4.5 standard deviations
 * (and one event, for small n · p): with a fixed seed, a wrong formula fails and a right one was never near.
 */
export function expectRate(t: ExecutionContext, count: number, n: number, p: number, what: string): void {
  const room = 4.5 * Math.sqrt(n * p * (1 - p)) + 1;
  t.true(Math.abs(count - n * p) <= room, `${what}: ${count} of ${n}, expected ${n * p} ± ${room}`);
}
