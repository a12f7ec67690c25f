import type { LinearModel, SparseBlock } from 'spillway/extend';

/**
 * How far, at most, a logistic regression's loss is from its minimum, as a share of it, worked out by plain loops.
 *
 * The loss, cross-entropy summed over rows + l2 / 2 |weights|^2, is l2-strongly convex in the weights, so that it
 * exceeds its minimum by at most |gradient|^2 / (2 l2) (Boyd and Vandenberghe, Convex Optimization, section 9.1.2);
 * the intercept's part of the gradient counts in the same norm.
 *
 * @param labels 0 or 1
 */
export function relativeGap(
  { weights, intercepts: [intercept] }: LinearModel,
  { rows, offsets, indices, values }: SparseBlock,
  labels: Int32Array,
  l2: number,
): number {
  const gradient = weights.map((weight) => l2 * weight);
  let byIntercept = 0;
  let loss = weights.reduce((sum, weight) => sum + (l2 / 2) * weight ** 2, 0);
  for (let row = 0; row < rows; row++) {
    let margin = intercept;
    for (let e = offsets[row]; e < offsets[row + 1]; e++) margin += values[e] * weights[indices[e]];
    const against = labels[row] === 1 ? -margin : margin;
    loss += Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against)));
    const residual = 1 / (1 + Math.exp(-margin)) - labels[row];
    byIntercept += residual;
    for (let e = offsets[row]; e < offsets[row + 1]; e++) gradient[indices[e]] += residual * values[e];
  }
  const squared = gradient.reduce((sum, g) => sum + g * g, byIntercept ** 2);
  return squared / (2 * l2) / loss;
}
