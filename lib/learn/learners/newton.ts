import { breathe } from '../../util/abort.js';
import { log } from '../../util/math/index.js';
import type { MarginLoss } from './crossEntropy.js';
import type { Design } from './design.js';
import { preconditioner } from './preconditioner.js';

export interface NewtonOptions {
  /** The penalty is l2 / 2 times the sum of the squared weights; intercepts are free. */
  readonly l2: number;
  readonly maxIterations: number;
  /** Stops once the loss is proven to exceed its minimum by at most this share of itself. */
  readonly tolerance: number;
  /**
   * Stops too once the gradient is at most this share of l2 |weights|, its part by the penalty: the
   * fit then is that of a penalty about as much larger. @defaultValue 0
   */
  readonly share?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface Minimum {
  /** The penalised loss, summed over rows. */
  readonly loss: number;
  /** The share of `loss` by which it may exceed the minimum: |gradient|^2 / (2 l2) / loss. */
  readonly gap: number;
  readonly iterations: number;
}

const ARMIJO = 1e-4;
const SHORTEST_STEP = 2 ** -40;

/**
 * Minimises loss(design x parameters) + l2 / 2 |weights|^2, in place, from the parameters that are given.
 *
 * Newton's method with directions from truncated, preconditioned conjugate gradients and a
 * backtracking line search (Nocedal and Wright, Numerical Optimization, 2nd ed., section 7.1).
 * Margins are linear in the parameters, so a direction's margins are a sum of products that
 * conjugate gradients formed anyway, and the line search reads no block.
 */
export async function minimise(
  design: Design,
  loss: MarginLoss,
  parameters: Float64Array,
  options: NewtonOptions,
): Promise<Minimum> {
  const { l2, maxIterations, tolerance, share = 0, signal, onProgress } = options;
  const { rows, length } = design;
  const { outputs } = loss;
  const margins = new Float64Array(rows * outputs);
  const trial = new Float64Array(rows * outputs);
  const residual = new Float64Array(rows * outputs);
  const gradient = new Float64Array(length);
  const direction = conjugateGradients(design, loss, options);

  design.product(parameters, margins);
  let fit = loss.evaluate(margins, residual);
  let squaredWeights = design.inner(parameters, parameters);
  let firstGap: number | undefined;
  for (let iteration = 0; ; iteration++) {
    signal?.throwIfAborted();
    design.transposed(residual, gradient);
    design.addPenalty(l2, parameters, gradient);
    const total = fit + (l2 / 2) * squaredWeights;
    const squared = design.innerWithIntercepts(gradient, gradient);
    // A loss of 0 can't be undercut, and rounding can take the gradient's square below 0.
    const gap = squared > 0 ? squared / (2 * l2) / total : 0;
    firstGap ??= gap;
    onProgress?.(progress(gap, firstGap, tolerance));
    const done = { loss: total, gap, iterations: iteration };
    const isSettled = squared <= share * l2 * (share * l2) * squaredWeights;
    if (!(gap > tolerance) || isSettled || iteration === maxIterations) return done;

    // The tolerance tightens so that the steps converge faster than linearly, but never below the
    // final tolerance.
    const forcing = Math.max(
      Math.min(0.5, Math.sqrt(Math.sqrt(gap / firstGap))),
      0.5 * Math.sqrt(tolerance / gap),
    );
    const step = await direction(gradient, forcing);
    const slope = design.innerWithIntercepts(gradient, step.parameters);
    const cross = design.inner(parameters, step.parameters);
    const squaredStep = design.inner(step.parameters, step.parameters);
    for (let size = 1; ; size /= 2) {
      // Only rounding is left between the loss and its minimum.
      if (size < SHORTEST_STEP) return done;
      for (let i = 0; i < trial.length; i++) trial[i] = margins[i] + size * step.margins[i];
      const nextFit = loss.evaluate(trial, residual);
      const nextSquares = squaredWeights + size * (2 * cross + size * squaredStep);
      const next = nextFit + (l2 / 2) * nextSquares;
      if (next <= total + ARMIJO * size * slope + 4 * Number.EPSILON * total) {
        for (let i = 0; i < length; i++) parameters[i] += size * step.parameters[i];
        margins.set(trial);
        fit = nextFit;
        squaredWeights = design.inner(parameters, parameters);
        break;
      }
    }
  }
}

/** Newton directions, from the Hessian at the margins that `loss` evaluated last. The result is reused. */
function conjugateGradients(design: Design, loss: MarginLoss, { l2, share = 0, signal }: NewtonOptions) {
  const { rows, length } = design;
  const { outputs } = loss;
  const solver = preconditioner(design, loss, l2, () => breathe(signal), share > 0);
  const parameters = new Float64Array(length);
  const margins = new Float64Array(rows * outputs);
  const left = new Float64Array(length);
  const solved = new Float64Array(length);
  const search = new Float64Array(length);
  const searchMargins = new Float64Array(rows * outputs);
  const curved = new Float64Array(rows * outputs);
  const image = new Float64Array(length);

  return async (gradient: Float64Array, forcing: number) => {
    await solver.update();
    parameters.fill(0);
    margins.fill(0);
    for (let i = 0; i < length; i++) left[i] = -gradient[i];
    solver.apply(left, search);
    let size = design.innerWithIntercepts(left, search);
    const enough = size * forcing * forcing;
    for (let k = 0; k < length && size > enough; k++) {
      await breathe(signal);
      design.product(search, searchMargins);
      curved.set(searchMargins);
      loss.curve(curved);
      design.transposed(curved, image);
      design.addPenalty(l2, search, image);
      const curvature = design.innerWithIntercepts(search, image);
      // Only rounding can take it to 0: the direction so far is still a descent direction.
      if (!(curvature > 0)) break;
      const step = size / curvature;
      for (let i = 0; i < margins.length; i++) margins[i] += step * searchMargins[i];
      for (let i = 0; i < length; i++) {
        parameters[i] += step * search[i];
        left[i] -= step * image[i];
      }
      solver.apply(left, solved);
      const next = design.innerWithIntercepts(left, solved);
      const turn = next / size;
      for (let i = 0; i < length; i++) search[i] = solved[i] + turn * search[i];
      size = next;
    }
    return { parameters, margins };
  };
}

/** The progress of the gap towards the tolerance, on a logarithmic scale. */
function progress(gap: number, first: number, tolerance: number): number {
  if (!(gap > tolerance)) return 1;
  return Math.max(0, Math.min(1, log(first / gap) / log(first / tolerance)));
}
