import { sumSimple } from 'simple-statistics';
import { costOf, featureCosts, type Profile } from '../../lib/costs/index.js';
import { type Learner, recipeOf } from '../../lib/learn/learners/index.js';
import { sample } from '../../lib/stats/index.js';
import { firstProfile, secondsARow } from '../costs/index.js';
import type { Run } from '../problem/index.js';
import { type FeatureBlocks, fitOn, fitShape } from '../training/index.js';
import type { Label, Step } from '../types/index.js';
import { PER_SECOND, type SearchPlan } from './budget.js';
import { EFFORT_SETTINGS } from './effort.js';
import { lightRows, WORTHWHILE } from './fewerRows.js';
import { subsetSpace } from './subsets.js';
import { TRIALS } from './twoSteps.js';

/** A fit is timed to so many rows, or to fewer where it would do more than so many multiplications: half a second. */
const [TIMED, MOST_WORK, FEWEST] = [1_024, 5e7, 64];
/** Runs over fewer rows are over before anybody wants to know when. */
const LONG = 1_000;

/**
 * Times a fit to few rows, so that the time of all others can be told before the first long one: of the full model, or of
 * the first learner where that was given trained. Learners of one's own aren't asked for it. A fit that fails tells
 * nothing: few rows may all be of one class.
 */
export async function timeFewRows<Row, L extends Label, Name extends string>(
  { options, problem, learners, early, log }: Run<Row, L, Name>,
  { blocks }: FeatureBlocks<Row>,
): Promise<void> {
  const { development, split, width, random } = problem;
  const [learner] = 'fit' in options.full ? [options.full] : learners;
  const { labels } = development;
  if (labels === undefined || split.fit.length < LONG || recipeOf(learner) === undefined) return;
  const perRow = learner.work(fitShape(blocks, LONG, width)) / LONG;
  const most = Math.min(TIMED, split.fit.length);
  const count = Math.min(most, Math.max(FEWEST, Math.floor(MOST_WORK / perRow)));
  const rows = sample(split.fit.length, count, random.fork('timed rows')).map((i) => split.fit[i]);
  const targets = { truth: labels, width, origin: development.rows.origin };
  const timed = learner.rough?.() ?? learner;
  const fit = (some: Int32Array) => {
    const read = blocks.map((block) => ({ block, rows: some }));
    return fitOn(timed, options.features.names, read, targets, some, { seed: 0, signal: early });
  };
  let start = 0;
  try {
    // What has never run takes several times as long.
    await fit(rows.subarray(0, FEWEST));
    start = performance.now();
    await fit(rows);
  } catch {
    early?.throwIfAborted();
    return;
  }
  const seconds = Math.max(1e-3, (performance.now() - start) / 1_000);
  log.guess((FEW_ROWS * learner.work(fitShape(blocks, count, width))) / seconds);
}

/** Fits to many rows do so many times as much a second as those to few: all have parts that don't grow with rows. */
const FEW_ROWS = 2;

/**
 * Seconds that the steps after the features take, by the pace of the fits so far and what rows took.
 *
 * @param profile by default what the first rows took
 */
export function expectedTimes<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  all: FeatureBlocks<Row>,
  plan: SearchPlan,
  profile: Profile<Name> = firstProfile(run, all),
): Partial<Record<Step, number>> {
  const { options, problem, log } = run;
  const { development, certification, split } = problem;
  const pace = log.pace() ?? PER_SECOND;
  const row = secondsARow(run, all, profile);
  const { judged } = EFFORT_SETTINGS[options.effort ?? 'default'];
  const work = stageWork(run, all, plan, profile);
  const fits = 'fit' in options.full ? 1 + plan.rounds.length : 0;
  return {
    'full model': (fits * plan.fullWork) / pace + REFITS * development.rows.length * row,
    ...(options.profile === undefined && {
      profile: MEASURED + Math.min(4, TIMES[0] * row) + Math.min(8, TIMES[1] * row),
    }),
    stages: work.stages / pace,
    search: work.search / pace + A_ROW * Math.min(judged, split.scored.length),
    certify: certifySeconds(certification.rows.length, row),
  };
}

/** Seconds that the certification rows take. @param row seconds of one through features and the full model */
export function certifySeconds(rows: number, row: number): number {
  return rows * (1.3 * row + A_ROW / 5);
}

/** Features are fitted and computed again for folds, mostly of what they keep. */
const REFITS = 0.5;
/** Seconds of measuring whatever rows take, and the rows that rounds of small batches and of served ones compute. */
const [MEASURED, TIMES] = [1.5, [730, 8_160]];
/** Seconds a row that judges: chains and exit scores are compared on all of them. */
const A_ROW = 2.5e-4;

/** Multiplications of the fits of stages, and of those after them: the later ones of a chain again, and all that is served. */
function stageWork<Row, L extends Label, Name extends string>(
  { options, problem, objective }: Run<Row, L, Name>,
  { blocks }: FeatureBlocks<Row>,
  plan: SearchPlan,
  profile: Profile<Name>,
): { readonly stages: number; readonly search: number } {
  const { names } = options.features;
  const { split, width, development } = problem;
  const { contenders, fits, judged } = EFFORT_SETTINGS[options.effort ?? 'default'];
  const [folds, scored] = [plan.rounds.length, split.scored.length];
  const rows = folds > 1 ? (split.fit.length * (folds - 1)) / folds : split.fit.length;
  const costAt = (some: readonly string[]) => costOf(featureCosts(profile, some), objective);
  const whole = costAt(names) + (profile.full ? costOf([profile.full], objective) : 0);
  const all: readonly string[] = names;
  const workOn = (learners: readonly Learner[], some: readonly string[], count: number) =>
    sumSimple(
      learners.map((learner) =>
        learner.work(
          fitShape(
            some.map((name) => blocks[all.indexOf(name)]),
            count,
            width,
          ),
        ),
      ),
    );
  const roundsOf = (enough: number) => Math.min(folds, Math.ceil((enough * folds) / scored));
  const worksOf = (learners: readonly Learner[], count: number) =>
    subsetSpace(names, costAt, whole).works((subset) => workOn(learners, subset, count));
  const targets = development.labels === undefined ? 1 : 2;
  const own = worksOf(plan.first, rows);
  const dearest = Math.max(0, ...own);
  const left = Math.max(0, plan.budget - plan.fullWork * Math.max(1, folds));
  const served = 1.5 * dearest;

  const lighter = plan.first.map((learner) => learner.lighter?.() ?? learner);
  const light = lightRows(rows, width);
  const [trial, inFull] = [
    roundsOf(2_000) * workOn(lighter, names, light),
    folds * workOn(plan.first, names, rows),
  ];
  if (Number.isFinite(contenders) && scored >= 2_000 && trial <= WORTHWHILE * inFull) {
    const trials = Math.min(TRIALS * left, roundsOf(2_000) * sumSimple(worksOf(lighter, light)));
    return { stages: trials + Math.min(left - trials, fits * plan.oneFit), search: served + dearest };
  }
  const stages = Math.min(left, targets * roundsOf(judged) * sumSimple(own));
  return { stages, search: served + targets * folds * LATER * dearest };
}

/** The share of rows that earlier stages pass on. */
const LATER = 0.35;
