import type { Judged, LossOn } from './answerLoss.js';
import type { AnswerLoss, LossName, LossSpec, StatedLoss } from './list.js';

/** A class: text, a number or a truth value; for regression the number itself. */
export type Label = string | number | boolean;

/** All that steps must know of a kind of loss. A new one doesn't compile until all of this is said of it. */
export interface LossKind {
  /** What users write, as messages say it. */
  readonly written: string;
  /** `needed`: its value depends on labels. `optional`: it may look at them where they are known. */
  readonly labels: 'ignored' | 'optional' | 'needed';
  /** The least that a row loses: -1 where a row may also gain. The most is 1. */
  readonly least: 0 | -1;
  /** The test that fits its whole numbers of rows; undefined where a loss may be a fraction, and only bounds fit. */
  readonly exact: 'binomial' | 'paired' | undefined;
  /** The loss of 0 and 1, over all rows, that is never below this one: itself, or another. */
  readonly countedAs: LossName | undefined;
  /** The rows that it is the mean of: all, those that one of the two gives a class, or those answered alike twice. */
  readonly over: 'all' | 'full model' | 'cascade' | 'pairs';
  /** How often the full model is asked for a row's answer, so that its loss is known. */
  readonly asks: 1 | 2;
  /** Whether it fits regression, where answers are numbers. */
  readonly fitsNumbers: boolean;
  /**
   * Checks what users give. @returns false for another kind of loss @throws OptionError for members that don't belong
   */
  check(where: string, loss: string | object): boolean;
  /**
   * The loss in terms of answers; undefined for another kind.
   *
   * @param classes none for regression
   * @throws OptionError, naming `option`, for a label that is no class
   */
  coded<L extends Label>(option: string, loss: LossSpec<L>, classes: readonly L[]): AnswerLoss | undefined;
  /** What a loss in terms of answers does; undefined for another kind. */
  ofAnswers(loss: AnswerLoss): LossOfAnswers | undefined;
  /** What a loss in the user's terms says; undefined for another kind. */
  inWords(loss: StatedLoss): LossInWords | undefined;
}

/** A loss in codes of classes, or for regression in numbers. */
export interface LossOfAnswers {
  on(judged: Judged): LossOn;
  /** In the user's terms, as plain data. */
  stated(classes: readonly Label[]): StatedLoss;
  /** Whether a row with this answer may count, whatever the full model's is. */
  mayCount(answer: number): boolean;
  /** Whether always giving this answer loses nothing by definition. */
  isKeptBy(answer: number): boolean;
}

/** A loss over all rows. */
export function overAllRows(stated: StatedLoss, lostOn: (judged: Judged) => LossOn['lost']): LossOfAnswers {
  return {
    on: (judged) => ({ lost: lostOn(judged), counts: () => true }),
    stated: () => stated,
    mayCount: () => true,
    isKeptBy: () => false,
  };
}

/** A loss in the user's terms. */
export interface LossInWords {
  /** As messages name it. */
  readonly name: string;
  /** In a few words. */
  readonly title: string;
  /** Which rows count, in words that follow 'rows'; empty where all do. */
  readonly rows: string;
  /** The difference that a loss of 1 stands for, where losses are shares of a scale. */
  readonly scale?: number;
  /** The name of a function of the user's: a certificate holds no functions. */
  readonly own?: string;
  /** What a promise bounds, and by how much. */
  bound(epsilon: number): string;
  /** What was observed. */
  found(sum: LossSum): string;
  /**
   * What a promise leaves open of a full model that may differ from itself. @param flips the share of rows that it answered
   * in two ways
   */
  leavesOpen?(epsilon: number, flips: number): string | undefined;
  /** A bound of epsilon on the other loss bounds this one by this many times epsilon; infinite where it doesn't. */
  within(other: StatedLoss): number;
}

/** The sum of what units lost. */
export interface LossSum {
  readonly n: number;
  readonly lost: number;
  readonly unit: 'rows' | 'groups';
}
