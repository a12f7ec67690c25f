import { type ExitThresholds, exits } from '../../lib/learn/exits/index.js';

/** A stage's answer to each row, if the row reached it. */
export interface StageAnswers {
  /** The class decided, or for regression the value; NaN if there is none, which never exits. */
  readonly answers: Float64Array;
  /** The confidence of each answer: the exit score. */
  readonly confidence: Float64Array;
}

/** The same, and what these answers would lose. */
export interface StageEvidence extends StageAnswers {
  /** The loss of answering here instead of by the full model, at least 0. */
  readonly loss: Float64Array;
}

/**
 * Nested stages in order, their answers to the same rows, and their costs; the full model's cost
 * comes last.
 */
export interface ChainAnswers {
  readonly rows: number;
  readonly stages: readonly StageAnswers[];
  /** The cost of each row in each stage and the full model, beyond the costs of earlier stages. */
  readonly costs: readonly Float64Array[];
}

/** The same with the losses of the answers. */
export interface ChainEvidence extends ChainAnswers {
  /** Thresholds a stage has: one a class; 1 where answers are numbers. */
  readonly width: number;
  readonly stages: readonly StageEvidence[];
}

/** For each stage the exit score of each class, `Infinity` if it never exits. */
export type Thresholds = readonly ExitThresholds[];

/** The stages that a chain's rows reach. */
export interface Traffic {
  /** Rows answered at each stage, the full model last. */
  readonly exits: readonly number[];
  /** Sum of the costs at each stage and at the full model, over the rows that got there. */
  readonly spent: readonly number[];
}

/** How a chain would do on the rows of its evidence. */
export interface ChainOutcome extends Traffic {
  /** Mean cost of a row. */
  readonly cost: number;
  /** Sum of the losses of the rows that exit. */
  readonly loss: number;
}

export function outcome(chain: ChainEvidence, thresholds: Thresholds): ChainOutcome {
  let loss = 0;
  const { exits, spent } = traffic(chain, thresholds, (row, exit) => {
    if (exit < chain.stages.length) loss += chain.stages[exit].loss[row];
  });
  const cost = spent.reduce((sum, part) => sum + part, 0) / chain.rows;
  return { cost, spent, loss, exits };
}

/** @param leaves called with each row and where it leaves, in the order of the rows */
export function traffic(
  { rows, stages, costs }: ChainAnswers,
  thresholds: Thresholds,
  leaves?: (row: number, exit: number) => void,
): Traffic {
  const exits = new Array<number>(stages.length + 1).fill(0);
  const spent = new Array<number>(stages.length + 1).fill(0);
  for (let row = 0; row < rows; row++) {
    const exit = exitStage(stages, thresholds, row);
    for (let s = 0; s <= exit; s++) spent[s] += costs[s][row];
    exits[exit]++;
    leaves?.(row, exit);
  }
  return { exits, spent };
}

/** The first stage that lets a row out; the number of stages stands for the full model. */
export function exitStage(stages: readonly StageAnswers[], thresholds: Thresholds, row: number): number {
  let s = 0;
  while (s < stages.length && !exitsAt(stages[s], thresholds[s], row)) s++;
  return s;
}

export function exitsAt(
  { answers, confidence }: StageAnswers,
  thresholds: ExitThresholds,
  row: number,
): boolean {
  return exits(answers[row], confidence[row], thresholds);
}

/** Which of its stage's thresholds decides a row: its class's, or the only one; -1 if it can't exit. */
export function slotOf({ answers, confidence }: StageEvidence, width: number, row: number): number {
  if (Number.isNaN(answers[row]) || !(confidence[row] >= 0 && confidence[row] <= 1)) return -1;
  return width === 1 ? 0 : answers[row];
}
