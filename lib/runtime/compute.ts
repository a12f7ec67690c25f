import type { Block } from '../blocks/index.js';
import { FeatureError } from '../errors.js';
import type { FittedFeature, RowView } from '../features/index.js';
import type { CallMessage, Tally } from '../telemetry/index.js';
import type { Work } from './pending.js';

export interface NamedFeature<in Row> {
  readonly name: string;
  readonly fitted: FittedFeature<Row>;
  /** Whether it is expected to wait for something elsewhere. */
  readonly waits?: boolean;
  readonly tally?: Tally;
}

/** A block, or the promise of one. */
export type Started = Block | Promise<Block>;

/**
 * Computes several features for the rows of a view; those that answer with promises are waited for together.
 *
 * @param origin what a row of the view's batch is called in errors: its position among the rows that the user gave
 */
export function* computeAll<Row>(
  features: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  origin: (row: number) => number,
  call?: CallMessage,
): Work<Block[]> {
  return yield* allOf(startAll(features, view, origin, call));
}

/** Those that wait are started first: the others are computed meanwhile. */
export function startAll<Row>(
  features: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  origin: (row: number) => number,
  call: CallMessage | undefined,
): Started[] {
  const started: Started[] = new Array(features.length);
  try {
    for (const waiting of [true, false]) {
      for (let i = 0; i < features.length; i++) {
        if ((features[i].waits === true) === waiting) started[i] = start(features[i], view, origin, call);
      }
    }
  } catch (error) {
    started.forEach(forget);
    throw error;
  }
  return started;
}

/** Waits for all that has to be waited for. */
export function* allOf(started: Started[]): Work<Block[]> {
  if (areBlocks(started)) return started;
  const blocks: Block[] = new Array(started.length);
  yield Promise.all(
    started.map(async (block, i) => {
      blocks[i] = await block;
    }),
  );
  return blocks;
}

/** Nobody will wait for it any more: its failure must not end the process. */
export function forget(started: Started): void {
  if (started instanceof Promise) started.catch(() => {});
}

function areBlocks(started: Started[]): started is Block[] {
  for (const block of started) if (block instanceof Promise) return false;
  return true;
}

function start<Row>(
  feature: NamedFeature<Row>,
  view: RowView<Row>,
  origin: (row: number) => number,
  call: CallMessage | undefined,
): Started {
  const { fitted, tally } = feature;
  const rows = view.length;
  const begun = tally?.now() ?? 0;
  try {
    const block = fitted.compute(view);
    const back = tally?.now() ?? 0;
    if (block instanceof Promise) return waited(feature, view, origin, call, block, begun, back);
    const fine = checked(feature, view, block);
    tally?.add(rows, begun, back, back, call);
    return fine;
  } catch (error) {
    const now = tally?.now() ?? 0;
    tally?.add(rows, begun, now, now, call, error);
    throw named(feature, error, origin);
  }
}

async function waited<Row>(
  feature: NamedFeature<Row>,
  view: RowView<Row>,
  origin: (row: number) => number,
  call: CallMessage | undefined,
  block: Promise<Block>,
  begun: number,
  back: number,
): Promise<Block> {
  const { tally } = feature;
  try {
    const fine = checked(feature, view, await block);
    tally?.add(view.length, begun, back, tally.now(), call);
    return fine;
  } catch (error) {
    tally?.add(view.length, begun, back, tally.now(), call, error);
    throw named(feature, error, origin);
  }
}

function checked<Row>({ name, fitted }: NamedFeature<Row>, view: RowView<Row>, block: Block): Block {
  if (block.rows !== view.length || block.columns !== fitted.columns) {
    throw new FeatureError(
      name,
      undefined,
      `expected a block of ${view.length} rows x ${fitted.columns} columns, got ${block.rows} x ${block.columns}`,
    );
  }
  return block;
}

function named<Row>({ name }: NamedFeature<Row>, error: unknown, origin: (row: number) => number): Error {
  if (error instanceof FeatureError) {
    if (error.feature !== '') return error;
    const row = error.row === undefined ? undefined : origin(error.row);
    return new FeatureError(name, row, error.message.replace(/^feature ''(, row \d+)?: /, ''));
  }
  const message = error instanceof Error ? error.message : String(error);
  return new FeatureError(name, undefined, `failed: ${message}`, { cause: error });
}
