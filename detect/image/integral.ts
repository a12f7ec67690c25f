import type { GreyImage } from './grey.js';

/** Where the sums of an image lie in one array. */
export interface SumLayout {
  /** Entries from one row of sums to the next. */
  readonly stride: number;
  /** The entry of each column within its row, for one column more than the image has. */
  readonly place: Int32Array;
  /** Where the first row begins: of sums, of squared sums, of tilted sums. -1 for what is not needed. */
  readonly sums: number;
  readonly squares: number;
  readonly tilted: number;
}

/**
 * Integral images, row by row: entry (x, y) is the sum of the pixels above y and left of x, of their squares, or of
 * those in the triangle that opens upwards from (x, y) at 45 degrees: |column - x + 1| <= y - row - 1. Sums wrap at
 * 32 bits.
 *
 * @see Viola and Jones, CVPR 2001; tilted: Lienhart and Maydt, An extended set of Haar-like features, ICIP 2002
 */
export class IntegralWriter {
  /**
   * The last row of sums, of squares, the last two of tilted sums, and the row of pixels before: in the order of
   * columns.
   */
  private readonly sums: Int32Array;
  private readonly squares: Int32Array;
  private tilted: Int32Array;
  private tiltedBefore: Int32Array;
  private readonly pixels: Uint8Array;

  constructor(
    private readonly out: Int32Array,
    private readonly width: number,
    private readonly layout: SumLayout,
  ) {
    this.sums = new Int32Array(width + 1);
    this.squares = new Int32Array(layout.squares < 0 ? 0 : width + 1);
    const tilted = layout.tilted < 0 ? 0 : width + 1;
    this.tilted = new Int32Array(tilted);
    this.tiltedBefore = new Int32Array(tilted);
    this.pixels = new Uint8Array(tilted === 0 ? 0 : width);
  }

  /** Writes the row of sums above the first row of pixels, which is 0, and begins there. */
  begin(): void {
    const { out, layout, width } = this;
    for (const first of [layout.sums, layout.squares, layout.tilted]) {
      if (first < 0) continue;
      for (let x = 0; x <= width; x++) out[first + layout.place[x]] = 0;
    }
    for (const row of [this.sums, this.squares, this.tilted, this.tiltedBefore, this.pixels]) row.fill(0);
  }

  /** Writes row y of sums, from 1 on: the one below the row of pixels y - 1, which lies in `pixels` from `from` on. */
  add(y: number, pixels: Uint8Array | Uint8ClampedArray, from = 0): void {
    const { layout } = this;
    const row = y * layout.stride;
    if (layout.sums >= 0) this.addColumns(pixels, from, layout.sums + row, this.sums, false);
    if (layout.squares >= 0) this.addColumns(pixels, from, layout.squares + row, this.squares, true);
    if (layout.tilted >= 0) this.addTilted(pixels, from, layout.tilted + row);
  }

  private addColumns(
    pixels: Uint8Array | Uint8ClampedArray,
    from: number,
    to: number,
    columns: Int32Array,
    isSquared: boolean,
  ): void {
    const { out, width } = this;
    const { place } = this.layout;
    out[to + place[0]] = 0;
    for (let x = 0, sum = 0; x < width; x++) {
      const pixel = pixels[from + x];
      sum = (sum + (isSquared ? pixel * pixel : pixel)) | 0;
      const total = (columns[x] + sum) | 0;
      columns[x] = total;
      out[to + place[x + 1]] = total;
    }
  }

  private addTilted(pixels: Uint8Array | Uint8ClampedArray, from: number, to: number): void {
    const { out, width, tilted, tiltedBefore, pixels: before } = this;
    const { place } = this.layout;
    // The row before the last becomes the new one.
    const first = tilted[1];
    for (let x = 1; x < width; x++) {
      const both = pixels[from + x - 1] + before[x - 1];
      tiltedBefore[x] = tilted[x - 1] + tilted[x + 1] - tiltedBefore[x] + both;
    }
    // The triangle right of the image's last column has the pixels of the one two rows above.
    tiltedBefore[width] = tilted[width - 1] + pixels[from + width - 1] + before[width - 1];
    tiltedBefore[0] = first;
    for (let x = 0; x <= width; x++) out[to + place[x]] = tiltedBefore[x];
    for (let x = 0; x < width; x++) before[x] = pixels[from + x];
    this.tilted = tiltedBefore;
    this.tiltedBefore = tilted;
  }
}

/** The integral images of a whole image: rows of `width + 1` entries, `height + 1` of them. */
export interface IntegralImages {
  readonly stride: number;
  readonly sums: Int32Array;
  readonly squares: Int32Array;
  readonly tilted: Int32Array;
}

/**
 * Sums, squared sums and tilted sums of an image: see `IntegralWriter`.
 *
 * @example integralImages({ data: Uint8Array.of(1, 2), width: 2, height: 1, stride: 2 }).sums; // [0, 0, 0, 0, 1, 3]
 */
export function integralImages(image: GreyImage): IntegralImages {
  const { data, width, height } = image;
  const stride = width + 1;
  const length = stride * (height + 1);
  const all = new Int32Array(3 * length);
  const place = Int32Array.from({ length: stride }, (_, x) => x);
  const layout = { stride, place, sums: 0, squares: length, tilted: 2 * length };
  const writer = new IntegralWriter(all, width, layout);
  writer.begin();
  for (let y = 0; y < height; y++) writer.add(y + 1, data, y * image.stride);
  const part = (i: number) => all.subarray(i * length, (i + 1) * length);
  return { stride, sums: part(0), squares: part(1), tilted: part(2) };
}
