import type { NamedAttrMap } from '@tensorflow/tfjs-core';

/** One dimension of a convolution: sizes in pixels, `before` the padding at its start. */
export interface Extent {
  readonly input: number;
  readonly filter: number;
  readonly output: number;
  readonly stride: number;
  readonly before: number;
}

/**
 * The two spatial dimensions of a convolution of `input` [n, h, w, c], from the attributes of its
 * kernel.
 */
export function extents(
  input: readonly number[],
  filter: readonly number[],
  output: readonly number[],
  { strides, pad }: NamedAttrMap,
): [Extent, Extent] {
  const extent = (axis: 0 | 1): Extent => {
    const stride = Array.isArray(strides) ? Number(strides[axis]) : Number(strides);
    const sizes = { input: input[1 + axis], filter: filter[axis], output: output[1 + axis], stride };
    return { ...sizes, before: before(sizes, pad, axis) };
  };
  return [extent(0), extent(1)];
}

function before(
  { input, filter, output, stride }: Omit<Extent, 'before'>,
  pad: unknown,
  axis: 0 | 1,
): number {
  if (pad === 'valid') return 0;
  if (pad === 'same') return Math.max(0, (output - 1) * stride + filter - input) >> 1;
  const sides: unknown = Array.isArray(pad) ? pad[1 + axis] : pad;
  return Number(Array.isArray(sides) ? sides[0] : sides);
}

/** A convolution's attributes with the padding at the start and at the end of each dimension given in pixels. */
export function padded(rows: readonly number[], columns: readonly number[], dilations: readonly number[]) {
  return {
    strides: [1, 1],
    dilations: [...dilations],
    pad: [[0, 0], [...rows], [...columns], [0, 0]],
    dataFormat: 'NHWC',
  };
}
