import { type Block, rowDigests, rowSizes } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import type { Decision } from '../../lib/learn/exits/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { Random } from '../../lib/stats/index.js';
import { fullAnswers, type ModelReader, scoresOf, type Tracker } from '../scoring/index.js';
import type { ServedStage } from '../types/index.js';

/** What answers rows: the fitted features, the stages of a path, and the full model. */
export interface PathModels<Row> {
  readonly fitted: readonly NamedFeature<Row>[];
  /** How many of them are features: their fidelities come after all. @defaultValue all */
  readonly features?: number;
  readonly stages: readonly ServedStage[];
  readonly full: Pick<ServedStage, 'model' | 'features'>;
  readonly decision: Decision;
}

/** What all models say of some rows. No loss was read yet. */
export interface ScoredRows {
  /** Of each stage its scores, rows x the model's classes. */
  readonly stages: readonly Float64Array[];
  readonly fullScores: Float64Array;
  /** The full model's answers. */
  readonly full: Float64Array;
  /** Its second answers, where it was asked twice. */
  readonly second?: Float64Array | undefined;
  /** Digests of the rows' blocks, one array a feature. */
  readonly digests: readonly Float64Array[];
  /** How many numbers the blocks of each row hold. */
  readonly sizes: Float64Array;
  /** The blocks of the first batch, one a feature. */
  readonly first: readonly Block[];
}

/**
 * Computes the features of every row once, and has every stage and the full model score it.
 *
 * @param coins where given, the full model is asked twice: which of its answers to a row comes first
 */
export async function scoreRows<Row>(
  { fitted, features: bases = fitted.length, stages, full, decision }: PathModels<Row>,
  rows: Rows<Row>,
  tracker: Tracker,
  coins?: Random,
): Promise<ScoredRows> {
  const models = [...stages, full];
  const readers = models.map(
    ({ model, features }): ModelReader => ({
      model,
      reads: features.map((name) => fitted.findIndex((feature) => feature.name === name)),
    }),
  );
  const digests = fitted.slice(0, bases).map(() => new Float64Array(rows.length));
  const sizes = new Float64Array(rows.length);
  let first: readonly Block[] = [];
  const again = coins && { coins, out: new Float64Array(rows.length * full.model.classes) };
  readers[stages.length] = { ...readers[stages.length], again };
  const scores = await scoresOf(fitted, readers, rows, tracker, (blocks, from) => {
    const own = blocks.slice(0, bases);
    own.forEach((block, f) => {
      digests[f].set(rowDigests([block]), from);
    });
    sizes.set(rowSizes(own), from);
    if (from === 0) first = blocks;
  });
  const fullScores = scores[scores.length - 1];
  const { classes } = full.model;
  const answersTo = (own: Float64Array) => fullAnswers(full.model, decision, own, classes, rows.origin);
  return {
    stages: scores.slice(0, -1),
    fullScores,
    full: answersTo(fullScores),
    second: again && answersTo(again.out),
    digests,
    sizes,
    first,
  };
}
