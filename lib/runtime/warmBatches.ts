import { type Block, gather } from '../blocks/index.js';
import { RowView } from '../features/index.js';
import type { NamedFeature } from './compute.js';
import type { Engine } from './engine.js';
import { readsOf, runStep, type Step, warmModel } from './warm.js';

/** Batches with which features and models are prepared. */
export interface WarmBatches<Row> {
  /** Rows to make batches of, repeated as often as needed; without any, models get made-up rows. */
  readonly rows: readonly Row[];
  /** Rows of each batch, in the order in which the batches run. */
  readonly sizes: readonly number[];
}

/**
 * Prepares features and models on made-up rows, as `warmParts`, and then runs batches once each.
 *
 * Features that wait for something elsewhere, and asynchronous models, get no batches: their
 * connections are open after one row, and more rows may cost money.
 */
export async function warmBatches<Row>(
  { features, stages, full, classes }: Engine<Row>,
  { rows, sizes }: WarmBatches<Row>,
): Promise<void> {
  const blocks = await Promise.all(features.map(({ fitted }) => fitted.warm?.()));
  const steps: readonly Step[] = [...stages, full];
  /** Whether each step's model computes here, of those that ran. */
  const isHere = new Map<Step, boolean>();
  for (const step of steps) {
    const read = readsOf(step, blocks);
    if (read !== undefined) isHere.set(step, await warmModel(step, read, classes));
  }
  for (const size of sizes) {
    const batch = rows.length === 0 ? undefined : RowView.of(repeated(rows, size));
    const filled = await Promise.all(features.map((feature, f) => batchOf(feature, blocks[f], batch, size)));
    for (const step of steps) {
      const read = readsOf(step, filled);
      if (read === undefined) continue;
      if (!isHere.has(step)) {
        // No row could be made up for it.
        const one = read.map((block) => gather(block, [0]));
        isHere.set(step, await warmModel(step, one, classes));
      }
      if (isHere.get(step)) await runStep(step, read, size, classes);
    }
  }
}

/** A feature's values for a batch; those of a made-up row where it can't be computed here. */
async function batchOf<Row>(
  { fitted, waits = false }: NamedFeature<Row>,
  madeUp: Block | undefined,
  batch: RowView<Row> | undefined,
  size: number,
): Promise<Block | undefined> {
  if (batch !== undefined && !waits) return fitted.compute(batch);
  return madeUp && gather(madeUp, new Int32Array(size));
}

function repeated<Row>(rows: readonly Row[], size: number): Row[] {
  return Array.from({ length: size }, (_, i) => rows[i % rows.length]);
}
