import { type Extent, extents } from './convolution.js';
import type { Patch } from './patch.js';

/**
 * A convolution's gradient by its filter, which the backend lacks: for each picture and each
 * position of the filter, the products of the inputs at that position with the output's gradient.
 * Nothing is unfolded, and padding, which adds nothing, costs nothing.
 */
export const filterGradient: Patch = {
  kernel: 'Conv2DBackpropFilter',
  missing: true,
  run({ x, dy }, attrs, kernels) {
    const { filterShape } = attrs;
    if (!isShape(filterShape)) throw new TypeError('Conv2DBackpropFilter: expected a filter shape');
    const [rows, columns] = extents(x.shape, filterShape, dy.shape, attrs);
    const [images, , , inputs] = x.shape;
    const outputs = dy.shape[3];
    const result = kernels.output(filterShape);
    const [from, slopes, to] = kernels.views([x, dy, result]);
    to.fill(0);
    for (let image = 0; image < images; image++) {
      for (let down = 0; down < rows.filter; down++) {
        const [top, bottom] = inside(rows, down);
        if (bottom < top) continue;
        const y = image * rows.input + top * rows.stride - rows.before + down;
        for (let across = 0; across < columns.filter; across++) {
          const [left, right] = inside(columns, across);
          if (right < left) continue;
          const pixel = y * columns.input + left * columns.stride - columns.before + across;
          kernels.addProducts(
            {
              values: from,
              at: pixel * inputs,
              step: columns.stride * inputs,
              row: rows.stride * columns.input * inputs,
              width: inputs,
            },
            {
              values: slopes,
              at: ((image * rows.output + top) * columns.output + left) * outputs,
              step: outputs,
              row: columns.output * outputs,
              width: outputs,
            },
            { columns: right - left + 1, rows: bottom - top + 1 },
            to,
            (down * columns.filter + across) * inputs * outputs,
          );
        }
      }
    }
    return result;
  },
};

/** The first and the last position of the output for which a position of the filter lies on the input. */
function inside({ input, output, stride, before }: Extent, at: number): [number, number] {
  const first = Math.max(0, Math.ceil((before - at) / stride));
  return [first, Math.min(output - 1, Math.floor((input - 1 + before - at) / stride))];
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === 4;
}
