import { type Block, entries, gather } from '../lib/blocks/index.js';
import type { FitContext, FitShape, Learner, Model } from '../lib/learners/index.js';
import type { Round } from './split.js';

/** What models are fitted to: classes, and where another model's answers are the target, their distributions. */
export interface Targets {
  readonly labels: Int32Array;
  /** rows x classes. */
  readonly soft?: Float64Array | undefined;
  readonly classes: number;
}

/** Fits a model to some of the rows. */
export async function fitOn(
  learner: Learner,
  blocks: readonly Block[],
  targets: Targets,
  rows: Int32Array,
  context: FitContext,
): Promise<Model> {
  const { labels, soft, classes } = targets;
  return learner.fit(
    {
      blocks: blocks.map((block) => gather(block, rows)),
      rows: rows.length,
      classes,
      labels: Int32Array.from(rows, (row) => labels[row]),
      ...(soft && { soft: pick(soft, rows, classes) }),
    },
    context,
  );
}

/**
 * Scores each round's rows by a model that was fitted on the round's others.
 *
 * @returns the scores, rows x classes over all the blocks' rows (NaN for rows that no round scores), and the models
 */
export async function crossFit(
  learner: Learner,
  blocks: readonly Block[],
  targets: Targets,
  rounds: readonly Round[],
  context: FitContext,
): Promise<{ scores: Float64Array; models: Model[] }> {
  const { classes } = targets;
  const scores = new Float64Array(blocks[0].rows * classes).fill(Number.NaN);
  const models: Model[] = [];
  for (let r = 0; r < rounds.length; r++) {
    const { fit, score } = rounds[r];
    const onProgress = context.onProgress && ((share: number) => context.onProgress?.((r + share) / rounds.length));
    const model = await fitOn(learner, blocks, targets, fit, { ...context, onProgress });
    models.push(model);
    const out = new Float64Array(score.length * classes);
    await model.score(
      blocks.map((block) => gather(block, score)),
      out,
    );
    for (let i = 0; i < score.length; i++) {
      for (let c = 0; c < classes; c++) scores[score[i] * classes + c] = out[i * classes + c];
    }
  }
  return { scores, models };
}

/** The size of a fit to `rows` of the blocks' rows. */
export function shapeOf(blocks: readonly Block[], rows: number, classes: number): FitShape {
  const share = rows / blocks[0].rows;
  return {
    rows,
    classes,
    columns: blocks.reduce((sum, block) => sum + block.columns, 0),
    entries: blocks.reduce((sum, block) => sum + entries(block), 0) * share,
  };
}

export function pick(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < width; c++) picked[i * width + c] = values[rows[i] * width + c];
  }
  return picked;
}
