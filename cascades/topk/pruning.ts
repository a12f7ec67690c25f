import type { Block } from '../../lib/blocks/index.js';
import { OptionError } from '../../lib/errors.js';
import type { FittedFeature } from '../../lib/features/index.js';
import { isEnsemble, isLinear, type Model } from '../../lib/learners/index.js';
import {
  type Additive,
  linear,
  type Pruning,
  type Range,
  sortedTrees,
  type TreeModel,
  trees,
} from '../../lib/pruning/index.js';

/** What a full model's sum is made of, and in which order it is added up. */
export type AddingOrder = 'trees' | 'sorted trees' | 'features';

/** How a band of K is answered by bounds on the full model's sum, instead of by stages. Plain data. */
export interface PruningPlan extends Pruning {
  readonly order: AddingOrder;
  /** Of features, in the order in which the full model reads them: what their numbers keep to, and what they cost a row. */
  readonly ranges: readonly Range[];
  readonly costs: readonly number[];
}

/** The full model as the sum that a plan adds up. */
export function additiveOf(
  model: Model,
  { order, ranges, costs }: Pick<PruningPlan, 'order' | 'ranges' | 'costs'>,
): Additive {
  if (isTrees(model)) return order === 'sorted trees' ? sortedTrees(model) : trees(model);
  if (isLinear(model)) return linear(model, ranges, costs);
  throw notAdditive(model);
}

/** The orders in which a model's sum may be added up. @throws OptionError for a model that is no sum of one number a row */
export function ordersOf(model: Model): readonly AddingOrder[] {
  const orders = possibleOrders(model);
  if (orders.length === 0) throw notAdditive(model);
  return orders;
}

/** The same; none for a model that is no such sum. */
export function possibleOrders(model: Model): readonly AddingOrder[] {
  if (model.classes > 2) return [];
  if (isTrees(model)) return ['trees', 'sorted trees'];
  return isLinear(model) ? ['features'] : [];
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
