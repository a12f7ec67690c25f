import type { Block } from '../../lib/blocks/index.js';
import { OptionError } from '../../lib/errors.js';
import type { FittedFeature } from '../../lib/features/index.js';
import { isEnsemble, isLinear, type Model } from '../../lib/learners/index.js';
import {
  type AddingOrder,
  type Additive,
  type Candidates,
  linear,
  linearWays,
  type Pruning,
  type Range,
  scouted,
  sortedTrees,
  type TreeModel,
  trees,
  treeWays,
  type Way,
} from '../../lib/pruning/index.js';

export type { AddingOrder } from '../../lib/pruning/index.js';

/** How a band of K is answered by bounds on the full model's sum, instead of by stages. Plain data. */
export interface PruningPlan extends Pruning, Terms {
  readonly order: AddingOrder;
}

/** What bounds on a linear model rest on; of trees there is nothing. */
export interface Terms {
  /** Of features, in the order in which the full model reads them: what their numbers keep to, and what they cost a row. */
  readonly ranges: readonly Range[];
  readonly costs: readonly number[];
}

/** The full model as the sum that a plan adds up. @param scout of the plan, where its order has one */
export function additiveOf(
  model: Model,
  { order, ranges, costs }: Pick<PruningPlan, 'order' | 'ranges' | 'costs'>,
  scout?: Model,
): Additive {
  if (isLinear(model)) return linear(model, ranges, costs);
  if (!isTrees(model)) throw notAdditive(model);
  if (order !== 'scouted trees') return order === 'trees' ? trees(model) : sortedTrees(model);
  if (scout === undefined || !isTrees(scout)) throw new TypeError('a plan with a scout comes with it');
  return scouted(trees(model), scout);
}

/** Whether a model's sum can be added up so. */
export function isSumOf(order: AddingOrder, model: Model): boolean {
  return model.classes <= 2 && (order === 'features' ? isLinear(model) : isTrees(model));
}

/** @throws OptionError for a model that is no sum of one number a row */
export function checkSum(model: Model): void {
  if (!isSumOf('trees', model) && !isSumOf('features', model)) throw notAdditive(model);
}

/** The ways to add up a model's sum. @param rows to find cuts on, in an order that says nothing */
export async function waysOf(
  model: Model,
  { ranges, costs }: Terms,
  rows: Candidates,
  options: { readonly isQuantile: boolean; readonly signal: AbortSignal | undefined },
): Promise<Way[]> {
  if (isLinear(model)) return linearWays(model, ranges, costs, rows);
  if (isTrees(model)) return treeWays(model, rows, options);
  throw notAdditive(model);
}

function notAdditive({ name, classes }: Model): OptionError {
  const why =
    classes > 2 ? `has ${classes} classes, whose scores are no sums` : 'is neither linear nor made of trees';
  return new OptionError(
    'mode',
    `score bounds need a full model that adds up one number a row, and '${name}' ${why}; leave it to 'cuts'`,
  );
}

function isTrees(model: Model): model is TreeModel {
  return isEnsemble(model) && 'forest' in model && 'columns' in model;
}

/**
 * What the features that a linear model reads keep to.
 *
 * @param declared by the user, who answers for it
 * @throws OptionError for a feature of which nothing is known
 */
export function rangesOf(
  reads: readonly string[],
  fitted: (name: string) => Pick<FittedFeature<never>, 'range'> | undefined,
  declared: Readonly<Partial<Record<string, Range>>> = {},
): Range[] {
  return reads.map((name) => {
    const range = declared[name] ?? fitted(name)?.range;
    if (range !== undefined) return range;
    throw new OptionError(
      'ranges',
      `no range is known of feature '${name}'; say between which numbers it is: ranges: { ${name}: { low, high } }`,
    );
  });
}

/**
 * Whether bounds may be trusted: whole sums of some rows have to give the model's own scores, bit for bit.
 *
 * @throws OptionError
 */
export async function checkAdditive(
  model: Model,
  additive: Additive,
  blocks: readonly Block[],
): Promise<void> {
  const { rows } = blocks[0];
  const scores = new Float64Array(rows * model.classes);
  await model.score(blocks, scores);
  const adding = await additive.open({ rows, block: (feature) => blocks[feature] });
  const sums = new Float64Array(rows).fill(additive.start);
  await adding.advance(sums, 0, additive.steps);
  const whole = additive.link(await adding.whole(sums));
  const isSame = whole.every((score, row) => Object.is(score, scores[(row + 1) * model.classes - 1]));
  if (isSame) return;
  throw new OptionError(
    'mode',
    `'${model.name}' says something else than the sum that it seems to be; leave it to 'cuts'`,
  );
}
