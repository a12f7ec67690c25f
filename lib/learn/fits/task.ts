import { type BlockRows, type SharedCopies, storedBlock } from '../../data/blocks/index.js';
import type { Closable } from '../../util/closable.js';
import type { State } from '../../util/state.js';
import type { TaskContext, TaskOptions } from '../../util/workers/index.js';
import { type LearnerRecipe, learnerOf, type Model } from '../learners/index.js';
import { type FitUnit, fitUnit, type UnitScores, type UnitTargets } from './unit.js';

/** A unit as plain data, its arrays in shared memory. */
export interface FitTask extends Omit<FitUnit, 'learner' | 'why'> {
  readonly recipe: LearnerRecipe;
}

/** A result as plain data: the model's state, where it is kept, and its scores. */
export interface FitAnswer {
  readonly state: State | undefined;
  readonly scores: readonly Float64Array[];
  readonly seconds: number;
}

/** Worker threads for fits: `fitThreads` of `spillway/threads` gives them. */
export interface FitThreads extends Closable {
  /** How many they are. */
  readonly threads: number;
  /** Bytes that all fits under way may take together, roughly. */
  readonly memory: number;
  /** Does a task once a thread is free and memory allows it. @param bytes that it takes */
  run(task: FitTask, bytes: number, options: TaskOptions): Promise<FitAnswer>;
}

export function taskOf(unit: FitUnit, recipe: LearnerRecipe, copies: SharedCopies): FitTask {
  const { features, blocks, targets, rows, seed, score, keeps } = unit;
  const shared = ({ block, rows }: BlockRows): BlockRows => ({
    block: copies.block(storedBlock(block)),
    rows: rows && copies.array(rows),
  });
  const { truth, soft, width } = targets;
  return {
    recipe,
    features: [...features],
    blocks: blocks.map(shared),
    targets: { truth: copies.array(truth), soft: soft && copies.array(soft), width } satisfies UnitTargets,
    rows: copies.array(rows),
    seed,
    score: score && ({ blocks: score.blocks.map(shared), rounds: score.rounds } satisfies UnitScores),
    keeps,
  };
}

/** Does a task, on its thread. */
export async function doTask({ recipe, ...unit }: FitTask, context: TaskContext): Promise<FitAnswer> {
  const { model, scores, seconds } = await fitUnit({ ...unit, learner: learnerOf(recipe) }, context);
  return { state: model && fittedState(model), scores, seconds };
}

/** What a fitted model is restored from. */
export function fittedState({ name, state }: Model): State {
  if (state === undefined) throw new TypeError(`${name} has no state`);
  return { json: state.json, tensors: state.tensors };
}

/** The model of a state. */
export function restoredModel(recipe: LearnerRecipe, state: State): Model {
  const { load, name } = learnerOf(recipe);
  if (load === undefined) throw new TypeError(`${name} restores no models`);
  return load(state);
}
