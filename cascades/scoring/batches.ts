import { type Block, consecutive, Occupied } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import { UnstableFeature } from '../../lib/errors.js';
import { RowView } from '../../lib/features/define/index.js';
import {
  computeAll,
  Interrupt,
  type NamedFeature,
  runAsync,
  systemTimer,
} from '../../lib/run/runtime/index.js';
import { BlocksBuilder } from './building.js';
import type { Tracker } from './tracker.js';

/** Rows computed at a time: bounds the memory that wide features take. */
export const BATCH = 1024;

/** Each feature's block over all rows. @param isShared whether they are to lie in memory that threads share */
export async function blocksOf<Row>(
  features: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  tracker: Tracker,
  isShared?: boolean,
): Promise<Block[]> {
  const built = new BlocksBuilder(features, rows.length, isShared);
  await eachBatch(features, rows, tracker, (blocks, from, { length }) => {
    const places = consecutive(from, length);
    blocks.forEach((block, f) => {
      built.put(f, block, places);
    });
  });
  return built.blocks();
}

/**
 * Each feature's blocks over several sets of rows, which are read in one pass. Each set is computed
 * in batches of its own, as {@link blocksOf} computes it.
 *
 * @param sets positions among the rows, ascending; no row is in two of them
 * @returns for each set one block a feature
 */
export async function blocksOfSets<Row>(
  features: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  sets: readonly Int32Array[],
  tracker: Tracker,
  isShared?: boolean,
): Promise<Block[][]> {
  const setOf = new Int32Array(rows.length).fill(-1);
  const placeOf = new Int32Array(rows.length);
  sets.forEach((positions, set) => {
    positions.forEach((row, place) => {
      setOf[row] = set;
      placeOf[row] = place;
    });
  });
  const wanted = consecutive(0, rows.length).filter((row) => setOf[row] >= 0);
  const read = rows.select(wanted);
  const built = sets.map(({ length }) => new BlocksBuilder(features, length, isShared));
  const batches = sorted(read, (position) => setOf[wanted[position]], sets.length, tracker.signal);
  await computeEach(features, read, batches, tracker, (blocks, { positions }) => {
    const places = positions.map((position) => placeOf[wanted[position]]);
    const own = built[setOf[wanted[positions[0]]]];
    blocks.forEach((block, f) => {
      own.put(f, block, places);
    });
  });
  return built.map((each) => each.blocks());
}

/**
 * Computes all features batch by batch, and forgets them.
 *
 * @throws UnstableFeature if two blocks lie in the same memory
 */
export function eachBatch<Row>(
  features: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  tracker: Tracker,
  use: (blocks: Block[], from: number, batch: readonly Row[]) => void | Promise<void>,
): Promise<void> {
  return computeEach(features, rows, inOrder(rows, tracker.signal), tracker, (blocks, batch) =>
    use(blocks, batch.positions[0], batch.rows),
  );
}

/** Rows that are computed together. */
interface Batch<Row> {
  readonly rows: readonly Row[];
  /** Their positions among all that are read. */
  readonly positions: Int32Array;
}

async function* inOrder<Row>(rows: Rows<Row>, signal: AbortSignal | undefined): AsyncGenerator<Batch<Row>> {
  let next = 0;
  for await (const batch of rows.batches(BATCH, signal)) {
    yield { rows: batch, positions: consecutive(next, batch.length) };
    next += batch.length;
  }
}

/** Batches of rows of one set each. @param setOf the set of a row, by its position */
async function* sorted<Row>(
  rows: Rows<Row>,
  setOf: (position: number) => number,
  sets: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch<Row>> {
  const waiting = Array.from({ length: sets }, () => ({ rows: [] as Row[], positions: [] as number[] }));
  const take = (set: number): Batch<Row> => {
    const { rows, positions } = waiting[set];
    waiting[set] = { rows: [], positions: [] };
    return { rows, positions: Int32Array.from(positions) };
  };
  let next = 0;
  for await (const batch of rows.batches(BATCH, signal)) {
    for (const row of batch) {
      const set = setOf(next);
      waiting[set].rows.push(row);
      waiting[set].positions.push(next++);
      if (waiting[set].rows.length === BATCH) yield take(set);
    }
  }
  for (const [set, left] of waiting.entries()) if (left.rows.length > 0) yield take(set);
}

async function computeEach<Row>(
  features: readonly NamedFeature<Row>[],
  { origin, length }: Rows<Row>,
  batches: AsyncIterable<Batch<Row>>,
  { signal, onProgress, requests }: Tracker,
  use: (blocks: Block[], batch: Batch<Row>) => void | Promise<void>,
): Promise<void> {
  const interrupt = signal && new Interrupt(systemTimer, undefined, signal);
  const occupied = new Occupied<{ readonly name: string }>();
  try {
    let done = 0;
    for await (const batch of batches) {
      signal?.throwIfAborted();
      const { positions } = batch;
      const onRequest = requests?.feature;
      const computing = { origin: (row: number) => origin[positions[row]], interrupt, onRequest };
      const blocks = await runAsync(computeAll(features, RowView.of(batch.rows), computing));
      blocks.forEach((block, f) => {
        const { name } = features[f];
        const other = occupied.take(block, { name });
        if (other === undefined) return;
        const whose = other.name === name ? 'for another batch' : `as feature '${other.name}'`;
        throw new UnstableFeature(
          name,
          undefined,
          `returned the same memory ${whose}: one overwrites the other's numbers. Return a new array for each batch`,
        );
      });
      await use(blocks, batch);
      done += positions.length;
      onProgress?.(done / length);
      // Lets timers run, and with them an abort.
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    interrupt?.close();
  }
}
