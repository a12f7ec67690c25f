import type { State } from '../../util/state.js';
import type { FitContext } from '../learners/index.js';
import type { Decision } from './decision.js';
import type { ExitScoreKind } from './exitScores.js';

/** How sure a stage is of its answer to a row: one number, larger is surer. Thresholds are compared with it. */
export interface ExitScore {
  readonly kind: ExitScoreKind;
  /**
   * Writes the exit score of each row, in [0, 1], or NaN, with which a row never exits. It is NaN
   *
   * - where nothing is decided (NaN, or -1), or the class decided isn't one;
   * - where any score of the row is NaN, infinite or otherwise outside [0, 1];
   * - where another class has exactly the score of the one decided: of such an answer the stage knows nothing. Rows
   *   whose scores are all alike, all 0 with them, are of this kind;
   * - on every row, from a fit that had nothing to learn.
   *
   * A row's exit score depends on that row alone. A stage that gives every row the same scores, short of a tie,
   * therefore gets numbers here, all equal, and no threshold may be put there.
   *
   * @param scores (calibrated) class probabilities, rows x classes row-major
   * @param decided the class that the stage answers to each row, by whatever decision; NaN or -1 for none
   * @param out room for one number a row
   */
  score(scores: Float64Array, classes: number, decided: ArrayLike<number>, out: Float64Array): void;
  readonly state: State;
}

/** What an exit score is fitted to, and what its thresholds are learnt from. */
export interface ExitRows {
  /**
   * (Calibrated) class probabilities, rows x classes row-major, by models and calibrators that haven't seen these
   * rows.
   */
  readonly scores: Float64Array;
  readonly classes: number;
  /** The class that the stage answers to each row; NaN or -1 for none. */
  readonly decided: ArrayLike<number>;
  /** 1 where that answer loses nothing against the full model's, else 0. */
  readonly agrees: Uint8Array;
  /** Fold of each row, any integers. */
  readonly folds: Int32Array;
}

export interface FittedExit {
  /** Fitted to all rows. */
  readonly score: ExitScore;
  /** The exit score of each row by a fit to the other folds: what thresholds are to be learnt from. */
  readonly held: Float64Array;
}

/** What is known of any exit score, of classes or of numbers. */
export interface ExitFacts {
  /** The exit score in a few words, for reports. */
  readonly words: string;
  /**
   * The least that a stage can be sure of an answer, short of ties and scores that are no probabilities, with which a
   * row never exits whatever the threshold: a threshold that isn't above it lets every row out that gets the answer.
   *
   * @param classes how many there are
   * @param answer position of the class among them
   */
  least(decision: Decision, classes: number, answer: number): number;
}

/** A kind of exit score of classes: how it is fitted, restored and timed. */
export interface ExitScoring extends ExitFacts {
  /** The fewest classes at which it orders rows otherwise than simpler exit scores do; `tune` tries it from there on. */
  readonly fewest: number;
  /** @returns undefined where these rows have nothing to learn @throws DataError for lengths that differ */
  fit(rows: ExitRows, context: Omit<FitContext, 'onProgress'>): Promise<FittedExit | undefined>;
  /** @throws ArtifactError when the state isn't that of such a score */
  load(state: State): ExitScore;
  /** One that knows nothing, for so many classes: it takes as long as any, so its time is the kind's cost. */
  blank(classes: number): ExitScore;
}

/** An exit score without parameters is its own fit. */
export type UnfittedScore = ExitScore & ExitScoring;

export function unfitted(
  own: Pick<UnfittedScore, 'kind' | 'words' | 'fewest' | 'least' | 'score'>,
): UnfittedScore {
  const score: UnfittedScore = {
    ...own,
    state: { json: { kind: own.kind }, tensors: {} },
    async fit({ scores, classes, decided }) {
      const held = new Float64Array(decided.length);
      own.score(scores, classes, decided, held);
      return { score, held };
    },
    load: () => score,
    blank: () => score,
  };
  return score;
}

/**
 * The best score of a class other than the one decided in `scores[from … from + classes - 1]`; NaN where the row can't
 * exit: nothing decided, a score outside [0, 1], or a tie with the class decided.
 */
export function runnerUp(scores: Float64Array, from: number, classes: number, decided: number): number {
  if (!(decided >= 0 && decided < classes)) return Number.NaN;
  const own = scores[from + decided];
  if (!(own >= 0 && own <= 1)) return Number.NaN;
  let best = -1;
  for (let c = 0; c < classes; c++) {
    if (c === decided) continue;
    const score = scores[from + c];
    if (!(score >= 0 && score <= 1) || score === own) return Number.NaN;
    if (score > best) best = score;
  }
  return best;
}
