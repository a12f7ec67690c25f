import {
  type Clock,
  cutSamples,
  type TimedBatch,
  type TimedFeatures,
  timed,
  transformsOf,
} from '../../lib/costs/index.js';
import { type Block, consecutive, gather } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import { type FeatureSet, RowView, type Transform } from '../../lib/features/define/index.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import { Interrupt, type NamedFeature, startAll, systemTimer } from '../../lib/run/runtime/index.js';
import type { Random } from '../../lib/stats/index.js';
import { BATCH, eachBatch } from './batches.js';
import { BlocksBuilder } from './building.js';
import { blaming, scoresOverBlocks, scoring } from './scores.js';
import type { Tracker } from './tracker.js';

/** The clock and randomness for timing some of the rows that are computed anyway. */
export interface Timing {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Each feature's block over all rows, every row computed once. Some of them come first, in batches
 * from small to large, and are timed: parts that have a price or are slow are measured by that
 * alone. These are no rounds as in `lib/costs`: a round would compute rows once more.
 */
export async function timedBlocks<Row>(
  features: FeatureSet<Row>,
  fitted: readonly NamedFeature<Row>[],
  rows: Rows<Row>,
  { clock, random }: Timing,
  tracker: Tracker,
  isShared?: boolean,
): Promise<{ readonly blocks: Block[]; readonly timed: TimedFeatures<Row>; readonly sizeOf: SizeOf }> {
  const { cut, rest, sizeOf } = cutRows(rows.length, random);
  const keys = [...transformsOf(features).keys()];
  const built = new BlocksBuilder(fitted, rows.length, isShared);
  const ofFeatures: TimedBatch[][] = fitted.map(() => []);
  const ofTransforms = new Map(keys.map((key): [Transform<Row, unknown>, TimedBatch[]] => [key, []]));
  const batches: Row[][] = [];
  const { signal } = tracker;
  const interrupt = signal && new Interrupt(systemTimer, undefined, signal);
  try {
    for (const positions of cut) {
      signal?.throwIfAborted();
      const batch = await rows.take(positions, signal);
      const view = RowView.of(batch);
      batches.push(batch);
      for (const [transform, samples] of ofTransforms) {
        const read = await timed(clock, () => attempted(() => transform.read(view)));
        samples.push({ ...read, rows: positions });
      }
      const onRequest = tracker.requests?.feature;
      const computing = { origin: (row: number) => rows.origin[positions[row]], interrupt, onRequest };
      for (const [f, feature] of fitted.entries()) {
        const computed = await timed(clock, () => {
          const [started] = startAll([feature], view, computing);
          if (!(started instanceof Promise)) return built.put(f, started, positions);
          return started.then((block) => built.put(f, block, positions));
        });
        ofFeatures[f].push({ ...computed, rows: positions });
      }
    }
  } finally {
    interrupt?.close();
  }
  await eachBatch(fitted, rows.select(rest), tracker, (blocks, from, { length }) => {
    const places = rest.subarray(from, from + length);
    blocks.forEach((block, f) => {
      built.put(f, block, places);
    });
  });
  return {
    blocks: built.blocks(),
    timed: { features: ofFeatures, transforms: ofTransforms, batches },
    sizeOf,
  };
}

/** A transform that fails is met again by the features that read it, and these tell it with their names. */
function attempted(read: () => unknown): void {
  try {
    read();
  } catch {
    // See above.
  }
}

/**
 * The scores of a model that was given trained, rows x classes, every row scored once, and the
 * times of the first ones: see {@link timedBlocks}.
 */
export async function timedScores(
  model: Model,
  blocks: readonly Block[],
  { clock, random }: Timing,
  tracker: Tracker,
): Promise<{
  readonly scores: Float64Array;
  readonly timed: readonly TimedBatch[];
  readonly sizeOf: SizeOf;
}> {
  const [{ rows }] = blocks;
  const { classes } = model;
  const scores = new Float64Array(rows * classes);
  const batches: TimedBatch[] = [];
  const { cut, rest, sizeOf } = cutRows(rows, random);
  const put = (out: Float64Array, positions: Int32Array) =>
    positions.forEach((row, i) => {
      scores.set(out.subarray(i * classes, (i + 1) * classes), row * classes);
    });
  for (const positions of cut) {
    tracker.signal?.throwIfAborted();
    const out = new Float64Array(positions.length * classes);
    const read = blocks.map((block) => gather(block, positions));
    tracker.requests?.model(model, positions.length);
    const took = await blaming(
      (row) => positions[row],
      () => timed(clock, () => scoreInto(model, read, out, scoring(model, tracker))),
    );
    batches.push({ ...took, rows: positions });
    put(out, positions);
  }
  if (rest.length > 0) {
    const left = blocks.map((block) => gather(block, rest));
    const scored = await blaming(
      (row) => rest[row],
      () => scoresOverBlocks(model, left, tracker),
    );
    put(scored, rest);
  } else tracker.onProgress?.(1);
  return { scores, timed: batches, sizeOf };
}

/** The number of rows with which the row at a position was computed. */
export type SizeOf = (position: number) => number;

/** The first batches, and the rows that are computed after them, ascending, in large batches. */
function cutRows(rows: number, random: Random) {
  const cut = cutSamples(rows, random);
  const sizes = new Map(cut.flatMap((own) => Array.from(own, (row) => [row, own.length] as const)));
  const rest = consecutive(0, rows).filter((row) => !sizes.has(row));
  const sizeOf: SizeOf = (position) => {
    const known = sizes.get(position);
    if (known !== undefined) return known;
    const at = rest.indexOf(position);
    return at < 0 ? 0 : Math.min(BATCH, rest.length - Math.floor(at / BATCH) * BATCH);
  };
  return { cut, rest, sizeOf };
}
