import { checkFunction, checkKeys, checkWhole } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import { systemTimer, type Timer } from '../../../lib/util/timer.js';
import { LimitedCalls } from './calls.js';
import { LIMIT_OPTIONS, type LimitOptions, ProviderLimits, providerLimits } from './providerLimits.js';

/** Options of a model by which requests are sent to it. */
export interface SendingOptions {
  /** Milliseconds of one attempt, below 2 ** 31. @defaultValue 60_000 */
  readonly timeoutMs?: number;
  /** Attempts after the first where one was lost; waiting for the provider's limits isn't counted. @defaultValue 4 */
  readonly retries?: number;
  /** What may be asked at once and in a minute; `providerLimits` shares it between models. @defaultValue as headers tell */
  readonly limits?: LimitOptions | ProviderLimits;
  /**
   * Texts that are never kept or shown, beside `apiKey` and the values of `headers`: keys that a function or a client of yours holds.
   * @defaultValue none
   */
  readonly secrets?: readonly string[];
  /** Uniform in [0, 1), for the waits before retries. @defaultValue Math.random: clients must not wait alike */
  readonly random?: () => number;
  /** Supplies waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

export const SENDING_OPTIONS = ['timeoutMs', 'retries', 'limits', 'secrets', 'random', 'timer'] as const;

/** The longest that a timer of Node's can wait. */
const LONGEST = 2 ** 31 - 1;

/** @throws OptionError */
export function checkSending({ timeoutMs, retries, limits, secrets = [], random }: SendingOptions): void {
  if (timeoutMs !== undefined) checkWhole('timeoutMs', timeoutMs, 1, LONGEST);
  if (retries !== undefined) checkWhole('retries', retries, 0);
  if (limits !== undefined && !(limits instanceof ProviderLimits))
    checkKeys(limits, LIMIT_OPTIONS, 'limits.');
  // Not shown, of course.
  if (!Array.isArray(secrets) || !secrets.every((secret) => typeof secret === 'string'))
    throw new OptionError('secrets', 'expected a list of texts');
  if (random !== undefined) checkFunction('random', random);
}

/** What sends requests as the options say, and the most of them at once. @throws OptionError */
export function limitedCalls({
  timeoutMs = 60_000,
  retries = 4,
  limits,
  random = Math.random,
  timer = systemTimer,
}: SendingOptions): { readonly calls: LimitedCalls; readonly concurrent: number } {
  const { limiter, concurrent } =
    limits instanceof ProviderLimits ? limits : providerLimits({ timer, ...limits });
  return { calls: new LimitedCalls(limiter, { timeoutMs, retries, random, timer }), concurrent };
}
