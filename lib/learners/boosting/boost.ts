import { setImmediate } from 'node:timers/promises';
import type { Forest } from '../../kernels/index.js';
import { random } from '../../stats/index.js';
import type { FitContext, TrainingSet } from '../learner.js';
import { type BinnedColumn, planBins, totalBins } from './bins.js';
import { Crew } from './crew.js';
import { ForestWriter } from './forestWriter.js';
import { Grower } from './grow.js';
import type { BoostingLoss } from './losses/index.js';
import { Margins, marginArrays } from './margins.js';
import type { CheckedOptions } from './options.js';
import { Pace } from './pace.js';
import { BIN } from './plainLoops.js';
import { columnRoles } from './roles.js';
import { drawColumns, drawRows, holdOut } from './sampling.js';
import { threadsFor } from './threads.js';
import { TrainingRows } from './trainingRows.js';

export interface Boosted {
  readonly forest: Forest;
  /** What each column gained, all blocks side by side. */
  readonly importance: Float64Array;
}

/** Gradient boosting: each round grows a tree, one for each output, to the loss's derivatives at the margins so far. */
export async function boost(
  set: TrainingSet,
  loss: BoostingLoss,
  options: CheckedOptions,
  context: FitContext,
): Promise<Boosted> {
  const crew = new Crew(threadsFor(set, loss, options));
  try {
    return await boostWith(crew, set, loss, options, context);
  } finally {
    await crew.end();
  }
}

/** The same with threads given. */
export async function boostWith(
  crew: Crew,
  set: TrainingSet,
  loss: BoostingLoss,
  options: CheckedOptions,
  { seed, signal, onProgress }: FitContext,
): Promise<Boosted> {
  const { rounds, learningRate, rowSample, columnSample } = options;
  const { rows } = set;
  const { outputs } = loss;
  const streams = random(seed).fork('gradient-boosting');
  const stopping = options.earlyStopping;
  const { known, held } = holdOut(set, stopping ? stopping.heldOut : 0, streams.fork('held out'));
  const columns = binsOf(set, known, options);
  const training = new TrainingRows(columns, rows, pooled(columns, options.maxLeaves), true, crew);
  const { order, derivatives } = training;
  const grower = new Grower(training, options);
  const runs = 2 * Math.min(options.maxLeaves, rows);
  const arrays = { order, derivatives, ...marginArrays(rows, outputs, runs, crew) };
  const { margins } = arrays;
  const all = new Margins(arrays, loss);

  const pace = options.threads === 'auto' && crew.threads > 1 ? new Pace() : undefined;

  const base = loss.base(known);
  const writer = new ForestWriter(base);
  for (let i = 0; i < margins.length; i++) margins[i] = base[i % outputs];
  if (training.shared) {
    const { blocks, ...targets } = set;
    crew.give({
      memory: training.shared,
      histograms: training.arrays,
      margins: arrays,
      targets: loss.isRowwise ? targets : undefined,
      options,
    });
  }
  let least = stopping ? loss.mean(margins, held) : 0;
  let kept = stopping ? 0 : rounds;

  for (let round = 0; round < rounds; round++) {
    const chance = streams.fork(`round ${round}`);
    const drawn = drawRows(known, held, rowSample, chance);
    all.differentiate(crew);
    for (let output = 0; output < outputs; output++) {
      onProgress?.((round * outputs + output) / (rounds * outputs));
      // Lets timers and other work run, an abort among them.
      await setImmediate();
      signal?.throwIfAborted();
      const begun = performance.now();
      if (pace) crew.isSharing = pace.isShared();
      const grid = all.round(output, crew);
      order.set(drawn.rows);
      order.set(drawn.others, drawn.rows.length);
      const usable = drawColumns(columns, columnSample, chance.fork(`columns ${output}`));
      const leaves = grower.grow(usable, drawn.rows.length, grid, writer).map((leaf) => {
        const own = order.subarray(leaf.from, leaf.to);
        return { ...leaf, step: learningRate * (loss.step?.(margins, own) ?? leaf.value) };
      });
      for (const { node, step } of leaves) writer.setValue(node, step);
      all.move(output, leaves, crew);
      pace?.note(performance.now() - begun);
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

function binsOf(set: TrainingSet, known: Int32Array, options: CheckedOptions): BinnedColumn[] {
  const isKnown = new Uint8Array(set.rows);
  for (const row of known) isKnown[row] = 1;
  return planBins(set.blocks, isKnown, columnRoles(set, options), options.maxBins, options.minRows);
}

/** Histograms that wait take up this many bytes at most: leaves beyond it build theirs anew when their turn comes. */
const POOL_BYTES = 2 ** 28;

function pooled(columns: readonly BinnedColumn[], maxLeaves: number): number {
  const bytes = 8 * BIN * Math.max(1, totalBins(columns));
  return Math.min(maxLeaves + 1, Math.max(2, Math.floor(POOL_BYTES / bytes)));
}
