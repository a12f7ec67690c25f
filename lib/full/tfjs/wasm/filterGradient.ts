import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Extent, extents, padded } from './convolution.js';
import type { Kernels } from './kernels.js';
import type { Patch } from './patch.js';
import { unfold } from './unfold.js';

/** A convolution's gradient by its filter, which the backend lacks. */
export const filterGradient: Patch = {
  kernel: 'Conv2DBackpropFilter',
  missing: true,
  run({ x, dy }, attrs, kernels) {
    const { filterShape } = attrs;
    if (!isShape(filterShape)) throw new TypeError('Conv2DBackpropFilter: expected a filter shape');
    const along = extents(x.shape, filterShape, dy.shape, attrs);
    return x.shape[3] < FEW ? asProduct(x, dy, along, kernels) : asConvolution(x, dy, along, kernels);
  },
};

/** Below so many channels a convolution over them as its batch has too little to do at a time. */
const FEW = 4;

/** As a product of matrices: the unfolded input with the output's gradient. */
function asProduct(x: TensorInfo, dy: TensorInfo, along: readonly [Extent, Extent], kernels: Kernels) {
  const [rows, columns] = along;
  const outputs = dy.shape[3];
  const a = unfold(x, along, kernels);
  const b = kernels.run('Reshape', { x: dy }, { shape: [a.shape[1], outputs] });
  const product = kernels.run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
  return kernels.run(
    'Reshape',
    { x: product },
    { shape: [rows.filter, columns.filter, x.shape[3], outputs] },
  );
}

/**
 * As a convolution: of the input, whose channels are its batch and whose batch its channels, with the output's gradient,
 * spread by the strides, as filter. Where the padding leaves a rest, the result has rows and columns beyond the filter's,
 * which are cut off.
 */
function asConvolution(
  x: TensorInfo,
  dy: TensorInfo,
  [rows, columns]: readonly [Extent, Extent],
  kernels: Kernels,
) {
  const found = kernels.run(
    'Conv2D',
    { x: kernels.transpose(x, [3, 1, 2, 0]), filter: kernels.transpose(dy, [1, 2, 0, 3]) },
    padded(sides(rows), sides(columns), [rows.stride, columns.stride]),
  );
  const size = [found.shape[0], rows.filter, columns.filter, found.shape[3]];
  return kernels.transpose(kernels.corner(found, size), [1, 2, 0, 3]);
}

function sides({ input, filter, output, stride, before }: Extent): [number, number] {
  return [before, Math.max(0, (output - 1) * stride + filter - before - input)];
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === 4;
}
