import { type Block, consecutive, gather, stack } from '../../data/blocks/index.js';
import type { RowView } from '../../features/define/index.js';
import { allOf, type Computing, forget, type NamedFeature, type Started, startAll } from './compute.js';
import { joinSums, type RunningSums, sumsAt } from './ensembleState.js';
import type { RowFailure } from './rowFailures.js';
import type { Work } from './syncAsync.js';

/** The rows that no stage has answered yet, and the blocks already computed for them, by feature. */
export interface ActiveRows {
  readonly rows: Int32Array;
  readonly blocks: Map<number, Block>;
  /** Blocks of a single row that were started before they were needed. */
  readonly ahead: Map<number, Ahead>;
  readonly sums: RunningSums;
}

/** A block that was started, and its lost rows. */
export interface Ahead {
  readonly started: Started;
  readonly losses: readonly RowFailure[];
}

/** All rows of a batch, with nothing computed yet. */
export function allActive(rows: number): ActiveRows {
  return someActive(consecutive(0, rows));
}

/** Some rows of a batch, with nothing computed yet. */
export function someActive(rows: Int32Array): ActiveRows {
  return { rows, blocks: new Map(), ahead: new Map(), sums: new Map() };
}

/** Joins several parts of one batch, at least one; all have gone through the same stages. */
export function joinActive(lots: readonly ActiveRows[]): ActiveRows {
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
  return { rows, blocks, ahead: new Map(), sums: joinSums(lots.map((lot) => lot.sums)) };
}

/**
 * Computes the blocks to be read that are missing, for the active rows of a batch. Lost rows are
 * positions among those.
 */
export function* addBlocks<Row>(
  features: readonly NamedFeature<Row>[],
  reads: readonly number[],
  batch: RowView<Row>,
  { rows, blocks, ahead }: ActiveRows,
  computing: Computing,
): Work<void> {
  const missing = reads.filter((feature) => !blocks.has(feature));
  if (missing.length === 0) return;
  const wanted = missing.filter((feature) => !ahead.has(feature));
  const started = startAll(
    wanted.map((feature) => features[feature]),
    rows.length === batch.length ? batch : batch.select(rows),
    computing,
  );
  for (let i = 0; i < wanted.length; i++) ahead.set(wanted[i], { started: started[i], losses: [] });
  const begun = missing.flatMap((feature) => ahead.get(feature) ?? []);
  const computed = yield* allOf(begun.map((each) => each.started));
  for (const { losses } of begun) for (const loss of losses) computing.lose?.(loss);
  missing.forEach((feature, i) => {
    blocks.set(feature, computed[i]);
    ahead.delete(feature);
  });
}

/**
 * Starts features of a single row that a later stage will wait for. A failure affects only stages
 * that read them.
 */
export function beginAhead<Row>(
  features: readonly NamedFeature<Row>[],
  early: readonly number[],
  batch: RowView<Row>,
  { blocks, ahead }: ActiveRows,
  computing: Computing,
): void {
  for (const feature of early) {
    if (blocks.has(feature) || ahead.has(feature)) continue;
    const losses: RowFailure[] = [];
    const lose = computing.lose && ((loss: RowFailure) => losses.push(loss));
    let started: Started;
    try {
      [started] = startAll([features[feature]], batch, { ...computing, lose });
    } catch (error) {
      started = Promise.reject(error);
    }
    forget(started);
    ahead.set(feature, { started, losses });
  }
}

/** The active rows at these positions among them. */
export function narrow(active: ActiveRows, kept: Int32Array): ActiveRows {
  if (kept.length === active.rows.length) return active;
  const blocks = new Map<number, Block>();
  if (kept.length > 0) for (const [feature, block] of active.blocks) blocks.set(feature, gather(block, kept));
  const rows = new Int32Array(kept.length);
  for (let i = 0; i < rows.length; i++) rows[i] = active.rows[kept[i]];
  return { rows, blocks, ahead: new Map(), sums: sumsAt(active.sums, kept) };
}
