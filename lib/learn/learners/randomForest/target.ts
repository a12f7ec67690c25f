import type { Random } from '../../../stats/index.js';
import type { TrainingSet } from '../learner.js';
import { targetDistributions, targetNumbers } from '../targets.js';

/** The targets that trees are grown on. */
export interface ForestTarget {
  /** 1 for numbers. */
  readonly classes: number;
  /** The target of a row that is drawn for a tree: its class, drawn if its target is a distribution, or its number. */
  readonly answer: (row: number, chance: Random) => number;
  /** rows x classes; absent for numbers. */
  readonly targets?: Float64Array;
}

/** @throws DataError if the targets aren't any */
export function classTarget(set: TrainingSet): ForestTarget {
  const targets = targetDistributions(set);
  const { classes } = set;
  const answer = (row: number, chance: Random) => {
    let left = chance.uniform();
    let last = 0;
    for (let c = 0; c < classes; c++) {
      const share = targets[row * classes + c];
      if (share === 0) continue;
      if (left < share) return c;
      left -= share;
      last = c;
    }
    return last;
  };
  return { classes, answer, targets };
}

/** @throws DataError if the targets aren't any */
export function numberTarget(set: TrainingSet): ForestTarget {
  const values = targetNumbers(set, "task 'regression' needs values");
  return { classes: 1, answer: (at) => values[at] };
}
