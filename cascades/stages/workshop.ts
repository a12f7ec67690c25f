import { type Block, gather } from '../../lib/blocks/index.js';
import type { Decision, ExitRule } from '../../lib/exits/index.js';
import type { FitContext, Learner, Model } from '../../lib/learners/index.js';
import { type Candidate, candidateOf } from '../chain/index.js';
import type { Target } from '../terms/index.js';
import { crossFit, type FittedRound, fitOn, pick, type Targets } from './crossfit.js';
import { type Answered, heldErrors, withErrors } from './intervals.js';
import { stageEvidence } from './pipeline.js';

/** All that stage models are made from and judged by: the development rows and the full model's answers on them. */
export interface Workshop {
  readonly names: readonly string[];
  /** One block a feature over the development rows, by the features that are served. */
  readonly blocks: readonly Block[];
  readonly learners: readonly Learner[];
  readonly targets: Readonly<Partial<Record<Target, Targets>>>;
  readonly rounds: readonly FittedRound[];
  /** What the served models are fitted on, and the rows that candidates are judged on. */
  readonly fit: Int32Array;
  readonly scored: Int32Array;
  /** What is learnt from answers to the scored rows is learnt in these rounds. */
  readonly held: readonly FittedRound[];
  /** The full model's answers and the true ones to the scored rows. */
  readonly full: Float64Array;
  readonly labels: Float64Array | undefined;
  /** Thresholds of a stage: one a class; for regression 1. */
  readonly width: number;
  readonly decision: Decision;
  /** What stages make of their scores unless something better is found. */
  readonly rule: ExitRule;
  /** What errors of regression are judged by. */
  readonly scale: number;
  /** What is lost by answering one of the scored rows so. */
  readonly lost: (answer: number, row: number) => number;
  readonly context: FitContext;
}

/** What a stage's model is made of. */
export type Recipe = Pick<Candidate, 'features' | 'learner' | 'target' | 'passed'>;

/** Cross-fits a model of a subset and looks at what it would answer to rows it hasn't seen. */
export async function tryRecipe(workshop: Workshop, recipe: Recipe): Promise<Candidate> {
  const { lost, rule, width, held } = workshop;
  let scores = await heldScores(workshop, recipe);
  if (width === 1) {
    const errors = await heldErrors(answeredBy(workshop, recipe, scores), held);
    const values = scores;
    scores = new Float64Array(2 * values.length).map((_, i) => (i % 2 === 0 ? values : errors)[i >> 1]);
  }
  const evidence = stageEvidence(lost, rule, scores, scores.length / workshop.scored.length);
  return candidateOf({ ...recipe, rule }, evidence, width);
}

/** The scores of the scored rows, rows x width, by models that hadn't seen them. */
export async function heldScores(workshop: Workshop, recipe: Recipe): Promise<Float64Array> {
  const { rounds, scored, width, context } = workshop;
  const { learner, targets, reads } = ingredients(workshop, recipe);
  const among = recipe.passed && new Set(recipe.passed);
  const { scores } = await crossFit(learner, reads, targets, rounds, context, among);
  return pick(scores, scored, width);
}

/** The model that is certified and served. */
export async function fitCandidate(workshop: Workshop, candidate: Candidate): Promise<Model> {
  const model = await fitRecipe(workshop, candidate);
  if (workshop.width > 1) return model;
  return withErrors(model, answeredBy(workshop, candidate, candidate.evidence.answers), workshop.blocks);
}

/** A model as a stage would have it, to see what it costs to run. */
export async function fitProbe(workshop: Workshop, recipe: Recipe): Promise<Model> {
  if (workshop.width > 1) return fitRecipe(workshop, recipe);
  return fitCandidate(workshop, await tryRecipe(workshop, recipe));
}

async function fitRecipe(workshop: Workshop, recipe: Recipe): Promise<Model> {
  const { learner, targets, reads } = ingredients(workshop, recipe);
  const rows = recipe.passed ?? workshop.fit;
  const blocks = reads.positions.map((f) => gather(workshop.blocks[f], rows));
  return fitOn(learner, reads.features, blocks, targets, rows, workshop.context);
}

function answeredBy(workshop: Workshop, recipe: Recipe, answers: Float64Array): Answered {
  const { full, scored, scale, context, blocks } = workshop;
  const { learner, reads } = ingredients(workshop, recipe);
  const among = recipe.passed && new Set(recipe.passed);
  return { learner, reads, answers, full, rows: scored, count: blocks[0].rows, among, scale, context };
}

/** The recipes of a subset: each learner that it is enough for, fitted to each target that there is. */
export function recipesOf({ learners, targets }: Workshop, features: readonly string[]): Recipe[] {
  const kinds: readonly Target[] = ['labels', 'answers'];
  const able = learners.filter(({ reads = [] }) => reads.every((name) => features.includes(name)));
  return able.flatMap(({ name }) =>
    kinds
      .filter((target) => targets[target] !== undefined)
      .map((target) => ({ features, learner: name, target, passed: undefined })),
  );
}

function ingredients({ learners, targets, names }: Workshop, recipe: Recipe) {
  const learner = learners.find(({ name }) => name === recipe.learner);
  const target = targets[recipe.target];
  if (learner === undefined || target === undefined) {
    throw new TypeError(`no ${recipe.learner} fitted to ${recipe.target} here`);
  }
  const { features } = recipe;
  const reads = { positions: features.map((name) => names.indexOf(name)), features };
  return { learner, targets: target, reads };
}
