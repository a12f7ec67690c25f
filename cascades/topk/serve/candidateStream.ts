import { untilAborted } from '../../../lib/abort.js';
import { consecutive } from '../../../lib/blocks/index.js';
import { DataError } from '../../../lib/errors.js';
import { RowView } from '../../../lib/features/index.js';
import { joinPassing, narrow, type Passing, passingSome } from '../../../lib/runtime/index.js';
import { atLeast, type Cut, thresholdIn } from '../cuts/index.js';

/** Where candidates come from: all there at once, or one by one. */
export type Candidates<Row> = Iterable<Row> | AsyncIterable<Row>;

/** Candidates that are held at a time, with their positions among all that came. */
export interface Section<out Row> {
  readonly view: RowView<Row>;
  readonly indices: Int32Array;
}

/** What is asked of the candidates before anything is computed. */
export interface SectionOptions<in Row> {
  readonly filter: ((row: Row) => boolean) | undefined;
  /** Ends the wait for candidates to come. */
  readonly signal: AbortSignal | undefined;
}

/** Rows of a section. Few arrays are longer, and of those that aren't no shared transform is computed twice. */
export const SECTION = 65_536;

/**
 * The candidates section by section. Those that a filter refuses are left out, and the others keep their positions.
 *
 * @throws DataError where the iterable or the filter throws, with its error as the cause; the signal's reason when aborted
 */
export async function* sectionsOf<Row>(
  candidates: Candidates<Row>,
  { filter, signal }: SectionOptions<Row>,
  size = SECTION,
): AsyncGenerator<Section<Row>, void, void> {
  // Whoever gave an array may change it while features are waited for.
  const own = isArray(candidates) ? candidates.slice() : candidates;
  let rows: Row[] = [];
  let indices: number[] = [];
  let seen = 0;
  const isFull = (row: Row) => {
    const index = seen++;
    if (filter && !accepts(filter, row, index)) return false;
    rows.push(row);
    return indices.push(index) === size;
  };
  const section = () => {
    const whole = { view: RowView.of(rows), indices: Int32Array.from(indices) };
    rows = [];
    indices = [];
    return whole;
  };
  try {
    if (isArray(own) && !filter && own.length <= size) {
      if (own.length > 0) yield { view: RowView.of(own), indices: consecutive(0, own.length) };
    } else if (Symbol.asyncIterator in own) {
      const coming = signal ? untilAborted(own, signal) : own;
      for await (const row of coming) if (isFull(row)) yield section();
    } else {
      for (const row of own) if (isFull(row)) yield section();
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DataError) throw cause;
    throw new DataError(`candidates: the iterable failed after ${seen}: ${messageOf(cause)}`, { cause });
  }
  if (rows.length > 0) yield section();
}

function isArray<Row>(candidates: Candidates<Row>): candidates is readonly Row[] {
  return Array.isArray(candidates);
}

function accepts<Row>(filter: (row: Row) => boolean, row: Row, index: number): boolean {
  let answer: unknown;
  try {
    answer = filter(row);
  } catch (cause) {
    throw new DataError(`filter: failed on candidate ${index}: ${messageOf(cause)}`, { cause });
  }
  // A promise would accept everything.
  if (!(answer instanceof Promise)) return Boolean(answer);
  throw new DataError(`filter: gave a promise for candidate ${index}; expected true or false`);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Candidates that are still in the running, of one section. */
export interface Lot<Row> {
  readonly section: Section<Row>;
  readonly passing: Passing;
  /** By the stage that they passed last. */
  readonly scores: Float64Array;
}

/** Rows that are computed and scored together. */
export const BATCH = 1024;

/** A section's rows in batches, of which nothing is computed yet. */
export function* lotsOf<Row>(section: Section<Row>): Generator<Lot<Row>> {
  const rows = section.view.length;
  for (let from = 0; from < rows; from += BATCH) {
    const batch = consecutive(from, Math.min(BATCH, rows - from));
    yield { section, passing: passingSome(batch), scores: new Float64Array(0) };
  }
}

/** The lots, all of one section, as batches. */
export function* batchesOf<Row>(lots: readonly Lot<Row>[]): Generator<Lot<Row>> {
  const whole = gathered(lots);
  const rows = whole.passing.rows.length;
  for (let from = 0; from < rows; from += BATCH) {
    const batch = consecutive(from, Math.min(BATCH, rows - from));
    yield { ...whole, passing: narrow(whole.passing, batch) };
  }
}

/** The lots as one. Of several sections the rows are put together anew, which forgets what transforms know of them. */
export function gathered<Row>(lots: readonly Lot<Row>[]): Lot<Row> {
  const [{ section }] = lots;
  const isOne = lots.every((lot) => lot.section === section);
  const scores = scoresIn(lots);
  if (isOne) return { section, scores, passing: joinPassing(lots.map(({ passing }) => passing)) };
  const rows = lots.flatMap((lot) => lot.section.view.select(lot.passing.rows).rows());
  const indices = Int32Array.from(
    lots.flatMap((lot) => Array.from(lot.passing.rows, (row) => lot.section.indices[row])),
  );
  let at = 0;
  const moved = lots.map(({ passing }) => {
    const places = passing.rows.map(() => at++);
    return { ...passing, rows: places };
  });
  return { section: { view: RowView.of(rows), indices }, scores, passing: joinPassing(moved) };
}

/** What a cut keeps of all lots together. */
export function cutTo<Row>(
  lots: readonly Lot<Row>[],
  cut: Cut,
  { k, rankClass }: { readonly k: number; readonly rankClass: number },
  candidates: number,
): readonly Lot<Row>[] {
  return atLeastIn(lots, thresholdIn(cut, scoresIn(lots), k, candidates, rankClass));
}

/** Of each lot what isn't under a threshold; at least K of all are. */
export function atLeastIn<Row>(lots: readonly Lot<Row>[], threshold: number): readonly Lot<Row>[] {
  return lots.flatMap((lot) => {
    const stay = atLeast(lot.scores, threshold);
    if (stay.length === 0) return [];
    if (stay.length === lot.scores.length) return [lot];
    const scores = new Float64Array(stay.length);
    for (let i = 0; i < stay.length; i++) scores[i] = lot.scores[stay[i]];
    return [{ ...lot, passing: narrow(lot.passing, stay), scores }];
  });
}

export function scoresIn<Row>(lots: readonly Lot<Row>[]): Float64Array {
  const all = new Float64Array(sizeOf(lots));
  let at = 0;
  for (const { scores } of lots) {
    all.set(scores, at);
    at += scores.length;
  }
  return all;
}

export function sizeOf<Row>(lots: readonly Lot<Row>[]): number {
  return lots.reduce((total, { passing }) => total + passing.rows.length, 0);
}
