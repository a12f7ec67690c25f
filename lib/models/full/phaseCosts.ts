import { median } from 'simple-statistics';
import { checkKeys, checkWhole } from '../../check.js';
import { type Clock, microseconds, systemClock, timeRounds } from '../../costs/index.js';
import { type Block, gather } from '../../data/blocks/index.js';
import { DataError } from '../../errors.js';
import type { ScoreContext } from '../../learn/learners/index.js';

/** The costs of a full model, by where the time goes. Microseconds. Plain data. */
export interface PhaseCosts {
  /**
   * The first call of the session, beyond the time of later ones: kernels are compiled, weights
   * moved.
   */
  readonly warmUp: number;
  readonly batches: readonly {
    readonly rows: number;
    /**
     * The part of `whole` that hands the inputs over. For a backend of TensorFlow.js it moves them to its memory and
     * one number a row back; for ONNX Runtime it makes the tensors; for a server it writes the request. The rest
     * can't be separated from running the model.
     */
    readonly transfer: number;
    /** A call in the steady state: medians. */
    readonly whole: number;
  }[];
}

/** How a full model’s costs are measured: options of `costs`. */
export interface CostOptions {
  /** Rows a batch. @defaultValue 1, 32 and 256 */
  readonly sizes?: readonly number[];
  /** @defaultValue 7 */
  readonly rounds?: number;
  /** The clock that costs are measured with; tests pass their own. @defaultValue the machine's own */
  readonly clock?: Clock;
}

/** A full model whose costs can be measured separately. */
export interface Costed {
  /** Measures it on rows of its blocks: first call, transfer, steady state by size of batch. */
  costs(blocks: readonly Block[], options?: CostOptions): Promise<PhaseCosts>;
}

type Score = (blocks: readonly Block[], out: Float64Array, context?: ScoreContext) => Promise<void>;

/**
 * A model's `score` that records the time of its first call, and its costs. @param width numbers a
 * row
 */
export function costed(
  score: Score,
  transfer: (blocks: readonly Block[]) => void,
  width: number,
): Costed & { readonly score: Score } {
  let first: ReturnType<TimedCalls['firstCall']>;
  const remembered: Score = async (blocks, out, context) => {
    const start = performance.now();
    await score(blocks, out, context);
    first ??= { rows: blocks[0].rows, milliseconds: performance.now() - start };
  };
  const calls: TimedCalls = {
    score: (blocks) => remembered(blocks, new Float64Array(blocks[0].rows * width)),
    transfer,
    firstCall: () => first,
  };
  return { score: remembered, costs: (blocks, options = {}) => phaseCosts(calls, blocks, options) };
}

/** The calls to time. */
export interface TimedCalls {
  score(blocks: readonly Block[]): void | Promise<void>;
  transfer(blocks: readonly Block[]): void | Promise<void>;
  /** Milliseconds of the first call ever; undefined before it. */
  firstCall(): { readonly rows: number; readonly milliseconds: number } | undefined;
}

/** @throws OptionError, or DataError for no rows */
export async function phaseCosts(
  calls: TimedCalls,
  blocks: readonly Block[],
  options: CostOptions,
): Promise<PhaseCosts> {
  checkKeys(options, ['sizes', 'rounds', 'clock']);
  const { sizes = [1, 32, 256], rounds = 7, clock = systemClock } = options;
  checkWhole('rounds', rounds, 1);
  for (const size of sizes) checkWhole('sizes', size, 1);
  const rows = blocks.length === 0 ? 0 : blocks[0].rows;
  if (rows === 0) throw new DataError('there are no rows to measure with');
  const taking = (size: number) => {
    const chosen = Int32Array.from({ length: size }, (_, row) => row % rows);
    return blocks.map((block) => gather(block, chosen));
  };
  if (calls.firstCall() === undefined) await calls.score(taking(sizes[0]));
  const rule = { warmUp: 1, least: rounds, most: rounds, milliseconds: Number.POSITIVE_INFINITY };
  const batches: PhaseCosts['batches'][number][] = [];
  for (const size of sizes) {
    const batch = taking(size);
    // Each by itself: a transfer right after a forward pass would wait for the memory that it freed.
    const timeOf = async (name: 'score' | 'transfer') => {
      const subject = { name, price: 0, ready: () => () => calls[name](batch) };
      const [[times]] = await timeRounds([subject], [size], rule, { clock });
      return median(microseconds(times));
    };
    const [whole, transfer] = [await timeOf('score'), await timeOf('transfer')];
    batches.push({ rows: size, transfer: Math.min(transfer, whole), whole });
  }
  const first = calls.firstCall();
  const nearest = batches.reduce((best, batch) =>
    Math.abs(batch.rows - (first?.rows ?? 0)) < Math.abs(best.rows - (first?.rows ?? 0)) ? batch : best,
  );
  const later = (nearest.whole / nearest.rows) * (first?.rows ?? 0);
  return { warmUp: Math.max(0, 1000 * (first?.milliseconds ?? 0) - later), batches };
}
