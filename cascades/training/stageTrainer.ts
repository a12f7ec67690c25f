import { type Block, gather, pick } from '../../lib/blocks/index.js';
import type { Decision, ExitRule } from '../../lib/exits/index.js';
import { type FitContext, isPrefix, type Learner, type Model } from '../../lib/learners/index.js';
import { type Candidate, candidateOf, isSameEnsemble } from '../chain/index.js';
import type { Prefix, Target } from '../types/index.js';
import type { Requests } from './batchScoring.js';
import { stageEvidence } from './batchScoring.js';
import { crossFit, type FittedRound, fitOn, type HeldOut, heldOutScores, type Targets } from './crossfit.js';
import type { Reference } from './fullModel.js';
import { type Answered, heldErrors, withErrors } from './intervals.js';
import { prefixAt, prefixesOf } from './prefixes.js';

/** All that stage models are made from and judged by: the development rows and the full model's answers on them. */
export interface StageTrainer {
  readonly names: readonly string[];
  /** One block a feature over the development rows, by the features that are served. */
  readonly blocks: readonly Block[];
  readonly learners: readonly Learner[];
  readonly targets: Readonly<Partial<Record<Exclude<Target, 'full'>, Targets>>>;
  readonly reference: Reference;
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
  /** Scores of models that were trained elsewhere, by learner: over all rows, asked once for each that is scored. */
  readonly given: Map<string, Float64Array>;
  readonly requests: Requests | undefined;
}

/** What a stage's model is made of. */
export type Recipe = Pick<Candidate, 'features' | 'learner' | 'target' | 'passed'>;

/** A recipe, and after how many of the model's rounds the stage answers. */
export type CutRecipe = Recipe & Pick<Candidate, 'prefix'>;

/** Cross-fits a model of a subset and looks at what it would answer to rows it hasn't seen. */
export async function tryRecipe(trainer: StageTrainer, recipe: Recipe): Promise<Candidate> {
  const [whole] = await tryModels(trainer, recipe, await heldModels(trainer, recipe), [null]);
  return whole;
}

/** As {@link tryRecipe}; where the models are ensembles, also what their first rounds alone would answer. */
export async function tryWithPrefixes(trainer: StageTrainer, recipe: Recipe): Promise<Candidate[]> {
  const held = await heldModels(trainer, recipe);
  return tryModels(trainer, recipe, held, [null, ...prefixesOf(held.map(({ model }) => model))]);
}

/** What the first rounds of the full model would answer, where it is an ensemble. */
export async function tryFullPrefixes(trainer: StageTrainer): Promise<Candidate[]> {
  const { model, learner, reads, held } = trainer.reference;
  const recipe: Recipe = {
    features: reads,
    learner: learner?.name ?? model.name,
    target: 'full',
    passed: undefined,
  };
  // Of the rounds that it has itself: with early stopping those that were cross-fitted have others.
  return tryModels(trainer, recipe, held, prefixesOf([model]));
}

async function tryModels(
  trainer: StageTrainer,
  recipe: Recipe,
  held: readonly HeldOut[],
  prefixes: readonly (Prefix | null)[],
): Promise<Candidate[]> {
  const { lost, rule, width, held: rounds } = trainer;
  const candidates: Candidate[] = [];
  for (const prefix of prefixes) {
    let scores = await prefixScores(trainer, recipe, held, prefix);
    if (width === 1) {
      const errors = await heldErrors(answeredBy(trainer, recipe, scores), rounds);
      const values = scores;
      scores = new Float64Array(2 * values.length).map((_, i) => (i % 2 === 0 ? values : errors)[i >> 1]);
    }
    const evidence = stageEvidence(lost, rule, scores, scores.length / trainer.scored.length);
    candidates.push(candidateOf({ ...recipe, prefix, rule }, evidence, width));
  }
  return candidates;
}

/** The scores of the scored rows, rows x width, by models that hadn't seen them. */
export async function heldScores(trainer: StageTrainer, recipe: CutRecipe): Promise<Float64Array> {
  return prefixScores(trainer, recipe, await heldModels(trainer, recipe), recipe.prefix);
}

async function heldModels(trainer: StageTrainer, recipe: Recipe): Promise<readonly HeldOut[]> {
  if (recipe.target === 'full') return trainer.reference.held;
  const { learner, targets, reads } = ingredients(trainer, recipe);
  const among = recipe.passed && new Set(recipe.passed);
  return crossFit(learner, reads, targets, trainer.rounds, trainer.context, among);
}

async function prefixScores(
  trainer: StageTrainer,
  recipe: Recipe,
  held: readonly HeldOut[],
  prefix: Prefix | null,
): Promise<Float64Array> {
  const { blocks, scored, width, learners, given, requests } = trainer;
  const learner = learners.find(({ name }) => name === recipe.learner);
  if (recipe.target !== 'full' && learner?.predicts) {
    // It says the same whatever it is fitted to, and whichever other features there are.
    const known = given.get(learner.name) ?? (await heldOutScores(held, blocks[0].rows, requests));
    given.set(learner.name, known);
    return pick(known, scored, width);
  }
  const models = held.map((each) => ({ ...each, model: prefixAt(each.model, prefix) }));
  return pick(await heldOutScores(models, blocks[0].rows), scored, width);
}

/**
 * The models of a chain that is certified and served; stages that are prefixes of one ensemble share it.
 */
export async function fitStages(trainer: StageTrainer, stages: readonly Candidate[]): Promise<Model[]> {
  const models: Model[] = [];
  for (const [s, stage] of stages.entries()) {
    const known = stages.findIndex((other) => isSameEnsemble(other, stage));
    const whole = known < s ? wholeOf(models[known]) : await fitCandidate(trainer, stage);
    models.push(prefixAt(whole, stage.prefix));
  }
  return models;
}

function wholeOf(model: Model): Model {
  return isPrefix(model) ? model.ensemble : model;
}

async function fitCandidate(trainer: StageTrainer, candidate: Candidate): Promise<Model> {
  if (candidate.target === 'full') return trainer.reference.model;
  const model = await fitRecipe(trainer, candidate);
  if (trainer.width > 1) return model;
  return withErrors(model, answeredBy(trainer, candidate, candidate.evidence.answers), trainer.blocks);
}

/** A model as a stage would have it, to see what it costs to run. */
export async function fitProbe(trainer: StageTrainer, recipe: Recipe): Promise<Model> {
  if (trainer.width > 1) return fitRecipe(trainer, recipe);
  return fitCandidate(trainer, await tryRecipe(trainer, recipe));
}

async function fitRecipe(trainer: StageTrainer, recipe: Recipe): Promise<Model> {
  const { learner, targets, reads } = ingredients(trainer, recipe);
  const rows = recipe.passed ?? trainer.fit;
  const blocks = reads.positions.map((f) => gather(trainer.blocks[f], rows));
  return fitOn(learner, reads.features, blocks, targets, rows, trainer.context);
}

function answeredBy(trainer: StageTrainer, recipe: Recipe, answers: Float64Array): Answered {
  const { full, scored, scale, context, blocks } = trainer;
  const { learner, reads } = ingredients(trainer, recipe);
  const among = recipe.passed && new Set(recipe.passed);
  return { learner, reads, answers, full, rows: scored, count: blocks[0].rows, among, scale, context };
}

/** The recipes of a subset: each learner that it is enough for, fitted to each target that there is. */
export function recipesOf({ learners, targets }: StageTrainer, features: readonly string[]): Recipe[] {
  const kinds = ['labels', 'answers'] as const;
  const able = learners.filter(({ reads = [] }) => reads.every((name) => features.includes(name)));
  return able.flatMap(({ name }) =>
    kinds
      .filter((target) => targets[target] !== undefined)
      .map((target) => ({ features, learner: name, target, passed: undefined })),
  );
}

function ingredients({ learners, targets, names }: StageTrainer, recipe: Recipe) {
  const learner = learners.find(({ name }) => name === recipe.learner);
  const target = recipe.target === 'full' ? undefined : targets[recipe.target];
  if (learner === undefined || target === undefined) {
    throw new TypeError(`no ${recipe.learner} fitted to ${recipe.target} here`);
  }
  const { features } = recipe;
  const reads = { positions: features.map((name) => names.indexOf(name)), features };
  return { learner, targets: target, reads };
}
