import { type Objective, systemClock } from '../../lib/costs/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { type Checkpoint, type Fits, openFits } from '../../lib/learn/fits/index.js';
import { type Learner, recipeOf } from '../../lib/learn/learners/index.js';
import { type Patience, systemTimer } from '../../lib/run/runtime/index.js';
import type { PricedRequests, Tracker } from '../scoring/index.js';
import type { Label, Step } from '../types/index.js';
import { approximateOf, offeredBeside } from './approximate.js';
import { FailedStages } from './failedStages.js';
import { FitLog } from './fitLog.js';
import type { FullOption } from './full.js';
import { objectiveOf } from './objective.js';
import { patienceOf, type SettledOptions } from './options.js';
import type { Problem } from './problem.js';
import { ProgressMeter } from './progress.js';
import { type TimeLimit, timeLimit } from './timeLimit.js';

/** The input that every step of `tune` shares, beside the results of earlier steps. */
export interface Run<Row, L extends Label, Name extends string> {
  readonly options: SettledOptions<Row, L, Name>;
  readonly problem: Problem<Row, L>;
  /** Learners for the stages: those that were given, or the full model's own and cheaper ones that `tune` offers. */
  readonly learners: readonly Learner[];
  readonly objective: Objective;
  /** Why plans are compared by it. */
  readonly whyObjective: string;
  /** The limit on waiting for features' promises. */
  readonly patience: Patience;
  /** The time that its steps take. */
  readonly meter: ProgressMeter;
  /** The end of its budget, where that is in seconds. */
  readonly limit: TimeLimit | undefined;
  /** Ends what must be done before a stage can be fitted: the caller's signal, and the limit. */
  readonly early: AbortSignal | undefined;
  /** Where its fits run, until the limit. */
  readonly fits: Fits;
  /** Where the fits of what is served run: they end what was begun in time. */
  readonly lastFits: Fits;
  /** All of its fits, as they end. */
  readonly log: FitLog;
  /** Stages that failed; undefined where learners were given: these are wanted, and a failure is told at once. */
  readonly failed: FailedStages | undefined;
  /** What an earlier process of the same job left. */
  readonly checkpoint: Checkpoint | undefined;
  /** Begins a step with a sentence for whoever waits. @param note by the seconds that all of `tune` probably takes */
  begin(step: Step, note: (seconds: number) => string | undefined): void;
  /** Progress and counts of a step; without its name, no progress is reported. */
  tracker(step?: Step): Tracker;
}

/** @param began when `tune` was called, by its clock. @defaultValue now */
export function runOf<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
  problem: Problem<Row, L>,
  requests: PricedRequests,
  checkpoint?: Checkpoint,
  began?: number,
): Run<Row, L, Name> {
  const { signal, onProgress, threads, clock = systemClock } = options;
  const { objective, why } = objectiveOf(options);
  const meter = new ProgressMeter(clock, began);
  const limit = timeLimit(options.budget, meter, options.timer ?? systemTimer);
  const log = new FitLog();
  const fits = log.following(openFits({ threads, signal, checkpoint, isOurs: isOurs(options) }));
  const report = (step: Step, share: number, noteOf?: (seconds: number) => string | undefined) => {
    const progress = meter.report(step, share);
    if (progress === undefined) return;
    const left = limit ? Math.max(0, limit.seconds - meter.elapsed()) : Number.POSITIVE_INFINITY;
    const probable = Math.min(left, progress.remaining ?? Number.NaN);
    const remaining = Number.isNaN(probable) ? undefined : probable;
    const note = remaining === undefined ? undefined : noteOf?.(meter.elapsed() + remaining);
    onProgress?.({
      ...{ step, share },
      ...(remaining !== undefined && { remaining }),
      ...(note !== undefined && { note }),
    });
  };
  const early = limit && signal ? AbortSignal.any([signal, limit.signal]) : (limit?.signal ?? signal);
  return {
    options,
    problem,
    learners: [...approximateOf(options), ...offeredBeside(options)],
    objective,
    whyObjective: why,
    patience: patienceOf(options),
    meter,
    log,
    checkpoint,
    limit,
    early,
    failed: options.approximate === undefined ? new FailedStages(() => early?.aborted === true) : undefined,
    fits: limit ? within(fits, limit) : fits,
    lastFits: fits,
    begin: (step, note) => report(step, 0, note),
    tracker(step) {
      // What is done from now on is the step's, though it reports later.
      if (step) report(step, 0);
      return { signal, requests, ...(step && { onProgress: (share: number) => report(step, share) }) };
    },
  };
}

function within(fits: Fits, { signal, admit }: TimeLimit): Fits {
  return {
    ...fits,
    run(unit, onProgress) {
      admit(unit);
      return fits.run(unit, onProgress, signal);
    },
  };
}

/** Whether all models that a job fits, or is given, are those of built-in learners. */
export function isOurs<L>(options: {
  readonly features: FeatureSet<never>;
  readonly full: FullOption<L>;
  readonly approximate?: Learner | readonly Learner[] | undefined;
}): boolean {
  const { full } = options;
  return (
    'fit' in full && [full, ...approximateOf(options)].every((learner) => recipeOf(learner) !== undefined)
  );
}
