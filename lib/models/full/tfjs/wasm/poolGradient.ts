import type { Patch } from './patch.js';

/**
 * The gradient of max pooling whose windows neither overlap nor are padded, in one pass over the
 * windows. The backend's own loop visits, for each input pixel, every window that may contain it.
 * Among equal maxima the first gets the whole gradient.
 */
export const poolGradient: Patch = {
  kernel: 'MaxPoolGrad',
  missing: false,
  run({ dy, input, output }, attrs, kernels) {
    const [height, width] = pair(attrs.filterSize);
    const strides = pair(attrs.strides);
    const [, downTo, acrossTo] = dy.shape;
    const [images, rows, columns, channels] = input.shape;
    const apart = strides[0] === height && strides[1] === width;
    const inside =
      downTo * height <= rows &&
      acrossTo * width <= columns &&
      ['valid', 'same', 0].some((none) => none === attrs.pad);
    if (!apart || !inside || input.dtype !== 'float32') {
      return kernels.original({ dy, input, output }, attrs);
    }
    const dx = kernels.output(input.shape);
    const [values, slopes, out] = kernels.views([input, dy, dx]);
    out.fill(0);
    const steps = windowSteps(height, width, columns, channels);
    let window = 0;
    for (let image = 0; image < images; image++) {
      for (let down = 0; down < downTo; down++) {
        let corner = (image * rows + down * height) * columns * channels;
        for (let across = 0; across < acrossTo; across++) {
          for (let channel = 0; channel < channels; channel++) {
            let most = corner + channel;
            let at = most;
            for (let step = 0; step < steps.length; step++) {
              at += steps[step];
              // Which pixel has the maximum can't be predicted, and a wrong guess costs more than this arithmetic.
              most += (at - most) & -Number(values[at] > values[most]);
            }
            out[most] = slopes[window++];
          }
          corner += width * channels;
        }
      }
    }
    return dx;
  },
};

/** From each pixel of a window to the next one, of the same channel. */
function windowSteps(height: number, width: number, columns: number, channels: number): Int32Array {
  return Int32Array.from(
    { length: height * width - 1 },
    (_, at) => ((at + 1) % width === 0 ? columns - width + 1 : 1) * channels,
  );
}

function pair(value: unknown): [number, number] {
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [Number(value), Number(value)];
}
