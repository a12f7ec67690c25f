import type { ReadStep } from '../step.js';
import { denseValues, type SparseValues, toDense } from '../values.js';

/** 1 for numbers above a threshold, 0 for the rest. What isn't stored stays so where 0 isn't above it. */
export const binarize: ReadStep = (node) => {
  const threshold = node.number('threshold');
  const turned = (values: Float64Array) => {
    const ones = new Float64Array(values.length);
    // NaN stays: no comparison is true of it.
    for (let i = 0; i < ones.length; i++) ones[i] = values[i] > threshold ? 1 : 0 * values[i];
    return ones;
  };
  return {
    columns: node.parameters.count('columns'),
    run: ([all]) => {
      if (all.kind === 'sparse' && threshold >= 0)
        return { ...all, values: turned(all.values) } satisfies SparseValues;
      const { rows, columns, values } = toDense(all);
      return denseValues(rows, columns, turned(values));
    },
  };
};
