import type { Block } from '../blocks/index.js';
import { FeatureError } from '../errors.js';
import type { FittedFeature, RowView } from '../features/index.js';
import type { Work } from './pending.js';

export interface NamedFeature<in Row> {
  readonly name: string;
  readonly fitted: FittedFeature<Row>;
}

/**
 * Computes several features for the rows of a view; those that answer with promises are waited for together.
 *
 * @param origin what a row of the view's batch is called in errors: its position among the rows that the user gave
 */
export function* computeAll<Row>(
  features: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  origin: (row: number) => number,
): Work<Block[]> {
  const started: (Block | Promise<Block>)[] = [];
  try {
    for (const feature of features) started.push(start(feature, view, origin));
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
  origin: (row: number) => number,
): Block | Promise<Block> {
  try {
    const block = feature.fitted.compute(view);
    if (!(block instanceof Promise)) return checked(feature, view, block);
    return block.then(
      (awaited) => checked(feature, view, awaited),
      (error: unknown) => {
        throw named(feature, error, origin);
      },
    );
  } catch (error) {
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
