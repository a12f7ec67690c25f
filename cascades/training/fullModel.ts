import { type Block, gather } from '../../lib/blocks/index.js';
import type { Learner, Model } from '../../lib/learners/index.js';
import type { TimedBatch } from '../../lib/profile/index.js';
import type { JsonValue } from '../../lib/state.js';
import type { Problem, SettledOptions } from '../problem/index.js';
import { type SizeOf, scoresOverBlocks, type Timing, type Tracker, timedScores } from '../scoring/index.js';
import type { Label } from '../types/index.js';
import { crossFit, type FittedRound, fitOn, type HeldOut, heldOutScores } from './crossfit.js';

/** The full model, and its scores on the development rows that it hasn't seen (NaN on others). */
export interface Reference {
  readonly model: Model;
  /** The features that it reads, in the order of its blocks. */
  readonly reads: readonly string[];
  /** Where it was trained here; otherwise `fingerprint` tells it apart. */
  readonly learner: Learner | undefined;
  readonly fingerprint: string | undefined;
  /** What it states of its options, where it was given trained. */
  readonly options?: JsonValue | undefined;
  readonly price: number | undefined;
  /** rows x classes; for regression one number a row. */
  readonly scores: Float64Array;
  /** The models that gave these, with the rows that each hasn't seen. */
  readonly held: readonly HeldOut[];
  /** What the first rows took, where it was given trained and its costs are to be told. */
  readonly timed?: readonly TimedBatch[] | undefined;
  readonly sizeOf?: SizeOf | undefined;
}

export async function fullModel<Row, L extends Label, Name extends string>(
  { full, features }: SettledOptions<Row, L, Name>,
  { development, parts, width, random }: Problem<Row, L>,
  blocks: readonly Block[],
  rounds: readonly FittedRound[],
  tracker: Tracker,
  /** Where costs are to be told. */
  timing?: Timing,
): Promise<Reference> {
  const { signal, onProgress } = tracker;
  if (!('fit' in full)) {
    const reads = full.reads ?? features.names;
    const names: readonly string[] = features.names;
    const read = reads.map((name) => blocks[names.indexOf(name)]);
    const { scores, timed, sizeOf } = timing
      ? await timedScores(full, read, timing, tracker)
      : { scores: await scoresOverBlocks(full, read, tracker), timed: undefined, sizeOf: undefined };
    const { fingerprint = full.name, options, price } = full;
    const unseen = read.map((block) => gather(block, parts.scored));
    const held = [{ model: full, rows: parts.scored, blocks: unseen }];
    return {
      model: full,
      reads,
      learner: undefined,
      fingerprint,
      options,
      price,
      scores,
      held,
      timed,
      sizeOf,
    };
  }
  const { labels } = development;
  if (labels === undefined) throw new TypeError('options are checked: a learner has labels');
  const targets = { truth: labels, classes: width, origin: development.origin };
  const context = { seed: random.fork('full').integer(2 ** 31), signal };
  const fits = rounds.length + 1;
  const fitBlocks = blocks.map((block) => gather(block, parts.fit));
  const model = await fitOn(full, features.names, fitBlocks, targets, parts.fit, {
    ...context,
    onProgress: (share) => onProgress?.(share / fits),
  });
  const held = await crossFit(
    full,
    { positions: [...blocks.keys()], features: features.names },
    targets,
    rounds,
    {
      ...context,
      onProgress: (share) => onProgress?.((1 + share * (fits - 1)) / fits),
    },
  );
  return {
    model,
    reads: features.names,
    learner: full,
    fingerprint: undefined,
    price: undefined,
    scores: await heldOutScores(held, blocks[0].rows),
    held,
  };
}
