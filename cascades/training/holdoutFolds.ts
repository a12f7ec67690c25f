import { selectRows } from '../../lib/data/blocks/index.js';
import { DataError } from '../../lib/errors.js';
import { type Random, stratifiedFolds } from '../../lib/stats/index.js';
import type { FittedRound } from './fitRounds.js';

/** Parts that the scored rows are divided into where a split of the user's leaves them in one. */
const FOLDS = 5;

/**
 * Rounds for fits to a stage's answers on the scored rows (calibration, deferral, expected errors):
 * each fits to some of these rows and predicts the others. They are the rounds of the models
 * themselves, or, if only one part of the rows was scored, folds of that part.
 */
export function heldRounds(rounds: readonly FittedRound[], random: Random): readonly FittedRound[] {
  if (rounds.length !== 1) return rounds;
  const [{ score, blocks }] = rounds;
  if (score.length < 2) {
    throw new DataError(
      `one row is 'tune'; expected at least 2, that what is learnt from some is tried on others`,
    );
  }
  const folds = stratifiedFolds(new Int32Array(score.length), Math.min(FOLDS, score.length), random);
  return [...new Set(folds)].map((fold) => {
    const [inside, outside] = [true, false].map((wanted) =>
      Int32Array.from(score.keys()).filter((i) => (folds[i] === fold) === wanted),
    );
    return {
      fit: outside.map((i) => score[i]),
      score: inside.map((i) => score[i]),
      blocks: {
        fit: blocks.score.map((block) => selectRows(block, outside)),
        score: blocks.score.map((block) => selectRows(block, inside)),
      },
    };
  });
}

/** The round in which each of these rows is held out. */
export function foldsOf(rounds: readonly FittedRound[], rows: Int32Array): Int32Array {
  const fold = new Map<number, number>();
  rounds.forEach(({ score }, r) => {
    for (const row of score) fold.set(row, r);
  });
  return rows.map((row) => fold.get(row) ?? -1);
}
