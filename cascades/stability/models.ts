import { type Block, difference, gather, pick } from '../../lib/data/blocks/index.js';
import { UnstableModel } from '../../lib/errors.js';
import { decide } from '../../lib/learn/exits/index.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import { blaming, type PricedRequests, scoring } from '../scoring/index.js';
import type { Reread } from './features.js';
import { comparisonOf } from './settings.js';
import { IN_TURN, inLanes, SCORED, sizeIn, smallBatches } from './sizes.js';

const [ALONE, FEW] = SCORED;

/** A model, and the blocks that it reads, over all rows. */
export interface ComparedModel {
  readonly model: Model;
  readonly blocks: readonly Block[];
  /** Its scores of all rows in large batches, rows x classes, where they are known. */
  readonly scores?: Float64Array | undefined;
  /** Positions of the rows for errors. */
  readonly origin: Int32Array;
  /**
   * The size of the batch in which a row of `scores` was scored. @defaultValue batches of 1,024, in
   * order
   */
  readonly sizeOf?: ((position: number) => number) | undefined;
  /** What else to do, where it gives a row another answer. */
  readonly otherwise?: string | undefined;
  /** Whether it may differ from itself: it is scored where its scores aren't known, and not compared. */
  readonly varies?: boolean | undefined;
}

/** What to do about a full model that doesn't always agree with itself. */
export const IF_IT_VARIES =
  "If it doesn't always give a row the same answer, as a model that samples, bound 'excessDisagreement' or " +
  "'stableDisagreement': it is then asked twice about each row of the certificate";

/**
 * Compares a model's scores of small batches with its scores of a large one, on given blocks.
 *
 * @returns its scores of the rows of the large batch
 * @throws UnstableModel if a row's scores differ, or the model writes where it mustn't
 */
export async function compareModel(
  { model, blocks, scores, origin, sizeOf = sizeIn(origin.length), otherwise, varies }: ComparedModel,
  { large, alone }: Pick<Reread, 'large' | 'alone'>,
  signal: AbortSignal | undefined,
  requests?: PricedRequests,
): Promise<Float64Array> {
  const { classes, name } = model;
  const { tolerance, isSame } = comparisonOf(name, model);
  const outs: { readonly out: Float64Array; readonly before: Float64Array; readonly rows: Int32Array }[] = [];
  const score = async (rows: Int32Array, ask: number): Promise<Float64Array> => {
    signal?.throwIfAborted();
    const given = blocks.map((block) => gather(block, rows));
    const out = new Float64Array(rows.length * classes);
    requests?.model(model, rows.length);
    await blaming(
      (row) => origin[rows[row]],
      () => scoreInto(model, given, out, scoring(model, { signal, requests }, ask)),
    );
    given.forEach((block, b) => {
      for (let i = 0; i < rows.length; i++) {
        if (difference(block, i, blocks[b], rows[i], Object.is) === undefined) continue;
        throw new UnstableModel(
          name,
          origin[rows[i]],
          "it changed the numbers of its blocks, which others read: have 'score' write into 'out' alone",
        );
      }
    });
    outs.push({ out, before: out.slice(), rows });
    return out;
  };
  const checkOuts = async () => {
    // Whatever it still writes, it does now.
    await new Promise((resolve) => setTimeout(resolve));
    for (const { out, before, rows } of outs) {
      const at = out.findIndex((score, i) => !Object.is(score, before[i]));
      if (at < 0) continue;
      throw new UnstableModel(
        name,
        origin[rows[Math.floor(at / classes)]],
        "its scores were changed after it had answered: 'score' must not keep 'out'",
      );
    }
  };
  const known = scores === undefined ? await score(large, 0) : pick(scores, large, classes);
  if (varies) return known;
  const batch = { large: known, classes, rows: large.length };
  const compare = async (from: number, to: number) => {
    const positions = large.slice(from, to);
    // An answer that is kept would hide that a model differs from itself.
    const small = await score(positions, model.keepsAnswers ? 1 : 0);
    for (let i = 0; i < small.length; i++) {
      const before = batch.large[from * classes + i];
      if (isSame(before, small[i])) continue;
      const row = from + Math.floor(i / classes);
      const values = { column: i % classes, batch: before, alone: small[i], rows: to - from, tolerance };
      const isOther =
        classes > 1 && likeliest(batch.large, row, classes) !== likeliest(small, row - from, classes);
      throw unstable(
        name,
        origin[large[row]],
        values,
        scores === undefined ? large.length : sizeOf(large[row]),
        isOther ? otherwise : undefined,
      );
    }
  };
  const single = [...Array(Math.min(ALONE, alone)).keys()];
  for (const i of single.slice(0, IN_TURN)) await compare(i, i + 1);
  await checkOuts();
  await inLanes(single.slice(IN_TURN), (i) => compare(i, i + 1), signal);
  const first = Math.max(0, large.length - FEW);
  await inLanes(
    smallBatches(large.length - first),
    ({ from, to }) => compare(first + from, first + to),
    signal,
  );
  await checkOuts();
  return known;
}

function likeliest(scores: Float64Array, row: number, classes: number): number {
  return decide({ kind: 'argmax' }, scores, row * classes, classes);
}

function unstable(
  name: string,
  row: number,
  values: { column: number; batch: number; alone: number; rows: number; tolerance: number },
  size: number,
  otherwise: string | undefined,
): UnstableModel {
  const { column, batch, alone, tolerance, rows } = values;
  return new UnstableModel(
    name,
    row,
    `score ${column} is ${batch} in a batch of ${size} rows, and ${alone} ${rows === 1 ? 'by itself' : `in a batch of ${rows}`} (tolerance ${tolerance}). ` +
      'A row must have the same scores in any batch: score each from its own numbers, without chance, and keep neither blocks nor memory that other calls ' +
      "write to. For other rounding, or a network that is quantised with a scale of the batch, set 'tolerance'" +
      (otherwise === undefined ? '' : `. ${otherwise}`),
    values,
  );
}
