import type { GreyImage } from './grey.js';
import { roundEven } from './round.js';

/** Where the pixels of a row or column are read, and how the two neighbours are mixed. */
export interface Taps {
  /** The first of the two neighbours of each pixel. */
  readonly at: Int32Array;
  /** The share of the second, in 256ths. */
  readonly share: Int32Array;
}

/**
 * Resizes grey images by bilinear interpolation in whole numbers, with the bits of OpenCV's `INTER_LINEAR_EXACT`:
 * shares of neighbours are 8-bit fractions rounded to even, and a pixel is rounded once, from 16.16.
 *
 * @see OpenCV, modules/imgproc/src/resize.cpp, `resize_bitExact`
 */
export class Resizer {
  private readonly columns: Taps;
  private readonly rows: Taps;
  /** Two rows of the source, mixed, in 256ths. */
  private readonly mixed: Uint16Array;

  /** @param width, height of the result, 1 or more */
  constructor(
    private readonly source: GreyImage,
    readonly width: number,
    readonly height: number,
  ) {
    this.columns = tapsOf(source.width, width);
    this.rows = tapsOf(source.height, height);
    this.mixed = new Uint16Array(source.width + 1);
  }

  /** Writes row y of the result to `out` from `to` on. */
  row(y: number, out: Uint8Array, to = 0): void {
    const { mixed, width } = this;
    const { data, stride, width: columns } = this.source;
    const { at, share } = this.columns;
    const first = this.rows.at[y] * stride;
    const second = this.rows.share[y];
    // A last row has no next one, and no share of it.
    const next = second === 0 ? first : first + stride;
    for (let x = 0; x < columns; x++) {
      mixed[x] = (256 - second) * data[first + x] + second * data[next + x];
    }
    for (let x = 0; x < width; x++) {
      const left = at[x];
      const right = share[x];
      out[to + x] = ((256 - right) * mixed[left] + right * mixed[left + 1] + 32_768) >>> 16;
    }
  }
}

/** How pixels of a row or column are made of another one's: `from` pixels resized to `to`. */
export function tapsOf(from: number, to: number): Taps {
  const at = new Int32Array(to);
  const share = new Int32Array(to);
  const scale = 1 / (to / from);
  for (let i = 0; i < to; i++) {
    const position = scale * (i + 0.5) - 0.5;
    const floor = Math.floor(position);
    if (floor >= from - 1) at[i] = from - 1;
    else if (floor >= 0) {
      at[i] = floor;
      share[i] = roundEven(256 * (position - floor));
    }
  }
  return { at, share };
}

/**
 * The image in another size.
 *
 * @param width, height of the result in pixels, 1 or more
 * @example resizeGrey({ data: Uint8Array.of(0, 0, 4, 4), width: 2, height: 2, stride: 2 }, 1, 1).data; // [2]
 */
export function resizeGrey(source: GreyImage, width: number, height: number): GreyImage {
  const resizer = new Resizer(source, width, height);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) resizer.row(y, data, y * width);
  return { data, width, height, stride: width };
}
