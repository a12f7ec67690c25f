import type { Crew } from './crew.js';
import { type Grid, gridFor, largestOf, roundTo } from './grid.js';
import type { Leaf } from './grow.js';
import type { BoostingLoss } from './losses/index.js';

/** What threads share of it. */
export interface MarginArrays {
  readonly rows: number;
  readonly outputs: number;
  /** Rows x outputs, row-major. */
  readonly margins: Float64Array;
  /** The loss's derivatives by each margin, all rows of an output before the next one's. */
  readonly firsts: Float64Array;
  readonly seconds: Float64Array;
  /** For each part and output the largest derivatives in it. */
  readonly largest: Float64Array;
  /** The derivatives of the tree's output on its grid, two a row. */
  readonly derivatives: Int32Array;
  readonly order: Int32Array;
  /** What a job needs to know: of moving, three numbers for each run of rows. */
  readonly command: Float64Array;
}

/** A leaf and what is added to the margins of its rows, those that it wasn't grown to among them. */
interface Moved extends Pick<Leaf, 'from' | 'to' | 'othersFrom' | 'othersTo'> {
  readonly step: number;
}

type Runner = Pick<Crew, 'run'>;

/** Rows of one part. */
const SOME = 4096;

export const MARGIN_JOBS = { differentiate: 0, round: 1, move: 2 } as const;

/** The margins of the training rows, and the loss's derivatives at them. */
export class Margins {
  constructor(
    private readonly arrays: MarginArrays,
    /** Threads that take no part in differentiating have none. */
    private readonly loss: BoostingLoss | undefined,
  ) {}

  /** Differentiates the loss at all rows. */
  differentiate(crew: Runner): void {
    const { rows, margins, firsts, seconds } = this.arrays;
    if (this.loss?.isRowwise === false) this.loss.differentiate(margins, firsts, seconds);
    crew.run(MARGIN_JOBS.differentiate, Math.ceil(rows / SOME), (_, part) => this.differentiatePart(part));
  }

  differentiatePart(part: number): void {
    const { rows, outputs, margins, firsts, seconds, largest } = this.arrays;
    const from = part * SOME;
    const to = Math.min(rows, from + SOME);
    if (this.loss?.isRowwise) this.loss.differentiate(margins, firsts, seconds, from, to);
    for (let output = 0; output < outputs; output++) {
      const { first, second } = largestOf(firsts, seconds, output * rows + from, output * rows + to);
      largest[2 * (part * outputs + output)] = first;
      largest[2 * (part * outputs + output) + 1] = second;
    }
  }

  /** Rounds the derivatives by one output's margins to a grid. */
  round(output: number, crew: Runner): Grid {
    const { rows, outputs, largest, command } = this.arrays;
    const parts = Math.ceil(rows / SOME);
    let first = 0;
    let second = 0;
    for (let part = 0; part < parts; part++) {
      first = Math.max(first, largest[2 * (part * outputs + output)]);
      second = Math.max(second, largest[2 * (part * outputs + output) + 1]);
    }
    const grid = gridFor({ first, second }, rows);
    command.set([output, grid.first, grid.second]);
    crew.run(MARGIN_JOBS.round, parts, (_, part) => this.roundPart(part));
    return grid;
  }

  roundPart(part: number): void {
    const { rows, firsts, seconds, derivatives, command } = this.arrays;
    const grid = { first: command[1], second: command[2] };
    const from = part * SOME;
    const to = Math.min(rows, from + SOME);
    roundTo(grid, firsts, seconds, command[0] * rows, from, to, derivatives);
  }

  /** Adds each leaf's step to one output's margins of its rows. */
  move(output: number, leaves: readonly Moved[], crew: Runner): void {
    const { command } = this.arrays;
    command[0] = output;
    let count = 0;
    for (const { from, to, othersFrom, othersTo, step } of leaves) {
      if (to > from) command.set([from, to, step], 1 + 3 * count++);
      if (othersTo > othersFrom) command.set([othersFrom, othersTo, step], 1 + 3 * count++);
    }
    crew.run(MARGIN_JOBS.move, count, (_, part) => this.movePart(part));
  }

  movePart(part: number): void {
    const { outputs, margins, order, command } = this.arrays;
    const output = command[0];
    const [from, to, step] = command.subarray(1 + 3 * part, 4 + 3 * part);
    for (let i = from; i < to; i++) margins[order[i] * outputs + output] += step;
  }
}

/** @param runs how many runs of rows may be moved at once */
export function marginArrays(
  rows: number,
  outputs: number,
  runs: number,
  crew: Crew,
): Omit<MarginArrays, 'order' | 'derivatives'> {
  return {
    rows,
    outputs,
    margins: crew.numbers(rows * outputs),
    firsts: crew.numbers(rows * outputs),
    seconds: crew.numbers(rows * outputs),
    largest: crew.numbers(2 * outputs * Math.ceil(rows / SOME)),
    command: crew.numbers(3 + 3 * runs),
  };
}
