import { OptionError } from '../../lib/errors.js';
import { type FitUnit, leastSeconds } from '../../lib/learn/fits/index.js';
import { forMany } from '../../lib/util/abort.js';
import type { Timer } from '../../lib/util/timer.js';
import { type Budget, secondsOf } from './budget.js';
import type { ProgressMeter } from './progress.js';

/** The end of a budget in seconds: fits under way end there. */
export interface TimeLimit {
  readonly seconds: number;
  /** Aborted at the end, with the error for a run that has nothing to go on with. */
  readonly signal: AbortSignal;
  /** Ends the run now where a fit that can't be cut would take longer than what is left. */
  admit(unit: FitUnit): void;
  /**
   * Takes in how many seconds more features, a fit of the full model and the certification rows will take.
   *
   * @throws OptionError where that is clearly beyond the end
   */
  need(more: number): void;
  /** From now on the end comes so many seconds before that of the budget: what is left to do then takes these. */
  keep(seconds: number): void;
  /** Whether this is what the end was aborted with. */
  isEnd(error: unknown): boolean;
  /** The run is over: nothing waits for its end any more. */
  close(): void;
}

/** A timer can't wait longer. */
const LONGEST = 2 ** 31 - 1;
/** A run may take so many times its seconds, and so an estimate of what it needs. */
const BEYOND = 1.2;

/** @returns undefined where the budget isn't in seconds */
export function timeLimit(
  budget: Budget | undefined,
  meter: ProgressMeter,
  timer: Timer,
): TimeLimit | undefined {
  const seconds = secondsOf(budget);
  if (seconds === undefined) return undefined;
  const own = new AbortController();
  let least: number | undefined;
  let close = () => {};
  const endAt = (end: number) => {
    close();
    const left = Math.max(0, 1_000 * (end - meter.elapsed()));
    close = timer.after(Math.min(LONGEST, left), () => own.abort(tooFewSeconds(seconds, meter, least)));
  };
  endAt(seconds);
  return {
    seconds,
    signal: forMany(own.signal),
    admit(unit) {
      const takes = leastSeconds(unit);
      if (takes > 0 && meter.elapsed() + takes > seconds) own.abort(tooLong(unit, takes, seconds));
    },
    need(more) {
      least = meter.elapsed() + more;
      if (least > BEYOND * seconds) throw belowLeast(seconds, least);
    },
    keep: (kept) => endAt(seconds - kept),
    isEnd: (error) => own.signal.aborted && error === own.signal.reason,
    close: () => close(),
  };
}

function tooLong({ learner }: FitUnit, least: number, seconds: number): OptionError {
  return new OptionError(
    'budget.seconds',
    `is too small for a fit by ${learner.name}, which takes at least ${least.toFixed(1)} s; got ${seconds}. Pass more, or fewer rows or columns`,
  );
}

const INSTEAD = 'Pass more, or fewer rows or folds, or learners that fit faster';

function belowLeast(seconds: number, least: number): OptionError {
  const takes = least > seconds ? `about ${least.toPrecision(2)} s` : `more than ${seconds} s`;
  return new OptionError(
    'budget.seconds',
    `is too small: fitting the features, one fit of the full model and computing the certification rows take ` +
      `${takes}; got ${seconds}. ${INSTEAD}`,
  );
}

/** The error of a run whose seconds are over before the full model is fitted. @param least seconds that it needs, where known */
function tooFewSeconds(seconds: number, meter: ProgressMeter, least: number | undefined): OptionError {
  if (least !== undefined) return belowLeast(seconds, least);
  const step = meter.spent().at(-1)?.step ?? 'features';
  return new OptionError(
    'budget.seconds',
    `is too small: ${meter.elapsed().toFixed(1)} s of ${seconds} s were over before the full model was fitted, at the step '${step}'. ${INSTEAD}`,
  );
}
