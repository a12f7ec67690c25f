import type { Patch } from './patch.js';

/**
 * Sums over the first axes, as in the gradient of a bias, in the order of memory: the backend
 * transposes all numbers first, to have those axes last.
 */
export const leadingSum: Patch = {
  kernel: 'Sum',
  missing: false,
  run({ x }, attrs, kernels) {
    // Without axes it is over all.
    const axes: unknown[] = [attrs.axis ?? []].flat();
    const kept = x.shape.slice(axes.length);
    const leading = kept.length > 0 && axes.length > 0 && axes.every((axis, i) => axis === i);
    if (!leading || x.dtype !== 'float32') return kernels.original({ x }, attrs);
    const shape = attrs.keepDims === true ? [...axes.map(() => 1), ...kept] : kept;
    const result = kernels.output(shape);
    const [values, out] = kernels.views([x, result]);
    const sums = new Float64Array(out.length);
    const width = sums.length;
    let at = 0;
    // Four rows a turn: their sum is stored once.
    for (; at + 4 * width <= values.length; at += 4 * width) {
      for (let column = 0; column < width; column++) {
        const from = at + column;
        sums[column] +=
          values[from] + values[from + width] + (values[from + 2 * width] + values[from + 3 * width]);
      }
    }
    for (let rest = 0; at + rest < values.length; rest++) sums[rest % width] += values[at + rest];
    out.set(sums);
    return result;
  },
};
