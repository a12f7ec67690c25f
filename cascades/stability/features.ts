import { type Block, consecutive, difference, gather, stack } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import { UnstableFeature } from '../../lib/errors.js';
import { type FeatureSet, RowView } from '../../lib/features/define/index.js';
import { computeAll, type NamedFeature, runAsync } from '../../lib/run/runtime/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { PricedRequests } from '../scoring/index.js';
import { compareKeys } from './keys.js';
import { comparisonOf, liveOf } from './settings.js';
import { ALONE, APART, FEW, IN_TURN, inLanes, sizeIn, smallBatches } from './sizes.js';
import { asItWas, rereadAmong, type Untouched } from './untouched.js';

/** Features and their values for rows in large batches, all together. */
export interface Held<Row> {
  readonly features: FeatureSet<Row>;
  readonly fitted: readonly NamedFeature<Row>[];
  readonly rows: Rows<Row>;
  /** One a feature, over all rows. */
  readonly blocks: readonly Block[];
  /** The size of the batch in which a row was computed. @defaultValue batches of 1,024, in order */
  readonly sizeOf?: ((position: number) => number) | undefined;
  /** Rows as they were before any feature read them, by the same source of randomness as the comparison. */
  readonly untouched?: Untouched<Row> | undefined;
}

/** Rows whose features were computed once more. */
export interface Reread {
  /**
   * Positions of the rows of a large batch; rows that were read alone come first, then those read
   * with a few others.
   */
  readonly large: Int32Array;
  /** The number of rows read alone. */
  readonly alone: number;
  /** The values of these, one block a feature; live ones keep their old values. */
  readonly blocks: readonly Block[];
}

interface Small<Row> {
  readonly view: RowView<Row>;
  /** Positions among the held rows of the view's. */
  readonly positions: Int32Array;
}

/**
 * Reads some rows again in small batches and compares their values with those from large ones: each
 * row by itself with all its features, a few at a time, and each feature without the others.
 *
 * @throws UnstableFeature if a row has other numbers, a key different ones, or memory is used twice
 */
export async function compareFeatures<Row>(
  held: Held<Row>,
  random: Random,
  signal: AbortSignal | undefined,
  requests?: PricedRequests,
): Promise<Reread> {
  const { features, fitted, rows, blocks, untouched } = held;
  const live = liveOf(features);
  await compareKeys(held, live, signal);
  const large = rereadAmong(rows.length, random);
  const taken = await rows.take(large, signal);
  const alone = Math.min(ALONE, large.length);
  const read = fitted.flatMap((feature, f) => (live.includes(feature.name) ? [] : [f]));
  const first = large.subarray(0, alone);
  const kept: Kept[] = [];
  const reader = readerOf(held, kept, signal, requests);
  const one = (i: number, row = taken[i]): Small<Row> => ({
    view: RowView.of([row]),
    positions: Int32Array.of(large[i]),
  });

  const before = (i: number) => (untouched ? asItWas(untouched, i, taken[i]) : taken[i]);

  const numbers: Block[][] = fitted.map(() => []);
  const readAlone = async (i: number) => {
    const own = await reader(read, one(i));
    read.forEach((f, r) => {
      numbers[f][i] = own[r];
    });
  };
  // Sequentially, so that reused memory shows.
  for (let i = 0; i < Math.min(IN_TURN, alone); i++) await readAlone(i);
  checkKept(kept, rows.origin);
  await inLanes([...first.keys()].slice(IN_TURN), readAlone, signal);
  await inLanes(fewOf(taken, large), async (small) => void (await reader(read, small)), signal);
  if (read.length > 1) {
    for (const f of read) {
      const apart = [...first.keys()].slice(0, APART);
      await inLanes(apart, async (i) => void (await reader([f], one(i, before(i)))), signal);
    }
  }
  checkKept(kept, rows.origin);
  const reread = blocks.map((block, f) => (numbers[f].length > 0 ? stack(numbers[f]) : gather(block, first)));
  return { large, alone, blocks: reread };
}

/** Rows a few at a time, as a stage reads the rows that earlier ones pass on: some of one batch. */
function fewOf<Row>(taken: readonly Row[], large: Int32Array): Small<Row>[] {
  // The last rows weren't read alone if there are enough of them.
  const last = -Math.min(FEW, large.length);
  const positions = large.slice(last);
  const batch = RowView.of(taken.slice(last));
  return smallBatches(positions.length).map(({ from, to }) => ({
    view: batch.select(consecutive(from, to - from)),
    positions: positions.subarray(from, to),
  }));
}

/** A block that a feature returned, and its content at that time. */
interface Kept {
  readonly name: string;
  readonly block: Block;
  readonly before: Block;
  readonly positions: Int32Array;
}

type Reader<Row> = (features: readonly number[], small: Small<Row>) => Promise<Block[]>;

/** Computes some features of a few rows, and compares each with the values held. */
function readerOf<Row>(
  held: Held<Row>,
  kept: Kept[],
  signal: AbortSignal | undefined,
  requests: PricedRequests | undefined,
): Reader<Row> {
  const { features, fitted, rows, blocks } = held;
  const comparisons = fitted.map(({ name }) => comparisonOf(`features.${name}`, features.get(name)));
  return async (wanted, { view, positions }) => {
    signal?.throwIfAborted();
    const origin = (row: number) => rows.origin[positions[view.selection?.indexOf(row) ?? row]];
    const computed = await runAsync(
      computeAll(
        wanted.map((f) => fitted[f]),
        view,
        { origin, onRequest: requests?.feature },
      ),
    );
    return wanted.map((f, w) => {
      const { name } = fitted[f];
      const { tolerance, isSame } = comparisons[f];
      const block = computed[w];
      const before = gather(block, consecutive(0, block.rows));
      for (let i = 0; i < positions.length; i++) {
        const found = difference(blocks[f], positions[i], before, i, isSame);
        if (found === undefined) continue;
        const { column, one: batch, other: alone } = found;
        const values = { column, batch, alone, rows: positions.length, tolerance };
        throw unstable(name, held, positions[i], values, wanted.length === 1 && fitted.length > 1);
      }
      kept.push({ name, block, before, positions });
      return before;
    });
  };
}

function unstable<Row>(
  name: string,
  { rows, sizeOf = sizeIn(rows.length) }: Held<Row>,
  position: number,
  values: { column: number; batch: number; alone: number; rows: number; tolerance: number },
  isApart: boolean,
): UnstableFeature {
  const { column, batch, alone, tolerance } = values;
  const size = sizeOf(position);
  const where = values.rows === 1 ? 'by itself' : `in a batch of ${values.rows}`;
  return new UnstableFeature(
    name,
    rows.origin[position],
    `column ${column} is ${batch} in a batch of ${size} rows, and ${alone} ${where}${isApart ? ', without the other features' : ''} ` +
      `(tolerance ${tolerance}). A row must have the same numbers in any batch: compute them from that row alone, without chance or memory that is written ` +
      'to by other calls, and without changing the row, as sorting an array in place does. ' +
      "For other rounding, or an encoder that is quantised with a scale of the batch, set 'tolerance'; " +
      "where a source changes by nature, declare 'live: true'",
    values,
  );
}

/** Whatever was read must still be there, after others were. */
function checkKept(kept: readonly Kept[], origin: Int32Array): void {
  for (const { name, block, before, positions } of kept) {
    for (let i = 0; i < positions.length; i++) {
      if (difference(before, i, block, i, Object.is) === undefined) continue;
      throw new UnstableFeature(
        name,
        origin[positions[i]],
        'its array was overwritten by a later call, while the numbers were still needed. Return a new ' +
          'array for each batch',
      );
    }
  }
}
