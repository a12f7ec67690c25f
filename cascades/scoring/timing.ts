import { sum } from 'simple-statistics';
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
import { breathe } from '../../lib/util/abort.js';
import { blaming, scoring } from './asking.js';
import { BATCH, eachBatch } from './batches.js';
import { BlocksBuilder } from './building.js';
import { scoresOverBlocks } from './scores.js';
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
  timing: Timing,
  tracker: Tracker,
  isShared?: boolean,
): Promise<{ readonly blocks: Block[]; readonly timed: TimedFeatures<Row>; readonly sizeOf: SizeOf }> {
  const first = new FirstRows(rows, timing, tracker, isShared);
  await first.time(features, fitted);
  return { blocks: await first.blocks(fitted), timed: first.timedOf(features), sizeOf: first.sizeOf };
}

/** The rows that are computed first and timed: features may be added while the other rows haven't been computed. */
export class FirstRows<Row> {
  /** The size of the batch in which a row is computed. */
  readonly sizeOf: SizeOf;
  private readonly cut: readonly Int32Array[];
  private readonly rest: Int32Array;
  private readonly views: RowView<Row>[] = [];
  private readonly built = new Map<string, BlocksBuilder>();
  private readonly features = new Map<string, TimedBatch[]>();
  private readonly transforms = new Map<Transform<Row, unknown>, TimedBatch[]>();

  /** @param isShared whether blocks are to lie in memory that threads share */
  constructor(
    private readonly rows: Rows<Row>,
    private readonly timing: Timing,
    private readonly tracker: Tracker,
    private readonly isShared?: boolean,
  ) {
    const { cut, rest, sizeOf } = cutRows(rows.length, timing.random);
    this.cut = cut;
    this.rest = rest;
    this.sizeOf = sizeOf;
  }

  /**
   * Times these features, and the transforms among what they read that weren't timed before.
   *
   * @param features their definitions
   * @param isBuilt whether {@link blocks} will be asked for a feature
   */
  async time(
    features: FeatureSet<Row>,
    fitted: readonly NamedFeature<Row>[],
    isBuilt: (name: string) => boolean = () => true,
  ): Promise<void> {
    const { rows, timing, tracker, isShared } = this;
    const { signal } = tracker;
    const transforms = [...transformsOf(features).keys()].filter((key) => !this.transforms.has(key));
    for (const key of transforms) this.transforms.set(key, []);
    for (const feature of fitted) {
      this.features.set(feature.name, []);
      if (isBuilt(feature.name))
        this.built.set(feature.name, new BlocksBuilder([feature], rows.length, isShared));
    }
    const interrupt = signal && new Interrupt(systemTimer, undefined, signal);
    try {
      for (const [b, positions] of this.cut.entries()) {
        await breathe(signal);
        this.views[b] ??= RowView.of(await rows.take(positions, signal));
        const view = this.views[b];
        for (const transform of transforms) {
          const read = await timed(timing.clock, () => attempted(() => transform.read(view)));
          this.transforms.get(transform)?.push({ ...read, rows: positions });
        }
        const onRequest = tracker.requests?.feature;
        const computing = { origin: (row: number) => rows.origin[positions[row]], interrupt, onRequest };
        for (const feature of fitted) {
          const put = (block: Block) => this.built.get(feature.name)?.put(0, block, positions);
          const computed = await timed(timing.clock, () => {
            const [started] = startAll([feature], view, computing);
            return started instanceof Promise ? started.then(put) : put(started);
          });
          this.features.get(feature.name)?.push({ ...computed, rows: positions });
        }
      }
    } finally {
      interrupt?.close();
    }
  }

  /** The times so far of these features, and of the transforms that they read. */
  timedOf(features: FeatureSet<Row>): TimedFeatures<Row> {
    const read = [...transformsOf(features).keys()];
    return {
      features: features.names.map((name) => this.features.get(name) ?? []),
      transforms: new Map(read.map((key) => [key, this.transforms.get(key) ?? []])),
      batches: this.views.map(({ batch }) => batch),
    };
  }

  /** Seconds that a row takes in all, as the larger batches did. */
  secondsARow(): number {
    const all = [...this.features.values(), ...this.transforms.values()];
    return sum(all.map((batches) => millisecondsARow(batches))) / 1_000;
  }

  /** Those of the rows that are among these. */
  among(wanted: Int32Array): RowView<Row> {
    const isWanted = new Set(wanted);
    const rows = this.cut.flatMap((positions, b) =>
      this.views[b].rows().filter((_, i) => isWanted.has(positions[i])),
    );
    return RowView.of(rows);
  }

  /**
   * Computes features that were timed for all other rows.
   *
   * @param fitted by the names of those, with the same values
   * @returns one a feature
   */
  async blocks(fitted: readonly NamedFeature<Row>[]): Promise<Block[]> {
    const { rows, rest, tracker } = this;
    const built = fitted.flatMap(({ name }) => this.built.get(name) ?? []);
    await eachBatch(fitted, rows.select(rest), tracker, (blocks, from, { length }) => {
      const places = rest.subarray(from, from + length);
      blocks.forEach((block, f) => {
        built[f].put(0, block, places);
      });
    });
    return built.flatMap((each) => each.blocks());
  }
}

/** Batches of fewer rows are mostly what a batch costs. */
const LARGE = 64;

function millisecondsARow(batches: readonly TimedBatch[]): number {
  const large = batches.filter(({ rows }) => rows.length >= LARGE);
  const rows = sum(large.map((batch) => batch.rows.length));
  return rows === 0 ? 0 : sum(large.map(({ took }) => took)) / rows;
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
