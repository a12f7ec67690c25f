import type { Block } from '../../data/blocks/index.js';
import { scoreInto } from '../../learn/learners/index.js';
import { endOfTurn } from '../../util/timer.js';
import type { Engine, Stage } from './engine.js';

/** A stage, or the full model. */
export type WarmedModel = Stage | Engine<never>['full'];

/** The number of runs of a model on a made-up row, so that its code is compiled. */
const TIMES = 200;
/** Rounds over the given rows end when one isn't this much quicker than the quickest before it. */
const GAIN = 0.95;
/** The number of such rounds in sequence. */
const STEADY = 20;

/**
 * Prepares features, and then models, on made-up rows: compiles code, opens connections, allocates
 * buffers. Models that read a feature which can't make up a row are left out, and so are models of rows.
 */
export async function warmParts<Row>({ features, stages, full, classes }: Engine<Row>): Promise<void> {
  const blocks = await Promise.all(features.map(({ fitted }) => fitted.warm?.()));
  for (const step of [...stages, full]) {
    const read = blocksRead(step, blocks);
    if (read === undefined) continue;
    for (let i = 0; i < TIMES; i++) {
      const waiting = runStep(step, read, 1, classes);
      if (waiting === undefined) continue;
      // An asynchronous model is remote: one answer is enough to open its connection.
      await waiting;
      break;
    }
  }
}

/** The blocks that a step's model reads; undefined where one is missing, and for a model of rows. */
export function blocksRead(
  { reads, model }: WarmedModel,
  blocks: readonly (Block | undefined)[],
): Block[] | undefined {
  if (model.readsRows) return undefined;
  const read = reads.map((feature) => blocks[feature]);
  return read.every((block): block is Block => block !== undefined) ? read : undefined;
}

/** Scores rows and decides on them. @returns a promise where the model computes elsewhere */
export function runStep(
  step: WarmedModel,
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

/**
 * Does the same work again and again until it gets no quicker.
 *
 * @param round the work
 * @param maxMs when to stop in any case
 */
export async function untilSteady(
  round: () => Promise<unknown>,
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
