import { type Block, gather, stack } from '../blocks/index.js';
import type { RowView } from '../features/index.js';
import type { Model } from '../learners/index.js';
import { type Computing, computeAll, type NamedFeature } from './compute.js';
import type { Interrupt } from './interrupt.js';
import type { Work } from './pending.js';
import { goOn, joinSums, keptSums, type RunningSums } from './sums.js';

/** The rows that no stage has answered yet, and the blocks already computed for them, by feature. */
export interface Passing {
  readonly rows: Int32Array;
  readonly blocks: Map<number, Block>;
  readonly sums: RunningSums;
}

/** All rows of a batch, of which nothing is computed yet. */
export function passingAll(rows: number): Passing {
  return passingSome(Int32Array.from({ length: rows }, (_, i) => i));
}

/** Some rows of a batch, of which nothing is computed yet. */
export function passingSome(rows: Int32Array): Passing {
  return { rows, blocks: new Map(), sums: new Map() };
}

/** Several lots of rows of one batch, at least one, as one; all have gone through the same stages. */
export function joinPassing(lots: readonly Passing[]): Passing {
  if (lots.length === 1) return lots[0];
  const rows = new Int32Array(lots.reduce((total, lot) => total + lot.rows.length, 0));
  let at = 0;
  for (const lot of lots) {
    rows.set(lot.rows, at);
    at += lot.rows.length;
  }
  const blocks = new Map<number, Block>();
  for (const feature of lots[0].blocks.keys()) {
    blocks.set(feature, stack(lots.flatMap((lot) => lot.blocks.get(feature) ?? [])));
  }
  return { rows, blocks, sums: joinSums(lots.map((lot) => lot.sums)) };
}

/** Computes what is read and isn't there yet, for the passing rows of a batch. Rows that are lost are positions among those. */
export function* addBlocks<Row>(
  features: readonly NamedFeature<Row>[],
  reads: readonly number[],
  batch: RowView<Row>,
  { rows, blocks }: Passing,
  computing: Computing,
): Work<void> {
  const missing = reads.filter((feature) => !blocks.has(feature));
  if (missing.length === 0) return;
  const view = rows.length === batch.length ? batch : batch.select(rows);
  const computed = yield* computeAll(
    missing.map((feature) => features[feature]),
    view,
    computing,
  );
  missing.forEach((feature, i) => {
    blocks.set(feature, computed[i]);
  });
}

/** Scores the passing rows with a model over its blocks, in place. */
export function* score(
  model: Model,
  reads: readonly number[],
  { rows, blocks, sums }: Passing,
  interrupt?: Interrupt,
): Work<Float64Array> {
  const scores = new Float64Array(rows.length * model.classes);
  const read: Block[] = [];
  for (const feature of reads) {
    const block = blocks.get(feature);
    if (block !== undefined) read.push(block);
  }
  if (goOn(model, read, sums, scores)) return scores;
  const waiting = model.score(read, scores, { signal: interrupt?.signal });
  if (waiting !== undefined) yield interrupt === undefined ? waiting : interrupt.wait(waiting);
  return scores;
}

/** The passing rows at these positions among them. */
export function narrow(passing: Passing, kept: Int32Array): Passing {
  if (kept.length === passing.rows.length) return passing;
  const blocks = new Map<number, Block>();
  if (kept.length > 0)
    for (const [feature, block] of passing.blocks) blocks.set(feature, gather(block, kept));
  return { rows: Int32Array.from(kept, (i) => passing.rows[i]), blocks, sums: keptSums(passing.sums, kept) };
}
