import type { TrainingSet } from '../../../../../lib/learn/learners/index.js';
import { classesOf, numbersOf, problem } from '../boosting/problem.js';

export { numbersOf, problem, sparseOf } from '../boosting/problem.js';

/** Few rows: ml-random-forest is slow. */
export const two = classesOf(problem(80), 2);
export const three = classesOf(problem(80), 3);
export const numeric = numbersOf(problem(80));

/** The rows of the only block, which is dense. */
export function plain({ blocks: [block] }: Pick<TrainingSet, 'blocks'>): number[][] {
  return Array.from({ length: block.rows }, (_, r) => [
    ...block.values.subarray(r * block.columns, (r + 1) * block.columns),
  ]);
}
