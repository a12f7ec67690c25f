import { type Block, pick } from '../../data/blocks/index.js';
import { type Ensemble, isEnsemble, isPrefix, type Model } from '../../learn/learners/index.js';

/** Partial sums of ensembles for the active rows, and the rounds that they include. */
export type RunningSums = Map<Ensemble, Sums>;

interface Sums {
  /** rows x the ensemble's sums. */
  readonly values: Float64Array;
  readonly rounds: number;
}

/**
 * Scores rows with the first rounds of an ensemble, or with all of an ensemble that an earlier
 * stage started: each round runs once a row, and its sums are kept for later stages.
 *
 * @returns false if the model is neither, and nothing was done
 */
export function resumeEnsemble(
  model: Model,
  blocks: readonly Block[],
  running: RunningSums,
  scores: Float64Array,
): boolean {
  const ensemble = isPrefix(model) ? model.ensemble : isEnsemble(model) ? model : undefined;
  const begun = ensemble && running.get(ensemble);
  if (ensemble === undefined || (begun === undefined && model === ensemble)) return false;
  const rows = scores.length / model.classes;
  const { values, rounds } = begun ?? { values: new Float64Array(rows * ensemble.sums), rounds: 0 };
  if (begun === undefined) ensemble.begin(rows, values);
  const until = isPrefix(model) ? model.rounds : ensemble.rounds;
  ensemble.advance(blocks, values, rounds, until);
  ensemble.conclude(rows, values, scores);
  running.set(ensemble, { values, rounds: until });
  return true;
}

/** The sums of the rows at these positions. */
export function sumsAt(running: RunningSums, rows: Int32Array): RunningSums {
  const kept: RunningSums = new Map();
  for (const [ensemble, { values, rounds }] of running) {
    kept.set(ensemble, { values: pick(values, rows, ensemble.sums), rounds });
  }
  return kept;
}

/** Joins the sums of several parts, one below the other; all have gone through the same models. */
export function joinSums(all: readonly RunningSums[]): RunningSums {
  const joined: RunningSums = new Map();
  for (const [ensemble, { rounds }] of all[0]) {
    const lots = all.flatMap((running) => running.get(ensemble)?.values ?? []);
    const values = new Float64Array(lots.reduce((total, lot) => total + lot.length, 0));
    let at = 0;
    for (const lot of lots) {
      values.set(lot, at);
      at += lot.length;
    }
    joined.set(ensemble, { values, rounds });
  }
  return joined;
}
