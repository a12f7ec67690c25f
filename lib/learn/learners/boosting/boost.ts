import { random } from '../../../stats/index.js';
import { breathe } from '../../../util/abort.js';
import type { Forest } from '../../kernels/index.js';
import type { FitContext, TrainingSet } from '../learner.js';
import { type BinnedColumn, planBins, totalBins } from './bins.js';
import { ForestWriter } from './forestWriter.js';
import { onGrid } from './grid.js';
import { Grower } from './grow.js';
import type { BoostingLoss } from './losses/index.js';
import type { CheckedBoostingOptions } from './options.js';
import { BIN } from './plainLoops.js';
import { columnRoles } from './roles.js';
import { drawColumns, drawRows, holdOut } from './sampling.js';
import { TrainingRows } from './trainingRows.js';

export interface Boosted {
  readonly forest: Forest;
  /** The gain of each column, all blocks side by side. */
  readonly importance: Float64Array;
}

/**
 * Gradient boosting: each round grows a tree, one for each output, to the loss's derivatives at the
 * margins so far.
 *
 * @param fast false keeps to the plain loops, which give the same trees
 */
export async function boost(
  set: TrainingSet,
  loss: BoostingLoss,
  options: CheckedBoostingOptions,
  { seed, signal, onProgress }: FitContext,
  fast = true,
): Promise<Boosted> {
  const { rounds, learningRate, rowSample, columnSample } = options;
  const { rows } = set;
  const { outputs } = loss;
  const streams = random(seed).fork('gradient-boosting');
  const stopping = options.earlyStopping;
  const { known, held } = holdOut(set, stopping ? stopping.heldOut : 0, streams.fork('held out'));
  const columns = binsOf(set, known, options);
  const training = new TrainingRows(columns, rows, pooled(columns, options.maxLeaves), fast);
  const { order, derivatives } = training;
  const grower = new Grower(training, options);

  const base = loss.base(known);
  const writer = new ForestWriter(base);
  const margins = Float64Array.from({ length: rows * outputs }, (_, i) => base[i % outputs]);
  const firsts = new Float64Array(rows * outputs);
  const seconds = new Float64Array(rows * outputs);
  let least = stopping ? loss.mean(margins, held) : 0;
  let kept = stopping ? 0 : rounds;

  for (let round = 0; round < rounds; round++) {
    const chance = streams.fork(`round ${round}`);
    const drawn = drawRows(known, held, rowSample, chance);
    loss.differentiate(margins, firsts, seconds);
    for (let output = 0; output < outputs; output++) {
      onProgress?.((round * outputs + output) / (rounds * outputs));
      await breathe(signal);
      const grid = onGrid(firsts, seconds, output * rows, rows, derivatives);
      order.set(drawn.rows);
      order.set(drawn.others, drawn.rows.length);
      const usable = drawColumns(columns, columnSample, chance.fork(`columns ${output}`));
      for (const leaf of grower.grow(usable, drawn.rows.length, grid, writer)) {
        const own = order.subarray(leaf.from, leaf.to);
        const step = learningRate * (loss.step?.(margins, own) ?? leaf.value);
        writer.setValue(leaf.node, step);
        move(margins, outputs, output, own, step);
        move(margins, outputs, output, order.subarray(leaf.othersFrom, leaf.othersTo), step);
      }
    }
    if (!stopping) continue;
    const now = loss.mean(margins, held);
    if (now < least) {
      least = now;
      kept = round + 1;
    } else if (round + 1 - kept >= stopping.patience) break;
  }
  onProgress?.(1);
  return {
    forest: writer.forest(kept * outputs),
    importance: writer.importance(
      kept * outputs,
      set.blocks.reduce((sum, block) => sum + block.columns, 0),
    ),
  };
}

function binsOf(set: TrainingSet, known: Int32Array, options: CheckedBoostingOptions): BinnedColumn[] {
  const isKnown = new Uint8Array(set.rows);
  for (const row of known) isKnown[row] = 1;
  return planBins(set, isKnown, columnRoles(set, options), options.maxBins, options.minRows);
}

/**
 * Pending histograms take up at most this many bytes. Leaves beyond it rebuild theirs when their
 * turn comes.
 */
const POOL_BYTES = 2 ** 28;

function pooled(columns: readonly BinnedColumn[], maxLeaves: number): number {
  const bytes = 8 * BIN * Math.max(1, totalBins(columns));
  return Math.min(maxLeaves + 1, Math.max(2, Math.floor(POOL_BYTES / bytes)));
}

function move(margins: Float64Array, outputs: number, output: number, rows: Int32Array, step: number): void {
  for (let i = 0; i < rows.length; i++) margins[rows[i] * outputs + output] += step;
}
