import { checkWhole, show } from '../../check.js';
import type { Block } from '../../data/blocks/index.js';
import { ModelError, OptionError } from '../../errors.js';
import type { Model, WriteScores } from './learner.js';

/**
 * A model that sums the outputs of its rounds, one after the other: scoring can stop after any
 * round and resume later.
 *
 * A row's sums after `rounds` rounds are the same, bit for bit, whether they were added in one go or in several.
 */
export interface Ensemble extends Model {
  /** The number of rounds. A boosting round is a tree, or with several classes a tree of each. */
  readonly rounds: number;
  /** Numbers a row that are added up. */
  readonly sums: number;
  /** Writes the starting values of the sums, rows x sums, to the front of `sums`. */
  begin(rows: number, sums: Float64Array): void;
  /**
   * Adds the outputs of rounds `from` (included) to `to` (excluded) for each row. Rounds that don't
   * exist add nothing.
   */
  advance(blocks: readonly Block[], sums: Float64Array, from: number, to: number): void;
  /**
   * Writes the scores for such sums, rows x classes, to the front of `out`, which may be `sums`.
   */
  conclude(rows: number, sums: Float64Array, out: Float64Array): void;
  /**
   * Its `score`. A copy with another `score` gives other answers than its rounds, and runs whole like any other
   * model.
   */
  readonly own: WriteScores;
}

/** The answers of an ensemble after its first rounds: an early exit from it. */
export interface EnsemblePrefix extends Model {
  readonly ensemble: Ensemble;
  /** Rounds that are run, 1 or more. */
  readonly rounds: number;
  /** As {@link Ensemble.own}. */
  readonly own: WriteScores;
}

/**
 * Whether a model can be left after any of its rounds: boosted trees can.
 *
 * @param model any
 * @example
 * if (isEnsemble(model)) console.log(model.rounds, prefixOf(model, 10).rounds);
 */
export function isEnsemble(model: Model): model is Ensemble {
  return 'rounds' in model && 'advance' in model && isOwn(model);
}

/**
 * Whether a model is the first rounds of another.
 *
 * @param model any
 * @example
 * isPrefix(prefixOf(model, 10)); // true
 */
export function isPrefix(model: Model): model is EnsemblePrefix {
  return 'rounds' in model && 'ensemble' in model && isOwn(model);
}

function isOwn(model: Model): boolean {
  return 'own' in model && model.own === model.score;
}

/**
 * The first rounds of an ensemble as a separate model. Nothing is copied.
 *
 * @param rounds if the ensemble has no more than these, all of it
 * @param ensemble a model that passed {@link isEnsemble}
 * @throws OptionError for an invalid number of rounds; its `score` ModelError without room for the
 * scores
 *
 * @example
 * const early = prefixOf(model, 20);
 * early.score(blocks, scores); // of the first 20 rounds
 */
export function prefixOf(ensemble: Ensemble, rounds: number): EnsemblePrefix {
  if (typeof ensemble?.begin !== 'function') {
    throw new OptionError('ensemble', `expected a model that adds up round by round, got ${show(ensemble)}`);
  }
  checkWhole('rounds', rounds, 0);
  const { name, classes } = ensemble;
  const score = (blocks: readonly Block[], out: Float64Array) => {
    const count = blocks.length === 0 ? 0 : blocks[0].rows;
    if (out.length < count * classes) {
      throw new ModelError(
        name,
        `${count} rows need ${count * classes} scores, but there is room for ${out.length}`,
      );
    }
    const sums = new Float64Array(count * ensemble.sums);
    ensemble.begin(count, sums);
    ensemble.advance(blocks, sums, 0, rounds);
    ensemble.conclude(count, sums, out);
  };
  return { name, classes, ensemble, rounds: Math.min(rounds, ensemble.rounds), score, own: score };
}
