import type { Digit } from 'spillway/datasets';
import { resizeGrey } from '../../detect/image/index.js';
import type { Random } from '../../lib/stats/index.js';

/** Grey pixels that may be written to. */
interface Grey {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
}

/** Coarse noise made smooth by enlarging it, twice, and fine noise. */
export function clouds(width: number, height: number, stream: Random): Grey {
  const layer = (cell: number, least: number, range: number) => {
    const [w, h] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1];
    const data = Uint8Array.from({ length: w * h }, () => least + stream.integer(range));
    return resizeGrey({ data, width: w, height: h, stride: w }, width, height).data;
  };
  const layers = [layer(24, 20, 100), layer(7, 0, 50), layer(1, 0, 16)];
  const data = Uint8Array.from(layers[0], (_, i) => layers[0][i] + layers[1][i] + layers[2][i]);
  return { data, width, height, stride: width };
}

/** Adds ink, light on dark. */
export function draw(
  { data, stride }: Grey,
  { pixels }: Digit,
  x: number,
  y: number,
  size: number,
  stream: Random,
): void {
  const ink = resizeGrey({ data: pixels, width: 28, height: 28, stride: 28 }, size, size).data;
  const contrast = 0.3 + 0.5 * stream.uniform();
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = (y + row) * stride + x + column;
      data[at] = Math.min(255, data[at] + contrast * ink[row * size + column]);
    }
  }
}
