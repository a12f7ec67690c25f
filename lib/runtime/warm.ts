import { type Block, gather } from '../blocks/index.js';
import { RowView } from '../features/index.js';
import { scoreInto } from '../learners/index.js';
import { endOfTurn } from '../timer.js';
import type { NamedFeature } from './compute.js';
import type { Engine, Stage } from './engine.js';

/** The number of runs of a model on a made-up row, so that its code is compiled. */
const TIMES = 200;
/** Rounds over the given rows end when one isn't this much quicker than the quickest before it. */
const GAIN = 0.95;
/** The number of such rounds in sequence. */
const STEADY = 20;

/** Batches with which features and models are prepared. */
export interface WarmBatches<Row> {
  /** Rows to make batches of, repeated as often as needed; without any, models get made-up rows. */
  readonly rows: readonly Row[];
  /** Rows of each batch, in the order in which the batches run. */
  readonly sizes: readonly number[];
}

/**
 * Prepares features, and then models, on made-up rows: compiles code, opens connections, allocates
 * buffers. Models that read a feature which can't make up a row are left out, and so are models of rows.
 *
 * Batches run once each. Features that wait for something elsewhere, and asynchronous models, don't take part: their
 * connections are open after one row, and more rows may cost money.
 */
export async function warmParts<Row>(engine: Engine<Row>, batches?: WarmBatches<Row>): Promise<void> {
  const { features, stages, full, classes } = engine;
  const blocks = await Promise.all(features.map(({ fitted }) => fitted.warm?.()));
  const steps: readonly (Stage | Engine<Row>['full'])[] = [...stages, full];
  /** Whether each step's model computes here, of those that ran. */
  const isHere = new Map<Stage | Engine<Row>['full'], boolean>();
  const runOne = async (step: Stage | Engine<Row>['full'], read: readonly Block[]) => {
    for (let i = 0; i < TIMES; i++) {
      const waiting = runStep(step, read, 1, classes);
      isHere.set(step, waiting === undefined);
      // An asynchronous model is remote: one answer is enough to open its connection.
      if (waiting !== undefined) return waiting;
    }
  };
  for (const step of steps) {
    const read = readsOf(step, blocks);
    if (read !== undefined) await runOne(step, read);
  }
  const { rows = [], sizes = [] } = batches ?? {};
  for (const size of sizes) {
    const batch = rows.length === 0 ? undefined : RowView.of(repeated(rows, size));
    const filled = await Promise.all(features.map((feature, f) => batchOf(feature, blocks[f], batch, size)));
    for (const step of steps) {
      const read = readsOf(step, filled);
      if (read === undefined) continue;
      // No row could be made up for it.
      if (!isHere.has(step))
        await runOne(
          step,
          read.map((block) => gather(block, [0])),
        );
      if (isHere.get(step)) await runStep(step, read, size, classes);
    }
  }
}

/** The blocks that a step's model reads; undefined where one is missing, and for a model of rows. */
function readsOf<Row>(
  { reads, model }: Stage | Engine<Row>['full'],
  blocks: readonly (Block | undefined)[],
): Block[] | undefined {
  if (model.readsRows) return undefined;
  const read = reads.map((feature) => blocks[feature]);
  return read.every((block): block is Block => block !== undefined) ? read : undefined;
}

function runStep<Row>(
  step: Stage | Engine<Row>['full'],
  read: readonly Block[],
  rows: number,
  classes: number,
): Promise<void> | undefined {
  const scores = new Float64Array(rows * step.model.classes);
  const waiting = scoreInto(step.model, read, scores);
  if (waiting !== undefined) return waiting;
  if ('rule' in step) step.rule.decide(scores, classes, new Float64Array(rows), new Float64Array(rows));
  return undefined;
}

/** A feature's values for a batch; those of a made-up row where it can't be computed here. */
async function batchOf<Row>(
  { fitted, waits = false }: NamedFeature<Row>,
  madeUp: Block | undefined,
  batch: RowView<Row> | undefined,
  size: number,
): Promise<Block | undefined> {
  if (batch !== undefined && !waits) return fitted.compute(batch);
  return madeUp && gather(madeUp, new Int32Array(size));
}

function repeated<Row>(rows: readonly Row[], size: number): Row[] {
  return Array.from({ length: size }, (_, i) => rows[i % rows.length]);
}

/**
 * Does the same work again and again until it gets no quicker.
 *
 * @param round the work
 * @param maxMs when to stop in any case
 */
export async function untilSteady(
  round: () => Promise<void>,
  maxMs: number,
  now: () => number = () => performance.now(),
): Promise<void> {
  const begun = now();
  let [best, steady] = [Number.POSITIVE_INFINITY, 0];
  while (steady < STEADY) {
    const start = now();
    await round();
    const end = now();
    // A turn of the event loop lets other work run, and the engine finish deferred work (compiled
    // code, garbage collection).
    await endOfTurn();
    if (end - begun >= maxMs) return;
    steady = end - start < GAIN * best ? 0 : steady + 1;
    best = Math.min(best, end - start);
  }
}
