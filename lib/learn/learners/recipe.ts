import type { Learner } from './learner.js';
import type { MadeLearners } from './list.js';

/** The options of each learner that is made again elsewhere. */
export type RecipeOptions = {
  readonly [Name in keyof MadeLearners]: NonNullable<Parameters<MadeLearners[Name]>[0]>;
};

/** Plain data from which another thread makes the same learner. */
export type LearnerRecipe<Name extends keyof MadeLearners = keyof MadeLearners> = {
  [N in Name]: {
    readonly kind: N;
    readonly options: RecipeOptions[N];
    /** Rounds of each of its models, 0 where they have none; undefined where only a fit tells. */
    readonly rounds: number | undefined;
  };
}[Name];

/** A learner that carries its recipe. */
interface BuiltIn extends Learner {
  readonly recipe: LearnerRecipe;
  /** The `fit` that the recipe stands for. */
  readonly ownFit: Learner['fit'];
}

/**
 * A learner with its recipe. Options are copied, since the caller may change its own later.
 *
 * A copy of the learner with another `fit` is a user's learner: see {@link recipeOf}.
 */
export function withRecipe<L extends Learner>(learner: L, recipe: LearnerRecipe): L {
  return { ...learner, recipe: structuredClone(recipe), ownFit: learner.fit };
}

/** The recipe of a built-in learner that threads can make; undefined for other learners. */
export function recipeOf(learner: Learner): LearnerRecipe | undefined {
  return isBuiltIn(learner) && learner.ownFit === learner.fit ? learner.recipe : undefined;
}

function isBuiltIn(learner: Learner): learner is BuiltIn {
  return 'recipe' in learner && 'ownFit' in learner;
}

/**
 * A learner whose options were chosen, with all that a user's copy of the open learner changes, its name for example.
 * A copy with a `fit` of its own stays open: nobody knows what that makes of the options.
 */
export function fixedCopy(copy: Learner, open: Learner, fixed: Learner): Learner {
  if (copy.fit !== open.fit) return copy;
  const known = new Map<string, unknown>(Object.entries(open));
  const changes = Object.entries(copy).filter(([key, value]) => known.get(key) !== value);
  return { ...fixed, ...Object.fromEntries(changes) };
}
