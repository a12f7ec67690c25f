import type { Kernel } from '../../lib/util/wasm.js';
import { type GreyImage, IntegralWriter, type SumLayout, tapsOf } from '../image/index.js';
import type { WriteLevel } from './program.js';

/** Kernels write up to seven entries, and read up to sixteen bytes, more than they have to. */
const SPARE = 32;

/** Where the kernel has an image, rows in the making, and integral images. */
export interface LevelRooms {
  readonly image: number;
  readonly mixed: number;
  readonly taps: number;
  readonly line: number;
  readonly columns: number;
  readonly squareColumns: number;
}

/** @param room takes bytes of the kernel's memory; returns their address */
export function levelRooms(width: number, height: number, room: (bytes: number) => number): LevelRooms {
  return {
    image: room(width * height + SPARE),
    mixed: room(2 * width + SPARE),
    taps: room(8 * width + SPARE),
    line: room(width + SPARE),
    columns: room(4 * width + SPARE),
    squareColumns: room(4 * width + SPARE),
  };
}

/** Resizes an image and writes integral images in WebAssembly, with the bits of `Resizer` and `IntegralWriter`. */
export class WasmLevels {
  private readonly bytes: Uint8Array;
  private readonly mixRows: (...values: number[]) => number;
  private readonly mixColumns: (...values: number[]) => number;
  private readonly addRow: (...values: number[]) => number;
  private image: GreyImage | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly rooms: LevelRooms,
    private readonly data: Int32Array,
  ) {
    this.bytes = new Uint8Array(kernel.memory);
    this.mixRows = kernel.run('mixRows');
    this.mixColumns = kernel.run('mixColumns');
    this.addRow = kernel.run('addRow');
  }

  begin(image: GreyImage): void {
    const { data, width, height, stride } = image;
    for (let y = 0; y < height; y++) {
      this.bytes.set(data.subarray(y * stride, y * stride + width), this.rooms.image + y * width);
    }
    this.image = image;
  }

  level(width: number, height: number, layout: SumLayout): WriteLevel {
    const { bytes, rooms, data, addRow } = this;
    const rowAt = this.rowsOf(width, height);
    const entry = (at: number) => data.byteOffset + 4 * at;
    const half = layout.place[1] === 1 ? 0 : 4 * layout.place[1];
    // The first entry of each image, its sums by column, and whether pixels are squared.
    const images = [
      [layout.sums, rooms.columns, 0],
      [layout.squares, rooms.squareColumns, 1],
    ].filter(([first]) => first >= 0);
    const tilted =
      layout.tilted < 0 ? undefined : new IntegralWriter(data, width, { ...layout, sums: -1, squares: -1 });
    return (top, rows) => {
      for (const [first, columns] of images) {
        data.fill(0, first, first + layout.stride);
        bytes.fill(0, columns, columns + 4 * width + SPARE);
      }
      tilted?.begin();
      for (let y = 0; y < rows; y++) {
        const pixels = rowAt(top + y);
        for (const [first, columns, isSquared] of images) {
          addRow(pixels, width, columns, entry(first + (y + 1) * layout.stride), half, isSquared);
        }
        tilted?.add(y + 1, bytes, pixels);
      }
    };
  }

  /** Resizes a row at a time; gives its address. */
  private rowsOf(width: number, height: number): (y: number) => number {
    const { image, rooms } = this;
    if (image === undefined) throw new TypeError('no image was begun');
    const at = (row: number) => rooms.image + row * image.width;
    if (width === image.width && height === image.height) return at;
    const columns = tapsOf(image.width, width);
    const rows = tapsOf(image.height, height);
    // Four places, then four pairs of shares: 256 less the share, and the share, in 16 bits each.
    const taps = new Int32Array(this.kernel.memory, rooms.taps, 2 * width + 4);
    for (let x = 0; x < width; x++) {
      const to = 2 * x - (x & 3);
      taps[to] = 2 * columns.at[x];
      taps[to + 4] = 256 + 65_535 * columns.share[x];
    }
    return (y) => {
      const first = rows.at[y];
      const share = rows.share[y];
      this.mixRows(at(first), at(share === 0 ? first : first + 1), share, image.width, rooms.mixed);
      this.mixColumns(rooms.mixed, rooms.taps, rooms.taps + 8 * width, rooms.line);
      return rooms.line;
    };
  }
}
