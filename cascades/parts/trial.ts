import { rowDigests } from '../../lib/blocks/index.js';
import type { Decision, ExitRule } from '../../lib/exits/index.js';
import type { Model } from '../../lib/learners/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { Thresholds } from '../chain/index.js';
import { type Certification, certifyPath, type Question } from '../promise/index.js';
import { fullAnswers, scoresOf, stageEvidence, type Tracker } from '../stages/index.js';

/** A model and the names of the features that it reads. */
export interface NamedReader {
  readonly model: Model;
  readonly features: readonly string[];
}

/** The same of a stage. */
export interface NamedStage extends NamedReader {
  readonly rule: ExitRule;
}

/** Plans that were chosen, and rows that took no part in it. */
export interface Trial<Row> {
  readonly fitted: readonly NamedFeature<Row>[];
  readonly full: NamedReader;
  readonly chain: readonly NamedStage[];
  /** From careful to bold, thresholds for each stage of the chain, and what each plan is expected to cost. */
  readonly path: readonly Thresholds[];
  readonly costs: readonly number[];
  readonly certification: {
    readonly rows: readonly Row[];
    /** What each row is called in errors. */
    readonly origin: Int32Array;
    readonly labels: Float64Array | undefined;
    readonly groups: Int32Array | undefined;
  };
  readonly question: Question;
  readonly decision: Decision;
  /** 0 for regression. */
  readonly classes: number;
  readonly random: Random;
  readonly tracker: Tracker;
  /** Called with the rows' digests before anything is tested; may refuse by throwing. */
  readonly admit?: (digests: Float64Array) => void;
}

/** Asks every stage and the full model about every row, and tests the path on what they answer. */
export async function testPlans<Row>(
  trial: Trial<Row>,
): Promise<{ certification: Certification; digests: Float64Array }> {
  const { fitted, full, chain, path, costs, certification, question, decision, classes } = trial;
  const readers = [...chain, full].map(({ model, features }) => ({
    model,
    reads: features.map((name) => fitted.findIndex((feature) => feature.name === name)),
  }));
  const digests = new Float64Array(certification.rows.length);
  const scores = await scoresOf(fitted, readers, certification, trial.tracker, (blocks, from) => {
    digests.set(rowDigests(blocks), from);
  });
  trial.admit?.(digests);
  const { labels, groups, origin } = certification;
  const answers = fullAnswers(full.model.name, decision, scores[chain.length], full.model.classes, origin);
  // Certification compares answers itself.
  const stages = chain.map(({ model, rule }, s) => stageEvidence(() => 0, rule, scores[s], model.classes));
  const table = { stages, full: answers, labels, origin, groups, classes };
  return { certification: certifyPath(path, table, question, trial.random, costs), digests };
}
