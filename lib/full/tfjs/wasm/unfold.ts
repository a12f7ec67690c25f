import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Extent } from './convolution.js';
import type { Kernels } from './kernels.js';

/**
 * The pixels of `x` [n, h, w, c] that each position of a filter meets: a row for each row, column and channel of the filter, a
 * column for each pixel of the output, 0 where that lies in the padding.
 */
export function unfold(
  x: TensorInfo,
  [rows, columns]: readonly [Extent, Extent],
  kernels: Kernels,
): TensorInfo {
  const [images, height, width, channels] = x.shape;
  const pixels = images * rows.output * columns.output;
  const table = kernels.output([rows.filter * columns.filter * channels, pixels]);
  const [from, to] = kernels.views([x, table]);
  to.fill(0);
  const step = columns.stride * channels;
  let start = 0;
  for (let down = 0; down < rows.filter; down++) {
    const [firstRow, lastRow] = inside(rows, down);
    for (let across = 0; across < columns.filter; across++) {
      const [firstColumn, lastColumn] = inside(columns, across);
      const shift = (firstColumn * columns.stride - columns.before + across) * channels;
      for (let channel = 0; channel < channels; channel++, start += pixels) {
        for (let image = 0; image < images; image++) {
          for (let row = firstRow; row <= lastRow; row++) {
            const y = image * height + row * rows.stride - rows.before + down;
            const target = start + (image * rows.output + row) * columns.output;
            let source = y * width * channels + shift + channel;
            for (let at = target + firstColumn; at <= target + lastColumn; at++) {
              to[at] = from[source];
              source += step;
            }
          }
        }
      }
    }
  }
  return table;
}

/** The first and the last position of the output for which a position of the filter lies on the input. */
function inside({ input, output, stride, before }: Extent, at: number): [number, number] {
  const first = Math.max(0, Math.ceil((before - at) / stride));
  return [first, Math.min(output - 1, Math.floor((input - 1 + before - at) / stride))];
}
