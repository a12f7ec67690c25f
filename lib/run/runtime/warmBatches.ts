import { type Block, gather } from '../../data/blocks/index.js';
import { RowView } from '../../features/define/index.js';
import type { NamedFeature } from './compute.js';
import type { Engine } from './engine.js';
import { blocksRead, runStep, type WarmedModel } from './warm.js';

/** Batches with which features and models are prepared. */
export interface WarmBatches<Row> {
  /** Rows to make batches of, repeated as often as needed; without any, models get made-up rows. */
  readonly rows: readonly Row[];
  /** Rows of each batch, in the order in which the batches run. */
  readonly sizes: readonly number[];
}

/**
 * Runs features and models once over batches of each size. What is compiled on single rows, `warmParts` compiles.
 *
 * Features that wait for something elsewhere, and asynchronous models, get no batches: a model runs on one row first,
 * which shows where it computes. More rows may cost money.
 */
export async function warmBatches<Row>(
  { features, stages, full, classes }: Engine<Row>,
  { rows, sizes }: WarmBatches<Row>,
): Promise<void> {
  const blocks = await Promise.all(features.map(({ fitted }) => fitted.warm?.(true)));
  const steps: readonly WarmedModel[] = [...stages, full];
  const remote = new Set<WarmedModel>();
  const seen = new Set<WarmedModel>();
  for (const size of sizes) {
    const batch = rows.length === 0 ? undefined : RowView.of(repeated(rows, size));
    const filled = await Promise.all(features.map((feature, f) => batchOf(feature, blocks[f], batch, size)));
    for (const step of steps) {
      const read = blocksRead(step, filled);
      if (read === undefined) continue;
      if (!seen.has(step)) {
        seen.add(step);
        const one = read.map((block) => gather(block, [0]));
        const waiting = runStep(step, one, 1, classes);
        if (waiting !== undefined) remote.add(step);
        await waiting;
      }
      if (!remote.has(step)) await runStep(step, read, size, classes);
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
