import type { Block } from '../../data/blocks/index.js';
import { ModelError } from '../../errors.js';
import type { Model, ModelScores, ScoreContext } from './index.js';

/**
 * Scores blocks into `out`, whether the model writes there itself or returns its scores.
 *
 * @param out rows x classes, row-major; zeros
 * @returns a promise where the model waits
 * @throws ModelError, or rejects with one, where the model returns too few or too many numbers
 */
export function scoreInto(
  model: Model,
  blocks: readonly Block[],
  out: Float64Array,
  context?: ScoreContext,
): void | Promise<void> {
  const returned = model.score(blocks, out, context);
  if (returned === undefined || returned === out) return undefined;
  return 'then' in returned
    ? returned.then((scores) => write(model, scores, out))
    : write(model, returned, out);
}

// biome-ignore lint/suspicious/noConfusingVoidType: a model that writes returns nothing.
function write({ name }: Model, scores: void | ModelScores, out: Float64Array): void {
  if (scores === undefined || scores === out) return;
  const parts = isByRow(scores) ? scores : [scores];
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  if (count !== out.length)
    throw new ModelError(name, `returned ${count} numbers; expected ${out.length}, rows x classes`);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
}

function isByRow(scores: ModelScores): scores is readonly ArrayLike<number>[] {
  return typeof scores[0] === 'object';
}
