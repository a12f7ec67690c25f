/** What one stage would answer to each row, had the row reached it. */
export interface StageEvidence {
  /** The class decided; -1 where scores were NaN, which never exits. */
  readonly decided: Int32Array;
  /** The probability of the decided class: the exit score. */
  readonly confidence: Float64Array;
  /** What is lost by answering here instead of by the full model: 0 or 1. */
  readonly loss: Float64Array;
}

/** Nested stages in order, their evidence on the same rows, and their costs; the full model's comes last. */
export interface ChainEvidence {
  readonly rows: number;
  readonly classes: number;
  readonly stages: readonly StageEvidence[];
  /** For each stage and the full model what it costs each row, beyond what earlier stages have paid. */
  readonly costs: readonly Float64Array[];
}

/** For each stage the exit score of each class, `Infinity` where it never exits. */
export type Thresholds = readonly Float64Array[];

/** How a chain would do on the rows of its evidence. */
export interface Outcome {
  /** Mean cost of a row. */
  readonly cost: number;
  /** Sum of the costs at each stage and at the full model, over the rows that got there. */
  readonly spent: readonly number[];
  /** Sum of the losses of the rows that exit. */
  readonly loss: number;
  /** Rows answered at each stage, the full model last. */
  readonly exits: readonly number[];
}

export function outcome({ rows, stages, costs }: ChainEvidence, thresholds: Thresholds): Outcome {
  const exits = new Array<number>(stages.length + 1).fill(0);
  const spent = new Array<number>(stages.length + 1).fill(0);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const exit = exitOf(stages, thresholds, row);
    for (let s = 0; s <= exit; s++) spent[s] += costs[s][row];
    exits[exit]++;
    if (exit < stages.length) loss += stages[exit].loss[row];
  }
  const cost = spent.reduce((sum, part) => sum + part, 0) / rows;
  return { cost, spent, loss, exits };
}

/** The first stage that lets a row out; the number of stages stands for the full model. */
export function exitOf(stages: readonly StageEvidence[], thresholds: Thresholds, row: number): number {
  let s = 0;
  while (s < stages.length && !exitsAt(stages[s], thresholds[s], row)) s++;
  return s;
}

export function exitsAt(
  { decided, confidence }: StageEvidence,
  thresholds: Float64Array,
  row: number,
): boolean {
  return decided[row] >= 0 && confidence[row] >= thresholds[decided[row]] && confidence[row] <= 1;
}
