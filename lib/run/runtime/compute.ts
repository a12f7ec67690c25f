import { type Block, SparseWriter } from '../../data/blocks/index.js';
import { DeadlineError, FeatureError, SpillwayError } from '../../errors.js';
import type { ComputeContext, FittedFeature, RowView } from '../../features/define/index.js';
import { errorText } from '../../util/errorText.js';
import type { CallMessage, Tally } from '../telemetry/index.js';
import { CallContext, type Interrupt } from './interrupt.js';
import type { Patience } from './patience.js';
import { type RowFailure, RowFailures } from './rowFailures.js';
import type { Work } from './syncAsync.js';

export interface NamedFeature<in Row> {
  readonly name: string;
  readonly fitted: FittedFeature<Row>;
  /** Whether it is expected to wait for something elsewhere. */
  readonly waits?: boolean;
  readonly tally?: Tally;
  /** The limit on waiting for its promises while a cascade is tuned. @defaultValue none */
  readonly patience?: Patience | undefined;
}

/** A block, or the promise of one. */
export type Started = Block | Promise<Block>;

export interface Computing {
  /**
   * The name of a row of the view's batch in errors: its position among the rows that the user
   * gave.
   */
  readonly origin: (row: number) => number;
  readonly interrupt?: Interrupt | undefined;
  /** If given, a failure costs only its own rows. Nothing is thrown unless the caller aborts. */
  readonly lose?: ((loss: RowFailure) => void) | undefined;
  /** See `ComputeContext.atOnce`. */
  readonly atOnce?: boolean | undefined;
  /** See `ComputeContext.cached`. */
  readonly cached?: boolean | undefined;
  /**
   * Called with each feature's name and the number of rows before they are requested. Its errors pass through
   * unchanged.
   */
  readonly onRequest?: ((feature: string, rows: number) => void) | undefined;
  /** The call that the work is for, where a channel has listeners. */
  readonly call?: CallMessage | undefined;
}

/**
 * Computes several features for the rows of a view. Promises are awaited together. Blocks hold
 * arbitrary values for lost rows.
 */
export function* computeAll<Row>(
  features: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  computing: Computing,
): Work<Block[]> {
  return yield* allOf(startAll(features, view, computing));
}

/** Starts features, those that wait first: the others are computed meanwhile. */
export function startAll<Row>(
  features: readonly NamedFeature<Row>[],
  view: RowView<Row>,
  computing: Computing,
): Started[] {
  const started: Started[] = new Array(features.length);
  try {
    for (let i = 0; i < features.length; i++) {
      if (features[i].waits === true) started[i] = start(features[i], view, computing);
    }
    for (let i = 0; i < features.length; i++) {
      if (features[i].waits !== true) started[i] = start(features[i], view, computing);
    }
  } catch (error) {
    started.forEach(forget);
    throw error;
  }
  return started;
}

/** Waits for all promises among these. */
export function* allOf(started: Started[]): Work<Block[]> {
  if (areBlocks(started)) return started;
  let blocks: Block[] = [];
  if (started.length === 1) {
    const [only] = started;
    if (only instanceof Promise) yield only.then((block) => blocks.push(block));
    return blocks;
  }
  yield Promise.all(started).then((all) => {
    blocks = all;
  });
  return blocks;
}

/** Nothing will await this promise: its rejection must not end the process. */
export function forget(started: Started): void {
  if (started instanceof Promise) started.catch(() => {});
}

function areBlocks(started: Started[]): started is Block[] {
  for (const block of started) if (block instanceof Promise) return false;
  return true;
}

function start<Row>(feature: NamedFeature<Row>, view: RowView<Row>, computing: Computing): Started {
  const { fitted, tally } = feature;
  const { interrupt, lose, atOnce, cached, call, onRequest } = computing;
  const losses = lose && new RowFailures(feature.name, lose);
  const report = onRequest && ((rows: number) => onRequest(feature.name, rows));
  if (fitted.reportsRequests !== true) report?.(view.length);
  const context = new FeatureContext(interrupt, losses?.add, atOnce, cached, report);
  const begun = tally?.now() ?? 0;
  let back = Number.NaN;
  const done = (block: Block) => {
    const result = checked(feature, view, block);
    losses?.report();
    tally?.add(view.length, begun, back, tally.now(), call, losses?.first);
    return result;
  };
  const failed = (error: unknown) => {
    const over = tally?.now() ?? 0;
    tally?.add(view.length, begun, Number.isNaN(back) ? over : back, over, call, error);
    interrupt?.throwIfAborted();
    const known = named(feature, error, computing.origin);
    if (losses === undefined) throw known;
    losses.reportAll(view.length, known);
    return new SparseWriter(view.length, fitted.columns, 0).block();
  };
  try {
    const block = fitted.compute(view, context);
    back = tally?.now() ?? 0;
    if (!(block instanceof Promise)) return done(block);
    const waited = interrupt === undefined ? block : interrupt.wait(block);
    return later(feature.patience?.wait(waited, `${view.length} rows`) ?? waited, done, failed);
  } catch (error) {
    return failed(error);
  }
}

class FeatureContext extends CallContext implements ComputeContext {
  constructor(
    interrupt: Interrupt | undefined,
    readonly missing: ComputeContext['missing'],
    readonly atOnce: boolean | undefined,
    readonly cached: boolean | undefined,
    readonly onRequest: ComputeContext['onRequest'],
  ) {
    super(interrupt);
  }
}

async function later(
  block: Promise<Block>,
  done: (block: Block) => Block,
  failed: (error: unknown) => Block,
): Promise<Block> {
  try {
    return done(await block);
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

/** An error that a feature threw, with the feature's name, and the row as `origin` names it. */
export function named(
  { name }: Pick<NamedFeature<never>, 'name'>,
  error: unknown,
  origin: (row: number) => number | undefined,
): Error {
  if (error instanceof DeadlineError) return new DeadlineError(error.deadlineMs, [name]);
  // Nothing has failed where no more may be spent. By its code: its class is of no use to who only serves.
  if (error instanceof SpillwayError && error.code === 'PRICE_LIMIT') return error;
  if (error instanceof FeatureError) {
    if (error.feature !== '') return error;
    return error.of(name, error.row === undefined ? undefined : origin(error.row));
  }
  const message = errorText(error);
  return new FeatureError(name, undefined, `failed: ${message}`, { cause: error });
}
