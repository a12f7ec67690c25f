import type { Interrupt } from '../../lib/runtime/index.js';

/** What is asked of an engine. */
export interface RankRequest<Row> {
  readonly k: number;
  /** Code of the class that ranks. */
  readonly of: number;
  readonly filter: ((row: Row) => boolean) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A request that waits for nothing any more once its signal is aborted. */
export interface Interruptible<Row> extends RankRequest<Row> {
  readonly interrupt: Interrupt | undefined;
}
