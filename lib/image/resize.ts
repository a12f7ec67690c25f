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
 * Resizes grey images by bilinear interpolation in whole numbers, with the bits of OpenCV's `INTER_LINEAR_EXACT`: shares of
 * neighbours are 8-bit fractions rounded to even, and a pixel is rounded once, from 16.16. At half the size in both directions
 * it is the mean of four, (a + b + c + d + 2) >> 2.
 *
 * It gives rows on demand, from the top down, and keeps what two rows share.
 *
 * @see OpenCV, modules/imgproc/src/resize.cpp, `resize_bitExact`
 */
export class Resizer {
  private readonly columns: Taps;
  private readonly rows: Taps;
  private readonly isHalf: boolean;
  private readonly isSame: boolean;
  /** Two rows of the source, mixed across, in 256ths. */
  private upper: Uint16Array;
  private lower: Uint16Array;
  private upperRow = -1;
  private lowerRow = -1;

  /** @param width, height of the result, 1 or more */
  constructor(
    private readonly source: GreyImage,
    readonly width: number,
    readonly height: number,
  ) {
    this.isSame = width === source.width && height === source.height;
    this.isHalf = 2 * width === source.width && 2 * height === source.height;
    this.columns = tapsOf(source.width, width);
    this.rows = tapsOf(source.height, height);
    this.upper = new Uint16Array(width);
    this.lower = new Uint16Array(width);
  }

  /** Writes row y of the result to `out` from `to` on. */
  row(y: number, out: Uint8Array, to = 0): void {
    const { source, width } = this;
    if (this.isSame) {
      const from = y * source.stride;
      for (let x = 0; x < width; x++) out[to + x] = source.data[from + x];
    } else if (this.isHalf) this.half(y, out, to);
    else this.mixed(y, out, to);
  }

  private half(y: number, out: Uint8Array, to: number): void {
    const { data, stride } = this.source;
    let above = 2 * y * stride;
    for (let x = 0; x < this.width; x++, above += 2) {
      const below = above + stride;
      out[to + x] = (data[above] + data[above + 1] + data[below] + data[below + 1] + 2) >> 2;
    }
  }

  private mixed(y: number, out: Uint8Array, to: number): void {
    const { rows, width } = this;
    const row = rows.at[y];
    const share = rows.share[y];
    if (row !== this.upperRow && row === this.lowerRow) this.swap();
    if (row !== this.upperRow) {
      this.across(row, this.upper);
      this.upperRow = row;
    }
    const { upper } = this;
    if (share === 0) {
      for (let x = 0; x < width; x++) out[to + x] = (upper[x] + 128) >> 8;
      return;
    }
    if (row + 1 !== this.lowerRow) {
      this.across(row + 1, this.lower);
      this.lowerRow = row + 1;
    }
    const { lower } = this;
    const rest = 256 - share;
    for (let x = 0; x < width; x++) out[to + x] = (rest * upper[x] + share * lower[x] + 32_768) >>> 16;
  }

  private swap(): void {
    [this.upper, this.lower] = [this.lower, this.upper];
    [this.upperRow, this.lowerRow] = [this.lowerRow, this.upperRow];
  }

  private across(row: number, out: Uint16Array): void {
    const { data, stride } = this.source;
    const { at, share } = this.columns;
    const from = row * stride;
    for (let x = 0; x < out.length; x++) {
      const left = from + at[x];
      const second = share[x];
      // The last pixel has no neighbour, and no share of one.
      const here = data[left];
      out[x] = second === 0 ? here << 8 : (256 - second) * here + second * data[left + 1];
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
