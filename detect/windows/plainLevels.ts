import { type GreyImage, IntegralWriter, Resizer, type SumLayout } from '../image/index.js';
import type { WriteLevel } from './program.js';

/** Writes the integral images of a level of an image, row by row. */
export function plainLevel(
  image: GreyImage,
  width: number,
  height: number,
  layout: SumLayout,
  data: Int32Array,
): WriteLevel {
  const resizer = new Resizer(image, width, height);
  const writer = new IntegralWriter(data, width, layout);
  const line = new Uint8Array(width);
  return (top, rows) => {
    writer.begin();
    for (let y = 0; y < rows; y++) {
      resizer.row(top + y, line);
      writer.add(y + 1, line);
    }
  };
}
