import { type Block, rowBlock, slice } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import { ModelError } from '../../lib/errors.js';
import { type Decision, decideAll, type ExitRule } from '../../lib/learn/exits/index.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { StageEvidence } from '../chain/index.js';
import { blaming, scoring } from './asking.js';
import { BATCH, eachBatch } from './batches.js';
import { readAhead } from './readAhead.js';
import { scoreTwice } from './scoreTwice.js';
import type { Tracker } from './tracker.js';

/** A model and the positions of the features whose blocks it reads; a model of rows is given these instead. */
export interface ModelReader {
  readonly model: Model;
  readonly reads: readonly number[];
  /** Where it is asked twice for each row. */
  readonly again?: AskedAgain | undefined;
}

/** The second answers of a model: coins say which of the two comes first. */
export interface AskedAgain {
  readonly coins: Random;
  /** Its second scores, rows x classes; filled. */
  readonly out: Float64Array;
}

/** The blocks that a model is given: of the features that it reads, or of the rows themselves. */
export function modelInputs(
  { readsRows = false }: Pick<Model, 'readsRows'>,
  rows: () => readonly unknown[],
  read: () => readonly Block[],
): readonly Block[] {
  return readsRows ? [rowBlock(rows())] : read();
}

/** The scores, rows x classes, of several models over rows whose features are computed once and then forgotten. */
export async function scoresOf<Row>(
  features: readonly NamedFeature<Row>[],
  readers: readonly ModelReader[],
  rows: Rows<Row>,
  tracker: Tracker,
  /** Called with every batch's blocks, and the batch's first position. */
  look?: (blocks: readonly Block[], from: number) => void,
): Promise<Float64Array[]> {
  const all = readers.map(({ model }) => new Float64Array(rows.length * model.classes));
  for (const { model, again } of new Map(readers.map((reader) => [reader.model, reader])).values())
    await readAhead(model, rows, tracker, again?.coins);
  await eachBatch(features, rows, tracker, async (blocks, from, batch) => {
    const count = batch.length;
    look?.(blocks, from);
    for (let m = 0; m < readers.length; m++) {
      const { model, reads, again } = readers[m];
      const of = (scores: Float64Array) =>
        scores.subarray(from * model.classes, (from + count) * model.classes);
      const out = of(all[m]);
      const same = model.readsRows && !again ? readers.findIndex((reader) => reader.model === model) : m;
      if (same < m) {
        out.set(of(all[same]));
        continue;
      }
      const own = modelInputs(
        model,
        () => batch,
        () => reads.map((f) => blocks[f]),
      );
      const origin = (row: number) => rows.origin[from + row];
      if (again !== undefined) {
        await scoreTwice(model, own, [out, of(again.out)], again.coins, tracker, origin);
        continue;
      }
      tracker.requests?.model(model, count);
      await blaming(origin, () => scoreInto(model, own, out, scoring(model, tracker)));
    }
  });
  return all;
}

/** The scores, rows x classes, of a model over given blocks. @param ask which time it is asked, from 0 on */
export async function scoresOverBlocks(
  model: Model,
  blocks: readonly Block[],
  tracker: Tracker,
  ask?: number,
): Promise<Float64Array> {
  const { signal, onProgress, requests } = tracker;
  const [{ rows }] = blocks;
  const scores = new Float64Array(rows * model.classes);
  for (let from = 0; from < rows; from += BATCH) {
    signal?.throwIfAborted();
    const to = Math.min(from + BATCH, rows);
    const out = scores.subarray(from * model.classes, to * model.classes);
    requests?.model(model, to - from);
    const own = blocks.map((block) => slice(block, from, to));
    await blaming(
      (row) => from + row,
      () => scoreInto(model, own, out, scoring(model, tracker, ask)),
    );
    onProgress?.(to / rows);
  }
  return scores;
}

/** The full model's answers to the rows at `origin` among the user's; they must be answers. */
export function fullAnswers(
  { name, unscored }: Pick<Model, 'name' | 'unscored'>,
  decision: Decision,
  scores: Float64Array,
  width: number,
  origin: Int32Array,
): Float64Array {
  const answers = decideAll(decision, scores, width);
  const row = answers.findIndex(Number.isNaN);
  if (row < 0) return answers;
  const expected = decision.kind === 'value' ? 'a finite number' : 'class probabilities';
  const why = unscored === undefined ? '' : ` (${unscored})`;
  throw new ModelError(name, `gave NaN for row ${origin[row]}; expected ${expected}${why}`);
}

/**
 * Answer, confidence and loss of a stage for each row; if it has no answer, it loses all.
 *
 * @param scores rows x width; calibrated in place
 */
export function stageEvidence(
  lost: (answer: number, row: number) => number,
  rule: ExitRule,
  scores: Float64Array,
  width: number,
): StageEvidence {
  const answers = new Float64Array(scores.length / width);
  const confidence = new Float64Array(answers.length);
  rule.decide(scores, width, answers, confidence);
  const loss = answers.map((answer, row) => (Number.isNaN(answer) ? 1 : lost(answer, row)));
  return { answers, confidence, loss };
}
