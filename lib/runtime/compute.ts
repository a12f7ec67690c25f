import { type Block, SparseWriter } from '../blocks/index.js';
import { DeadlineError, FeatureError } from '../errors.js';
import type { ComputeContext, FittedFeature, RowView } from '../features/index.js';
import type { Interrupt } from './interrupt.js';
import { type Loss, Losses } from './losses.js';
import type { Work } from './pending.js';

export interface NamedFeature<in Row> {
  readonly name: string;
  readonly fitted: FittedFeature<Row>;
}

export interface Computing {
  /** What a row of the view's batch is called in errors: its position among the rows that the user gave. */
  readonly origin: (row: number) => number;
  readonly interrupt?: Interrupt | undefined;
  /** Where it is given, what fails costs its rows and no others, and nothing is thrown unless the caller aborts. */
  readonly lose?: ((loss: Loss) => void) | undefined;
}

/**
 * Computes several features for the rows of a view; those that answer with promises are waited for together. What the
 * blocks hold for rows that were lost doesn't matter.
 */
export function* computeAll<Row>(
  features: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  computing: Computing,
): Work<Block[]> {
  const started: (Block | Promise<Block>)[] = [];
  try {
    for (const feature of features) started.push(start(feature, view, computing));
  } catch (error) {
    // Nobody will wait for the others any more: their failure must not end the process.
    for (const block of started) if (block instanceof Promise) block.catch(() => {});
    throw error;
  }
  const ready = started.filter((block): block is Block => !(block instanceof Promise));
  if (ready.length === started.length) return ready;
  const blocks: Block[] = new Array(features.length);
  yield Promise.all(
    started.map(async (block, i) => {
      blocks[i] = await block;
    }),
  );
  return blocks;
}

function start<Row>(
  feature: NamedFeature<Row>,
  view: RowView<Row>,
  computing: Computing,
): Block | Promise<Block> {
  const { interrupt, lose } = computing;
  const losses = lose && new Losses(feature.name, lose);
  const context: ComputeContext = { signal: interrupt?.signal, missing: losses?.add };
  const done = (block: Block) => {
    const result = checked(feature, view, block);
    losses?.tell();
    return result;
  };
  const failed = (error: unknown) => {
    interrupt?.throwIfAborted();
    const known = named(feature, error, computing.origin);
    if (losses === undefined) throw known;
    losses.tellAll(view.length, known);
    return new SparseWriter(view.length, feature.fitted.columns, 0).block();
  };
  try {
    const block = feature.fitted.compute(view, context);
    if (!(block instanceof Promise)) return done(block);
    return (interrupt === undefined ? block : interrupt.wait(block)).then(done).catch(failed);
  } catch (error) {
    return failed(error);
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
  if (error instanceof DeadlineError) return new DeadlineError(error.deadlineMs, [name]);
  if (error instanceof FeatureError) {
    if (error.feature !== '') return error;
    return error.of(name, error.row === undefined ? undefined : origin(error.row));
  }
  const message = error instanceof Error ? error.message : String(error);
  return new FeatureError(name, undefined, `failed: ${message}`, { cause: error });
}
