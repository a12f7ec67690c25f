import { checkFlag, checkKeys, checkOneOf, checkPositive, checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import { Tenants } from './tenants.js';

/** How a scheduler shares cores out. */
export interface SchedulerOptions {
  /** Weights and limits of tenants. @defaultValue equal weights, no limits */
  readonly tenants?: Tenants;
  /** Milliseconds of processor that a slice should take. @defaultValue 2 */
  readonly sliceMs?: number;
  /** Milliseconds of work that may wait, a core. @defaultValue 10 000 */
  readonly maxQueuedMs?: number;
  /** Octets of inputs whose answers are still to come. @defaultValue 256 MiB */
  readonly maxQueuedOctets?: number;
  /**
   * The executor computes on this thread: a job starts as soon as it comes if nothing waits, and the event loop has
   * its turn between slices. @defaultValue false
   */
  readonly inline?: boolean;
  /** Supplies waits and the time. @defaultValue the process's own */
  readonly timer?: Timer;
}

export interface SchedulerTerms {
  readonly tenants: Tenants;
  readonly sliceMs: number;
  readonly maxQueuedMs: number;
  readonly maxQueuedOctets: number;
  readonly inline: boolean;
  readonly timer: Timer;
}

/**
 * Under load jobs are refused, or more aggressive certified modes answer: those of all tenants alike, or of the
 * tenants that send more than their share.
 */
export const OVERLOADS = ['refuse', 'degrade', 'degrade-over-share'] as const;
export type Overload = (typeof OVERLOADS)[number];

/** How a model's jobs are scheduled. */
export interface ModelOptions {
  /** Deadline of jobs that have none, in milliseconds from their arrival. @defaultValue none */
  readonly timeoutMs?: number;
  /**
   * Milliseconds from arrival to answer that 99 of 100 jobs should stay under: slices and waits for more rows adapt
   * to it.
   * @defaultValue none
   */
  readonly p99Ms?: number;
  /** The most rows of a slice; for rankers, whose jobs aren't cut, of no effect. @defaultValue 65 536 */
  readonly maxBatchRows?: number;
  /** Whether more aggressive certified modes answer under load, before jobs are refused. @defaultValue 'refuse' */
  readonly overload?: Overload;
  /**
   * Milliseconds of waiting work, a core, beyond which a more aggressive mode answers what comes.
   * @defaultValue 20, or half of `p99Ms`, or a quarter of `timeoutMs`, if that is less
   */
  readonly degradeAboveMs?: number;
  /** A share of all cores that it gets first; others may use what it leaves. @defaultValue none */
  readonly reserve?: { readonly cores: number };
  /** Slices in flight, those included that wait for something elsewhere. @defaultValue 16 */
  readonly maxInFlight?: number;
}

export interface ModelTerms {
  readonly timeoutMs: number | undefined;
  readonly p99Ms: number | undefined;
  readonly maxBatchRows: number | undefined;
  readonly overload: Overload;
  readonly degradeAboveMs: number;
  readonly reserve: number | undefined;
  readonly maxInFlight: number;
  readonly sliceMs: number;
}

/** @throws OptionError for an option that is unknown or out of its range */
export function schedulerTerms(options: SchedulerOptions): SchedulerTerms {
  checkKeys(options, ['tenants', 'sliceMs', 'maxQueuedMs', 'maxQueuedOctets', 'inline', 'timer']);
  const {
    tenants = new Tenants(),
    sliceMs = 2,
    maxQueuedMs = 10_000,
    maxQueuedOctets = 2 ** 28,
    inline = false,
    timer = systemTimer,
  } = options;
  checkPositive('sliceMs', sliceMs, 'milliseconds above 0');
  checkPositive('maxQueuedMs', maxQueuedMs, 'milliseconds above 0');
  checkWhole('maxQueuedOctets', maxQueuedOctets, 1);
  checkFlag('inline', inline);
  return { tenants, sliceMs, maxQueuedMs, maxQueuedOctets, inline, timer };
}

/** @throws OptionError for an option that is unknown or out of its range */
export function modelTerms(options: ModelOptions, sliceMs: number): ModelTerms {
  checkKeys(options, [
    'timeoutMs',
    'p99Ms',
    'maxBatchRows',
    'overload',
    'degradeAboveMs',
    'reserve',
    'maxInFlight',
  ]);
  const { timeoutMs, p99Ms, maxBatchRows, overload = 'refuse', reserve, maxInFlight = 16 } = options;
  if (timeoutMs !== undefined) checkPositive('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (p99Ms !== undefined) checkPositive('p99Ms', p99Ms, 'milliseconds above 0');
  if (maxBatchRows !== undefined) checkWhole('maxBatchRows', maxBatchRows, 1);
  checkOneOf('overload', overload, OVERLOADS);
  checkWhole('maxInFlight', maxInFlight, 1);
  const { degradeAboveMs = Math.min(20, (p99Ms ?? 40) / 2, (timeoutMs ?? 80) / 4) } = options;
  checkPositive('degradeAboveMs', degradeAboveMs, 'milliseconds above 0');
  if (reserve !== undefined) {
    checkKeys(reserve, ['cores'], 'reserve.');
    if (!(typeof reserve.cores === 'number' && reserve.cores > 0 && reserve.cores <= 1)) {
      throw new OptionError(
        'reserve.cores',
        `expected a share of all cores, above 0 and at most 1, got ${show(reserve.cores)}`,
      );
    }
  }
  return {
    timeoutMs,
    p99Ms,
    maxBatchRows,
    overload,
    degradeAboveMs,
    reserve: reserve?.cores,
    maxInFlight,
    sliceMs: p99Ms === undefined ? sliceMs : Math.min(sliceMs, p99Ms / 2),
  };
}
