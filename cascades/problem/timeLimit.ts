import { OptionError } from '../../lib/errors.js';
import { type FitUnit, leastSeconds } from '../../lib/learn/fits/index.js';
import { forMany } from '../../lib/util/abort.js';
import type { Timer } from '../../lib/util/timer.js';
import { type Budget, secondsOf } from './budget.js';
import type { ProgressMeter } from './progress.js';

/** The end of a budget in seconds: fits under way end there. */
export interface TimeLimit {
  /** Aborted at the end, with the error for a run that has nothing to go on with. */
  readonly signal: AbortSignal;
  /** Ends the run now where a fit that can't be cut would take longer than what is left. */
  admit(unit: FitUnit): void;
  /** The run is over: nothing waits for its end any more. */
  close(): void;
}

/** A timer can't wait longer. */
const LONGEST = 2 ** 31 - 1;

/** @returns undefined where the budget isn't in seconds */
export function timeLimit(
  budget: Budget | undefined,
  meter: ProgressMeter,
  timer: Timer,
): TimeLimit | undefined {
  const seconds = secondsOf(budget);
  if (seconds === undefined) return undefined;
  const own = new AbortController();
  const left = Math.max(0, 1_000 * (seconds - meter.elapsed()));
  const close = timer.after(Math.min(LONGEST, left), () => own.abort(tooFewSeconds(seconds, meter)));
  const admit = (unit: FitUnit) => {
    const least = leastSeconds(unit);
    if (least > 0 && meter.elapsed() + least > seconds) own.abort(tooLong(unit, least, seconds));
  };
  return { signal: forMany(own.signal), admit, close };
}

function tooLong({ learner }: FitUnit, least: number, seconds: number): OptionError {
  return new OptionError(
    'budget.seconds',
    `is too small for a fit by ${learner.name}, which takes at least ${least.toFixed(1)} s; got ${seconds}. Pass more, or fewer rows or columns`,
  );
}

/** The error of a run whose seconds are over before a stage is fitted. */
export function tooFewSeconds(seconds: number, meter: ProgressMeter): OptionError {
  const step = meter.spent().at(-1)?.step ?? 'features';
  return new OptionError(
    'budget.seconds',
    `is too small: ${meter.elapsed().toFixed(1)} s of ${seconds} s were over before a stage was fitted, at the step '${step}'. Pass more, ` +
      'or fewer rows or folds, or learners that fit faster',
  );
}
