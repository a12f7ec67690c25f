import { addProduct } from '../blocks/index.js';
import { DataError, OptionError } from '../errors.js';
import type { LinearModel } from '../learners/index.js';
import type { Adding, Additive, Candidates } from './additive.js';
import { lastClass } from './link.js';
import { checkRange, type Range, spanOf } from './ranges.js';

/**
 * A linear model as steps of one feature each: those that can move a score the most for their cost come first, and a feature is
 * computed only for the candidates that are left.
 *
 * @param ranges one a feature. Where a block breaks its range, ranking ends in a DataError; but a block that is never computed
 * can't be looked at: these are promises of the caller's
 * @param costs of each feature, a row, in whatever unit
 * @throws OptionError for ranges or costs that are none, DataError for a model of several margins
 *
 * @example
 * linear(model, [{ low: 0, high: 1 }, { norm: 1, nonNegative: true }], [0.1, 25]);
 */
export function linear(model: LinearModel, ranges: readonly Range[], costs: readonly number[]): Additive {
  const { name, columns, weights, intercepts } = model;
  if (intercepts.length !== 1) {
    throw new DataError(`model '${name}' adds up ${intercepts.length} numbers a row: expected one`);
  }
  const [start] = intercepts;
  const features = columns.length;
  if (ranges.length !== features) {
    throw new OptionError('ranges', `expected one for each of ${features} features, got ${ranges.length}`);
  }
  if (costs.length !== features || !costs.every((cost) => cost > 0 && cost < Number.POSITIVE_INFINITY)) {
    throw new OptionError('costs', `expected a finite number above 0 for each of ${features} features`);
  }
  const firsts = columns.map((_, b) => columns.slice(0, b).reduce((sum, width) => sum + width, 0));
  const spans = columns.map((width, b) =>
    spanOf(weights.subarray(firsts[b], firsts[b] + width), ranges[b], b),
  );
  const worth = (b: number) => (spans[b].most - spans[b].least) / costs[b];
  const order = Array.from(columns.keys()).sort((a, b) => worth(b) - worth(a) || a - b);

  const cost = new Float64Array(features + 1);
  order.forEach((b, step) => {
    cost[step + 1] = cost[step] + costs[b];
  });
  // Twice what rounding can amount to in sums of all products, n eps sum |x|, in whatever order.
  const size = spans.reduce((sum, { largest }) => sum + largest, Math.abs(start));
  const rounding = 2 * (weights.length + features + 2) * Number.EPSILON * size;
  const most = new Float64Array(features + 1).fill(rounding);
  for (let step = features - 1; step >= 0; step--) most[step] = most[step + 1] + spans[order[step]].most;
  return {
    steps: features,
    start,
    cost,
    move: new Float64Array(features + 1),
    choice: { query: 0, row: 0 },
    most,
    link: (sums) => lastClass(model, sums),
    open: (candidates) => adding({ model, firsts, ranges, order }, candidates, undefined, []),
  };
}

interface Steps {
  readonly model: LinearModel;
  /** Where each feature's weights begin. */
  readonly firsts: readonly number[];
  readonly ranges: readonly Range[];
  /** Of features. */
  readonly order: readonly number[];
}

/**
 * @param rows undefined for all
 * @param parts what each feature adds to them, where that is known: to be added up at last in the order of the model
 */
function adding(
  steps: Steps,
  candidates: Candidates,
  rows: Int32Array | undefined,
  parts: readonly (Float64Array | undefined)[],
): Adding {
  const { model, firsts, ranges, order } = steps;
  const { weights, intercepts } = model;
  const known = parts.slice();
  return {
    async advance(sums, from, to) {
      for (const b of order.slice(from, to)) {
        const block = await candidates.block(b, rows);
        checkRange(block, ranges[b], candidates.names?.[b] ?? String(b));
        const part = new Float64Array(sums.length);
        addProduct(block, weights, firsts[b], 1, part);
        for (let i = 0; i < sums.length; i++) sums[i] += part[i];
        known[b] = part;
      }
    },
    only: (places) =>
      adding(
        steps,
        candidates,
        rows === undefined ? places : places.map((place) => rows[place]),
        known.map((part) => part && Float64Array.from(places, (place) => part[place])),
      ),
    whole: (sums) => sums.map((_, i) => known.reduce((sum, part) => sum + (part?.[i] ?? 0), intercepts[0])),
  };
}
