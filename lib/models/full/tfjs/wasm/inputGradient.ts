import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Extent, extents, padded } from './convolution.js';
import type { Kernels } from './kernels.js';
import type { Patch } from './patch.js';

/**
 * A convolution's gradient by its input as a convolution of the output's gradient, with zeros between its pixels
 * where the strides are above 1, with the filter turned by half a turn: the backend's own loop takes eight times as
 * long.
 */
export const inputGradient: Patch = {
  kernel: 'Conv2DBackpropInput',
  missing: false,
  run({ dy, filter }, attrs, kernels) {
    const { inputShape } = attrs;
    if (!Array.isArray(inputShape)) throw new TypeError('Conv2DBackpropInput: expected an input shape');
    const [rows, columns] = extents(inputShape.map(Number), filter.shape, dy.shape, attrs);
    // Padding wider than the filter isn't possible as a convolution's: that case is left to the
    // loop.
    if ([rows, columns].some(({ before, filter: size }) => before >= size))
      return kernels.original({ dy, filter }, attrs);
    const turned = kernels.run('Reverse', { x: filter }, { dims: [0, 1] });
    const found = kernels.run(
      'Conv2D',
      {
        x: spread(spread(dy, 1, rows.stride, kernels), 2, columns.stride, kernels),
        filter: kernels.transpose(turned, [0, 1, 3, 2]),
      },
      padded(sides(rows), sides(columns), [1, 1]),
    );
    return kernels.corner(found, [dy.shape[0], rows.input, columns.input, filter.shape[2]]);
  },
};

/** Padding with which each pixel of the input meets all pixels of the output that it had a part in. */
function sides({ input, filter, output, stride, before }: Extent): [number, number] {
  const spreadOut = (output - 1) * stride + 1;
  return [filter - 1 - before, Math.max(0, input + before - spreadOut)];
}

/** Puts `stride - 1` zeros after each position along an axis but the last. */
function spread(x: TensorInfo, axis: number, stride: number, kernels: Kernels): TensorInfo {
  if (stride === 1) return x;
  const { shape } = x;
  const [outer, inner] = [shape.slice(0, axis + 1), shape.slice(axis + 1)];
  const apart = kernels.run('Reshape', { x }, { shape: [...outer, 1, ...inner] });
  const paddings = apart.shape.map((_, at) => [0, at === axis + 1 ? stride - 1 : 0]);
  const wide = kernels.run('PadV2', { x: apart }, { paddings, constantValue: 0 });
  const long = [...shape];
  long[axis] *= stride;
  const joined = kernels.run('Reshape', { x: wide }, { shape: long });
  return kernels.corner(
    joined,
    long.map((length, at) => (at === axis ? length - stride + 1 : length)),
  );
}
