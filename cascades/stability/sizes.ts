/**
 * Rows that are read again: `ALONE` one by one, with all features together; `FEW` in small batches; and `APART` of
 * the first one by one, each feature without the others. Their sum is the most that a feature computes beyond one
 * request for each row.
 */
export const [ALONE, FEW, APART] = [64, 128, 32];

/** Rows that a model scores by themselves, and a few at a time. */
export const SCORED = [32, 64] as const;

/** The most rows that a feature computes again, out of `count` that are held. */
export function rowsReread(count: number): number {
  return [ALONE, FEW, APART].reduce((sum, rows) => sum + Math.min(rows, count), 0);
}

/**
 * The same for the full model, including rows that are answered alone, and for a stage's model
 * without them.
 */
export function rowsRescored(count: number, isFull: boolean): number {
  const sizes = isFull ? [...SCORED, ALONE] : SCORED;
  return sizes.reduce((sum, rows) => sum + Math.min(rows, count), 0);
}

/** Sequential calls, before several run at once. */
export const IN_TURN = 8;

/** Rows of the large batches that models score, and of the small ones of a few. */
export const LARGE = 1024;
const SMALL = [2, 3, 5, 8];

/** Concurrent calls, as in an engine. */
const LANES = 4;

/** The size of the large batch that each of `rows` rows was computed in. */
export function sizeIn(rows: number): (position: number) => number {
  return (position) => Math.min(LARGE, rows - Math.floor(position / LARGE) * LARGE);
}

/** Bounds of the small batches of `count` rows. */
export function smallBatches(count: number): { readonly from: number; readonly to: number }[] {
  const batches: { from: number; to: number }[] = [];
  for (let from = 0; from < count; ) {
    const to = Math.min(count, from + SMALL[batches.length % SMALL.length]);
    batches.push({ from, to });
    from = to;
  }
  return batches;
}

/** Runs a function on each item, a few at once. After a failure nothing more is started. */
export async function inLanes<Item>(
  items: readonly Item[],
  use: (item: Item, i: number) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      signal?.throwIfAborted();
      const i = next++;
      try {
        await use(items[i], i);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
