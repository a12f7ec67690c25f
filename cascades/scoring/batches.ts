import { type Block, BlockBuilder, consecutive, Occupied } from '../../lib/blocks/index.js';
import { UnstableFeature } from '../../lib/errors.js';
import { RowView } from '../../lib/features/index.js';
import type { Rows } from '../../lib/rows/index.js';
import { computeAll, Interrupt, type NamedFeature, runAsync, systemTimer } from '../../lib/runtime/index.js';
import type { Tracker } from './tracker.js';

/** Rows computed at a time: bounds the memory that wide features take. */
export const BATCH = 1024;

/** Each feature's block over all rows. */
export async function blocksOf<Row>(
  features: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  tracker: Tracker,
): Promise<Block[]> {
  const built = features.map(() => new BlockBuilder(rows.length));
  await eachBatch(features, rows, tracker, (blocks, from, { length }) => {
    const places = consecutive(from, length);
    blocks.forEach((block, f) => {
      built[f].put(block, places);
    });
  });
  return built.map((builder) => builder.block());
}

/**
 * Computes all features batch by batch, and forgets them.
 *
 * @throws UnstableFeature if two blocks lie in the same memory
 */
export async function eachBatch<Row>(
  features: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  { signal, onProgress, requests }: Tracker,
  use: (blocks: Block[], from: number, batch: readonly Row[]) => void | Promise<void>,
): Promise<void> {
  const interrupt = signal && new Interrupt(systemTimer, undefined, signal);
  const occupied = new Occupied<{ readonly name: string; readonly from: number }>();
  try {
    let next = 0;
    for await (const batch of rows.batches(BATCH, signal)) {
      signal?.throwIfAborted();
      const from = next;
      next += batch.length;
      const onRequest = requests?.feature;
      const computing = { origin: (row: number) => rows.origin[from + row], interrupt, onRequest };
      const blocks = await runAsync(computeAll(features, RowView.of(batch), computing));
      blocks.forEach((block, f) => {
        const { name } = features[f];
        const other = occupied.take(block, { name, from });
        if (other === undefined) return;
        const whose = other.name === name ? 'for another batch' : `as feature '${other.name}'`;
        throw new UnstableFeature(
          name,
          undefined,
          `returned the same memory ${whose}: one overwrites the other's numbers. Return a new array for each batch`,
        );
      });
      await use(blocks, from, batch);
      onProgress?.(next / rows.length);
      // Lets timers run, and with them an abort.
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    interrupt?.close();
  }
}
