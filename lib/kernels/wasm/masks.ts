import type { Questions } from '../quantize/index.js';

/** Bytes of masks that are combined at a time. */
const TOGETHER = 64;
/** The second cache has to hold them. */
const MOST_BYTES = 2 ** 20;

/** Which bits of its tree's mask a node takes away where a row goes right. */
export interface Shut {
  readonly tree: number;
  readonly bits: number;
}

/**
 * What numbers leave open, before there is a row: for each rank that a number may have among its column's questions a row of masks, one a tree,
 * whose bit `b` says that the tree's place number `b`, from the left, isn't left of where such a number goes right. What all columns leave open has
 * the row's own place as its lowest bit, however deep that is (QuickScorer: Lucchese et al., SIGIR 2015).
 */
export interface Masks {
  /** How many masks a row has: as many as trees, and what fills up the last {@link TOGETHER} bytes. */
  readonly width: number;
  readonly masks: Uint8Array | Int32Array;
  /** Of each run of questions the number of the row for a missing number, then for each rank; undefined where none of them takes bits away. */
  readonly rows: readonly (Int32Array | undefined)[];
}

/**
 * @param shut of the questions that take bits away, by their places
 * @param make room for so many masks
 * @param isWorth whether combining so many columns' rows of that width is
 * @returns undefined where it isn't, or masks would take too much room
 */
export function masksOf(
  { runs, missingLeft }: Questions,
  shut: ReadonlyMap<number, readonly Shut[]>,
  trees: number,
  make: (length: number) => Uint8Array | Int32Array,
  isWorth: (columns: number, width: number) => boolean,
): Masks | undefined {
  const begins = runs.map((_, c) => runs[c - 1]?.end ?? 0);
  const asked = runs.map((): number[] => []);
  let run = 0;
  for (const place of [...shut.keys()].sort((a, b) => a - b)) {
    while (place >= runs[run].end) run++;
    asked[run].push(place);
  }
  const bytes = make(0).BYTES_PER_ELEMENT;
  const width = (TOGETHER / bytes) * Math.ceil((trees * bytes) / TOGETHER);
  const columns = asked.filter((own) => own.length > 0).length;
  const count = asked.reduce((sum, own) => sum + (own.length === 0 ? 0 : own.length + 2), 0);
  if (columns === 0 || !isWorth(columns, width) || bytes * count * width > MOST_BYTES) return undefined;
  const masks = make(count * width).fill(-1);
  const close = (row: number, place: number): void => {
    for (const { tree, bits } of shut.get(place) ?? []) masks[row * width + tree] &= ~bits;
  };
  let row = 0;
  const rows = asked.map((own, c) => {
    if (own.length === 0) return undefined;
    const found = new Int32Array(runs[c].end - begins[c] + 2);
    for (const place of own) if (missingLeft[place] !== 1) close(row, place);
    found[0] = row++;
    // A number of the next rank goes right at one more question, which may take bits away or not.
    for (let rank = 0, next = 0; rank < found.length - 1; rank++) {
      if (next < own.length && own[next] === begins[c] + rank - 1) {
        masks.copyWithin((row + 1) * width, row * width, (row + 1) * width);
        close(++row, own[next++]);
      }
      found[rank + 1] = row;
    }
    row++;
    return found;
  });
  return { width, masks, rows };
}

/** Adds to what questions shut. */
export function shutBy(shut: Map<number, Shut[]>, place: number, tree: number, bits: number): void {
  const others = shut.get(place);
  if (others) others.push({ tree, bits });
  else shut.set(place, [{ tree, bits }]);
}
