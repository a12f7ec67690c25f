import { type Block, gather } from '../../lib/blocks/index.js';
import type { FitContext, Learner, Model } from '../../lib/learners/index.js';
import type { Decision } from '../../lib/runtime/index.js';
import { type Candidate, candidateOf } from '../chain/index.js';
import type { Target } from '../terms/index.js';
import { crossFit, type FittedRound, fitOn, pick, type Targets } from './crossfit.js';
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
  /** The full model's answers and the true classes of the scored rows. */
  readonly full: Int32Array;
  readonly labels: Int32Array | undefined;
  readonly classes: number;
  readonly decision: Decision;
  /** What is lost by answering one of the scored rows so. */
  readonly lost: (answer: number, row: number) => number;
  readonly context: FitContext;
}

/** What a stage's model is made of. */
export type Recipe = Pick<Candidate, 'features' | 'learner' | 'target' | 'passed'>;

/** Cross-fits a model of a subset and looks at what it would answer to rows it hasn't seen. */
export async function tryRecipe(workshop: Workshop, recipe: Recipe): Promise<Candidate> {
  const { rounds, scored, classes, decision, lost, context } = workshop;
  const { learner, targets, reads } = ingredients(workshop, recipe);
  const among = recipe.passed && new Set(recipe.passed);
  const { scores } = await crossFit(learner, reads, targets, rounds, context, among);
  const evidence = stageEvidence(lost, decision, pick(scores, scored, classes), classes);
  return candidateOf(recipe, evidence, classes);
}

/** The model that is certified and served. */
export async function fitRecipe(workshop: Workshop, recipe: Recipe): Promise<Model> {
  const { learner, targets, reads } = ingredients(workshop, recipe);
  const rows = recipe.passed ?? workshop.fit;
  const blocks = reads.map((f) => gather(workshop.blocks[f], rows));
  return fitOn(learner, blocks, targets, rows, workshop.context);
}

/** The recipes of a subset: each learner, fitted to each target that there is. */
export function recipesOf({ learners, targets }: Workshop, features: readonly string[]): Recipe[] {
  const kinds: readonly Target[] = ['labels', 'answers'];
  return learners.flatMap(({ name }) =>
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
  return { learner, targets: target, reads: recipe.features.map((name) => names.indexOf(name)) };
}
