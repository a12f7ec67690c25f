import type { Learner, Model } from '../../learn/learners/index.js';
import type { JsonValue } from '../../util/state.js';

/**
 * The fields of any model that was trained elsewhere. It must not have seen the rows that `tune` gets, or say by
 * `fittedOn` which it has seen.
 */
export interface Trained extends Model {
  /** The features whose blocks it scores, in that order. @defaultValue all, in the order they were defined */
  readonly reads?: readonly string[];
  /** Content hash, or server, name and version: a cascade made for another one is void. @defaultValue its name */
  readonly fingerprint?: string;
  /**
   * Whether a fingerprint in a file is its own, where it knows that fully only once it has answered: it then holds itself to it.
   * @defaultValue whether it equals `fingerprint`
   */
  recognise?(fingerprint: string): boolean;
  /** Options that change its scores, as plain JSON: a cascade made with others is void, and names them. */
  readonly options?: JsonValue;
  /** Money a row, for the objective 'price'. @defaultValue 0 */
  readonly price?: number;
  /** Whether it waits for answers of others: by default `tune` then compares plans by latency. @defaultValue false */
  readonly waits?: boolean;
  /**
   * What stages take where the option `approximate` isn't given, beside cheaper learners. @defaultValue logistic or ridge
   * regression
   */
  readonly approximate?: Learner;
}

/** From which probability on a class of two is the answer: `{ threshold: { spam: 0.3 } }`. */
export interface ThresholdDecision {
  readonly threshold: Readonly<Record<string, number>>;
}

/**
 * A full model of classes: any object of this shape. Adapters make one of common runtimes.
 *
 * @example
 * const full: TrainedModel<'ham' | 'spam'> = {
 *   name: 'my-model', labels: ['ham', 'spam'], classes: 2, reads: ['signals'], fingerprint: 'v7',
 *   score(blocks, out) { … },
 * };
 */
export interface TrainedModel<L> extends Trained {
  /** The labels of classes 0, 1, … of its scores. */
  readonly labels: readonly L[];
  /** What `tune` takes for its option `decision` where that isn't given. @defaultValue the likeliest class */
  readonly decision?: ThresholdDecision;
}

/**
 * A full model that gives each row one number.
 *
 * @example
 * const full: TrainedRegression = { name: 'delay', task: 'regression', classes: 1, score(blocks, out) { … } };
 */
export interface TrainedRegression extends Trained {
  readonly task: 'regression';
}
