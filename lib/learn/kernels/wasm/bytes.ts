import type { DenseBlock } from '../../../data/blocks/index.js';
import type { Kernel } from '../../../util/wasm.js';
import { blockBounds, firstSetCode, type Quantization } from '../quantize/index.js';
import type { Arena } from './arena.js';
import { WIDE } from './wide.js';

/** Compared bytes are shifted by this: WebAssembly compares them as signed. */
const SIGN = 128;
/** Buckets for each threshold: most values then have none or one in theirs. */
const BUCKETS = 4;
/** Bytes of a column's record in the kernel, and of a slot's. */
const PLACE_BYTES = 32;
const UNPACK_BYTES = 12;

/**
 * Codes of 64 rows of dense blocks as bytes, packed: a *plane* of 64 for each column of a quantization, the ranks of its
 * values, 255 for missing ones, and then a plane for each set.
 */
export interface Bytes {
  /** The planes of each column: its own, then its sets'. */
  readonly planes: readonly (readonly number[])[];
  /** All planes of 64 rows, which the two functions below read and write. */
  readonly packed: Uint8Array;
  /**
   * Writes columns' planes for up to 64 rows; what lies beyond the last one is never to be looked at.
   *
   * @param wanted columns by their places in the quantization
   * @param rows which rows of the blocks, undefined for those from `at` on; `at` is the first among these
   */
  code(
    blocks: readonly DenseBlock[],
    wanted: readonly number[],
    rows: Int32Array | undefined,
    at: number,
    count: number,
  ): void;
  /** Writes the slots' codes, as "wide" in trees.wat wants them. A missing value's rank is above all others, and 0 once it is one more. */
  unpack(): void;
}

/**
 * Ranks are found by buckets: the range of a column's thresholds is divided into buckets of one
 * width. Each bucket stores the number of thresholds in earlier ones, so only a value's own bucket
 * is searched. The bucket rises with the value in single precision too, so that ranks are exact.
 *
 * @param quantization whose codes are bytes
 */
export function bytesOf(
  arena: Arena,
  quantization: Quantization,
  widths: readonly number[],
): (kernel: Kernel, codesAt: number) => Bytes {
  const { columns, begin, count, thresholds, last, first, setSlot, setCount, setCodes } = quantization;
  const { firsts, bounds } = blockBounds(columns, widths);
  let planeCount = columns.length;
  const planes = Array.from(setCount, (sets, c) => {
    const own = [c, ...Array.from({ length: sets }, (_, s) => planeCount + s)];
    planeCount += sets;
    return own;
  });
  const packedAt = arena.room(WIDE * planeCount);
  const valuesAt = arena.room(4 * WIDE * columns.length);
  const tables = Array.from(columns.keys(), (c) =>
    tableOf(thresholds.subarray(begin[c], begin[c] + count[c])),
  );
  const tablesAt = tables.map((table) => ({
    thresholds: arena.put(table.thresholds),
    before: arena.put(table.before),
  }));
  const placesAt = arena.room(PLACE_BYTES * columns.length);
  const slots = planes
    .flatMap((own, c) => [
      { slot: last[c], plane: c, more: SIGN },
      { slot: first[c], plane: c, more: SIGN + 1 },
      ...own.slice(1).map((plane, s) => ({ slot: setSlot[c] + s, plane, more: SIGN })),
    ])
    .filter(({ slot }) => slot > 0);
  const slotsAt = arena.room(UNPACK_BYTES * slots.length);
  const slotsEnd = slotsAt + UNPACK_BYTES * slots.length;
  return (kernel, codesAt) => {
    const [place, unpack] = ['place', 'unpack'].map(kernel.run);
    const packed = new Uint8Array(kernel.memory, packedAt, WIDE * planeCount);
    const values = new Float32Array(kernel.memory, valuesAt, WIDE * columns.length);
    const places = new DataView(kernel.memory, placesAt, PLACE_BYTES * columns.length);
    new Int32Array(kernel.memory, slotsAt, 3 * slots.length).set(
      slots.flatMap(({ slot, plane, more }) => [packedAt + WIDE * plane, more, codesAt + WIDE * slot]),
    );
    let written: readonly number[] = [];
    const blockOf = columns.map((_, c) => bounds.findLastIndex((bound) => bound <= c));
    /** Adds records of these columns, unless they exist. */
    const list = (wanted: readonly number[]) => {
      if (wanted === written) return;
      written = wanted;
      wanted.forEach((c, i) => {
        const { most, end, least, scale } = tables[c];
        const { thresholds, before } = tablesAt[c];
        const record = [valuesAt + 4 * WIDE * i, packedAt + WIDE * c, before, thresholds - 4, most, end];
        for (const [v, value] of record.entries()) places.setInt32(PLACE_BYTES * i + 4 * v, value, true);
        places.setFloat32(PLACE_BYTES * i + 24, least, true);
        places.setFloat32(PLACE_BYTES * i + 28, scale, true);
      });
    };
    return {
      planes,
      packed,
      code(blocks, wanted, rows, at, rowCount) {
        list(wanted);
        for (let w = 0; w < wanted.length; w++) {
          const c = wanted[w];
          const { values: table, columns: width } = blocks[blockOf[c]];
          pick(table, width, columns[c] - firsts[blockOf[c]], rows, at, rowCount, values, WIDE * w);
          for (let s = 0; s < setCount[c]; s++) {
            const to = WIDE * planes[c][s + 1];
            for (let i = 0; i < WIDE; i++) {
              packed[to + i] = setCodes[firstSetCode(quantization, c, values[WIDE * w + i]) + s];
            }
          }
        }
        place(placesAt, placesAt + PLACE_BYTES * wanted.length);
      },
      unpack() {
        if (slotsEnd > slotsAt) unpack(slotsAt, slotsEnd);
      },
    };
  };
}

/** One column's values in up to 64 rows. */
function pick(
  table: Float32Array,
  width: number,
  column: number,
  rows: Int32Array | undefined,
  at: number,
  count: number,
  values: Float32Array,
  to: number,
): void {
  if (rows === undefined) {
    for (let i = 0, from = at * width + column; i < count; i++, from += width) values[to + i] = table[from];
  } else for (let i = 0; i < count; i++) values[to + i] = table[rows[at + i] * width + column];
}

/** One column's thresholds, and as many NaN as a search may read too far; its buckets. */
interface Table {
  readonly thresholds: Float32Array;
  /** How many thresholds lie in earlier buckets. */
  readonly before: Uint8Array;
  /** Half the power of two that no bucket's thresholds reach. */
  readonly most: number;
  /** The last bucket. */
  readonly end: number;
  readonly least: number;
  /** Buckets a unit. */
  readonly scale: number;
}

function tableOf(own: Float32Array): Table {
  const end = BUCKETS * own.length;
  const least = own.length === 0 ? 0 : own[0];
  const scale = own.length === 0 ? 0 : Math.fround(end / Math.fround(own[own.length - 1] - least));
  const held = new Int32Array(end + 1);
  for (const threshold of own) {
    // As the kernel does it; an infinite scale makes NaN of the least, which is in the first bucket.
    const at = Math.fround(Math.fround(threshold - least) * scale);
    held[at > 0 ? Math.min(end, Math.trunc(at)) : 0]++;
  }
  let lower = 0;
  const before = Uint8Array.from(held, (some) => {
    lower += some;
    return lower - some;
  });
  const largest = held.reduce((a, b) => Math.max(a, b), 0);
  const most = largest === 0 ? 0 : 2 ** (31 - Math.clz32(largest));
  const thresholds = new Float32Array(own.length + 2 * most).fill(Number.NaN);
  thresholds.set(own);
  return { thresholds, before, most, end, least, scale };
}
