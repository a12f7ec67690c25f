import { type Block, rowDigests, rowSizes } from '../../lib/blocks/index.js';
import type { Decision, ExitRule } from '../../lib/exits/index.js';
import type { Model } from '../../lib/learners/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { StageAnswers, Thresholds } from '../chain/index.js';
import { fullAnswers, scoresOf, stageEvidence, type Tracker } from '../scoring/index.js';
import type { Question } from './boundSpec.js';
import { type Certification, certifyPath } from './certify.js';
import { evidenceAt } from './table.js';

/** A model and the names of the features that it reads. */
export interface NamedReader {
  readonly model: Model;
  readonly features: readonly string[];
}

/** The same of a stage. */
export interface NamedStage extends NamedReader {
  readonly rule: ExitRule;
}

/** A chain, and from careful to bold thresholds for each of its stages, and what each plan is expected to cost. */
export interface TrialPath {
  readonly chain: readonly NamedStage[];
  readonly path: readonly Thresholds[];
  readonly costs: readonly number[];
  readonly delta: number;
}

/** Plans that were chosen, and rows that took no part in it. */
export interface Trial<Row> {
  readonly fitted: readonly NamedFeature<Row>[];
  readonly full: NamedReader;
  /** Each with what it may spend of delta. */
  readonly paths: readonly TrialPath[];
  readonly certification: {
    readonly rows: readonly Row[];
    /** What each row is called in errors. */
    readonly origin: Int32Array;
    readonly labels: Float64Array | undefined;
    readonly groups: Int32Array | undefined;
    /** Where rows repeat, one row for each draw. */
    readonly draws: Int32Array | undefined;
  };
  readonly question: Question;
  readonly decision: Decision;
  /** 0 for regression. */
  readonly classes: number;
  readonly random: Random;
  readonly tracker: Tracker;
  /** Shown the blocks of the first batch of rows and the readers' scores, before anything is tested; may refuse by throwing. */
  readonly compare?: (blocks: readonly Block[], scores: readonly Float64Array[]) => Promise<void>;
  /**
   * Called with the rows' digests when all is computed and before a loss is read; may refuse by throwing.
   *
   * @returns one row for each draw, where that is known only now
   */
  readonly admit?: (digests: readonly Float64Array[]) => Int32Array | undefined;
}

export interface Tried {
  /** Of each path. */
  readonly certifications: readonly Certification[];
  /** The path of the plan to serve: the cheapest of those that its path's tests let through. */
  readonly best: number;
  /** The full model's answers. */
  readonly full: Float64Array;
  /** One array a feature. */
  readonly digests: readonly Float64Array[];
  /** Where not every row counted as a draw of its own, those that did. */
  readonly draws: Int32Array | undefined;
  /** Those draws, or all rows: where they leave is what to expect of rows to come. */
  readonly sample: Sample;
}

/** Rows that took no part in choosing any plan. */
export interface Sample {
  /** How many numbers the blocks of each row hold. */
  readonly sizes: Float64Array;
  /** Of each path, what each stage of its chain would answer the rows. */
  readonly stages: readonly (readonly StageAnswers[])[];
}

/**
 * Asks every stage and the full model about every row, and tests each path, at its own part of delta, on what they answer:
 * that any path serves a plan that breaks the promise has at most the sum of their chances.
 */
export async function testPlans<Row>(trial: Trial<Row>): Promise<Tried> {
  const { fitted, full, paths, certification, question, decision, classes } = trial;
  const readers = [...paths.flatMap(({ chain }) => chain), full].map(({ model, features }) => ({
    model,
    reads: features.map((name) => fitted.findIndex((feature) => feature.name === name)),
  }));
  const digests = fitted.map(() => new Float64Array(certification.rows.length));
  const sizes = new Float64Array(certification.rows.length);
  let first: readonly Block[] = [];
  const scores = await scoresOf(fitted, readers, certification, trial.tracker, (blocks, from) => {
    blocks.forEach((block, f) => {
      digests[f].set(rowDigests([block]), from);
    });
    sizes.set(rowSizes(blocks), from);
    if (from === 0) first = blocks;
  });
  const count = first[0]?.rows ?? 0;
  const firstScores = scores.map((all, r) => all.subarray(0, count * readers[r].model.classes));
  if (count > 0) await trial.compare?.(first, firstScores);
  const { labels, groups, origin } = certification;
  const whole = scores[scores.length - 1];
  const answers = fullAnswers(full.model.name, decision, whole, full.model.classes, origin);
  const draws = trial.admit?.(digests) ?? certification.draws;
  let from = 0;
  const stages = paths.map(({ chain }) => {
    const own = scores.slice(from, from + chain.length);
    from += chain.length;
    // Certification compares answers itself.
    return chain.map(({ model, rule }, s) => stageEvidence(() => 0, rule, own[s], model.classes));
  });
  const certifications = paths.map(({ path, costs, delta }, p) => {
    const table = { stages: stages[p], full: answers, labels, origin, groups, draws, classes };
    return certifyPath(path, table, { ...question, delta }, trial.random, costs);
  });
  const costOf = (p: number) => paths[p].costs[certifications[p].step] ?? Number.POSITIVE_INFINITY;
  const best = paths.reduce((least, _, p) => (costOf(p) < costOf(least) ? p : least), 0);
  const sample =
    draws === undefined
      ? { sizes, stages }
      : {
          sizes: Float64Array.from(draws, (row) => sizes[row]),
          stages: stages.map((chain) => chain.map((stage) => evidenceAt(stage, draws))),
        };
  return { certifications, best, full: answers, digests, draws, sample };
}
