import type { Block } from '../../data/blocks/index.js';
import type { MarginLoss } from './crossEntropy.js';
import { Design } from './design.js';
import { minimise, type NewtonOptions } from './newton.js';

/** What a linear model minimises on some rows. */
export interface LinearProblem {
  readonly loss: MarginLoss;
  /** The intercepts that are best where all weights are 0; -Infinity for a class without rows. */
  readonly start: ArrayLike<number>;
}

/** What rows of a training set should get, and the problem of fitting some of them. */
export interface LinearTask {
  /** rows x width: a distribution or a number for each row. */
  readonly targets: Float64Array;
  readonly width: number;
  problem(targets: Float64Array): LinearProblem;
}

/** One problem, minimised for one penalty or, each time from the last parameters, for several. */
export class LinearFit {
  private readonly design: Design;
  private readonly loss: MarginLoss;
  private readonly parameters: Float64Array;

  constructor(blocks: readonly Block[], { loss, start }: LinearProblem) {
    this.design = new Design(blocks, loss.outputs);
    this.loss = loss;
    this.parameters = new Float64Array(this.design.length);
    this.parameters.set(start, this.design.columns * loss.outputs);
  }

  /** @returns the share of the loss by which it may exceed its minimum */
  async minimise(options: NewtonOptions): Promise<number> {
    return (await minimise(this.design, this.loss, this.parameters, options)).gap;
  }

  /** A function that writes the margins of other rows, rows x outputs, by the parameters as they are then. */
  onto(others: readonly Block[]): (margins: Float64Array) => void {
    const margins = this.design.onto(others);
    return (out) => margins(this.parameters, out);
  }

  /** The parameters for the columns as they are. */
  raw(): { readonly weights: Float64Array; readonly intercepts: Float64Array } {
    return this.design.unscaled(this.parameters);
  }
}
