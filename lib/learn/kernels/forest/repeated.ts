import { DataError } from '../../../errors.js';
import type { Forest } from './forest.js';
import { prefix } from './prefix.js';

/**
 * A forest of so many trees: those of another from the first on, again and again. It takes as long
 * to run as any forest of as many trees of their size.
 *
 * @param trees a whole number, 0 or more; 0 where there is no tree to repeat
 * @throws DataError for another number
 */
export function repeated(forest: Forest, trees: number): Forest {
  const { roots, feature, set, sets } = forest;
  const least = roots.length === 0 ? 0 : Number.POSITIVE_INFINITY;
  if (!(Number.isInteger(trees) && trees >= 0 && trees <= least)) {
    throw new DataError(`can't make ${trees} trees of ${roots.length}`);
  }
  const times = Math.ceil(trees / Math.max(1, roots.length));
  const nodes = feature.length;
  const shift = (at: number) => Math.floor(at / nodes) * nodes;
  const again = (each: Int32Array) => Int32Array.from({ length: times * nodes }, (_, at) => each[at % nodes]);
  const child = (each: Int32Array) =>
    again(each).map((node, at) => (feature[at % nodes] === -1 ? node : node + shift(at)));
  return prefix(
    {
      outputs: forest.outputs,
      base: forest.base,
      roots: Int32Array.from(
        { length: times * roots.length },
        (_, tree) => roots[tree % roots.length] + Math.floor(tree / roots.length) * nodes,
      ),
      feature: again(feature),
      threshold: Float32Array.from({ length: times * nodes }, (_, at) => forest.threshold[at % nodes]),
      left: child(forest.left),
      right: child(forest.right),
      missingLeft: Uint8Array.from({ length: times * nodes }, (_, at) => forest.missingLeft[at % nodes]),
      set: again(set),
      sets,
      value: Float64Array.from({ length: times * nodes }, (_, at) => forest.value[at % nodes]),
    },
    trees,
  );
}
