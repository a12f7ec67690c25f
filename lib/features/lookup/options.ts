import { checkFunction, checkKeys, checkPositive, checkWhole, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import type { BreakerOptions, RetryPolicy } from '../../util/retry/index.js';
import { systemTimer, type Timer } from '../../util/timer.js';

/** How requests to a source are made. */
export interface SourceOptions {
  /** Its name in errors and statistics. @defaultValue the kind of source */
  readonly name?: string;
  /** The most keys of a round trip. @defaultValue 1000 */
  readonly maxBatch?: number;
  /** Milliseconds for an answer, retries and their waits included. @defaultValue 1000 */
  readonly timeoutMs?: number;
  /** Round trips after the first, where one fails as a whole. @defaultValue 2 */
  readonly retries?: number;
  /**
   * When a source that keeps failing is left alone. @defaultValue the defaults of
   * {@link BreakerOptions}
   */
  readonly breaker?: BreakerOptions;
  /** Uniform in [0, 1), for the waits before retries. @defaultValue Math.random: clients must not wait alike */
  readonly random?: () => number;
  /** Supplies waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

export interface SourcePolicy extends RetryPolicy {
  readonly name: string;
  readonly maxBatch: number;
  readonly breaker: Required<BreakerOptions>;
}

export const SOURCE_OPTIONS = ['name', 'maxBatch', 'timeoutMs', 'retries', 'breaker', 'random', 'timer'];

/** The longest that a timer of Node's can wait. */
const LONGEST = 2 ** 31 - 1;

/** @throws OptionError for an option that is unknown or out of its range */
export function policyOf(kind: string, options: SourceOptions, others: readonly string[] = []): SourcePolicy {
  checkKeys(options, [...SOURCE_OPTIONS, ...others]);
  const {
    name = kind,
    maxBatch = 1000,
    timeoutMs = 1000,
    retries = 2,
    breaker = {},
    random = Math.random,
    timer = systemTimer,
  } = options;
  if (typeof name !== 'string' || name === '') {
    throw new OptionError('name', `expected the source's name, got ${show(name)}`);
  }
  checkWhole('maxBatch', maxBatch, 1);
  checkPositive('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (timeoutMs > LONGEST) throw new OptionError('timeoutMs', `expected at most ${LONGEST} milliseconds`);
  checkWhole('retries', retries, 0);
  checkFunction('random', random);
  checkKeys(breaker, ['failures', 'openMs'], 'breaker.');
  const { failures = 5, openMs = 500 } = breaker;
  checkWhole('breaker.failures', failures, 1);
  checkPositive('breaker.openMs', openMs, 'milliseconds above 0');
  return { name, maxBatch, timeoutMs, retries, breaker: { failures, openMs }, random, timer };
}
