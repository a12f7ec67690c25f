import type { ExitRule } from '../../lib/learn/exits/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import { errorText } from '../../lib/util/errorText.js';
import { mismatch, retrained } from './pieces.js';

/**
 * @param columns of the blocks that it is to read
 * @param width scores that it is to give a row
 * @throws ArtifactError if a model reads or gives something else
 */
export function checkModel(
  path: string,
  what: string,
  model: Model,
  columns: readonly number[],
  width: number,
): void {
  if (model.classes !== width) {
    throw retrained(path, `${what}, '${model.name}', gives ${model.classes} scores a row; expected ${width}`);
  }
  for (const part of partsOf(model)) {
    const own = 'columns' in part ? part.columns : undefined;
    if (!Array.isArray(own) || own.join() === columns.join()) continue;
    throw retrained(
      path,
      `${what}, '${model.name}', reads blocks of ${own} columns; its features have ${columns}`,
    );
  }
}

/** A model of numbers has one of their errors beside it. */
function partsOf(model: Model): readonly object[] {
  return 'value' in model && 'error' in model ? [Object(model.value), Object(model.error)] : [model];
}

/** @throws ArtifactError if a rule isn't made for `width` scores */
export function checkRule(path: string, what: string, rule: ExitRule, width: number): void {
  const scores = new Float64Array(width).fill(1 / width);
  try {
    rule.decide(scores, width, new Float64Array(1), new Float64Array(1));
  } catch (cause) {
    const why = errorText(cause);
    throw mismatch(path, `the exit rule of ${what} isn't one for ${width} scores: ${why}`);
  }
}
