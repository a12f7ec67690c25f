import { consecutive } from '../../lib/data/blocks/index.js';
import { REUSED, ReusedObjects } from '../../lib/data/rows/index.js';
import { DataError } from '../../lib/errors.js';
import { RowView } from '../../lib/features/define/index.js';
import { type ActiveRows, joinActive, narrow, someActive } from '../../lib/run/runtime/index.js';
import { untilAborted } from '../../lib/util/abort.js';
import { errorText } from '../../lib/util/errorText.js';
import { atLeast, type TopKCut, thresholdIn } from '../cuts/index.js';

/** The candidates of a query: all at once, or one by one. */
export type Candidates<Row> = Iterable<Row> | AsyncIterable<Row>;

/** Candidates held at a time, with their positions in the stream. */
export interface CandidateSection<out Row> {
  readonly view: RowView<Row>;
  readonly indices: Int32Array;
}

/** Checks of the candidates before anything is computed. */
export interface SectionOptions<in Row> {
  readonly filter: ((row: Row) => boolean) | undefined;
  /** Ends the wait for candidates to come. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Rows of a section. Few arrays are longer; for shorter ones no shared transform is computed twice.
 */
export const SECTION = 65_536;

/**
 * The candidates section by section. Candidates that a filter refuses are left out, and the others
 * keep their positions.
 *
 * @throws DataError if the iterable or the filter throws, with its error as the cause; the signal's reason when aborted
 */
export async function* sectionsOf<Row>(
  candidates: Candidates<Row>,
  { filter, signal }: SectionOptions<Row>,
  size = SECTION,
): AsyncGenerator<CandidateSection<Row>, void, void> {
  // The caller may change its array while features are awaited.
  const own = isArray(candidates) ? candidates.slice() : candidates;
  let rows: Row[] = [];
  let indices: number[] = [];
  let seen = 0;
  let reused = new ReusedObjects();
  const isFull = (row: Row) => {
    const index = seen++;
    if (!isArray(own) && reused.has(row)) throw new DataError(`candidates: candidate ${index} ${REUSED}`);
    if (filter && !accepts(filter, row, index)) return false;
    rows.push(row);
    return indices.push(index) === size;
  };
  const section = () => {
    const whole = { view: RowView.of(rows), indices: Int32Array.from(indices) };
    rows = [];
    indices = [];
    reused = new ReusedObjects();
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
    throw new DataError(`candidates: the iterable failed after ${seen}: ${errorText(cause)}`, { cause });
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
    throw new DataError(`filter: failed on candidate ${index}: ${errorText(cause)}`, { cause });
  }
  // A promise would accept everything.
  if (!(answer instanceof Promise)) return Boolean(answer);
  throw new DataError(`filter: gave a promise for candidate ${index}; expected true or false`);
}

/** Candidates of one section that are still in the running. */
export interface CandidateBatch<Row> {
  readonly section: CandidateSection<Row>;
  readonly active: ActiveRows;
  /** By the stage that they passed last. */
  readonly scores: Float64Array;
}

/** Rows that are computed and scored together. */
export const STREAM_BATCH = 1024;

/** A section's rows in batches, with nothing computed yet. */
export function* batchesOf<Row>(section: CandidateSection<Row>): Generator<CandidateBatch<Row>> {
  const rows = section.view.length;
  for (let from = 0; from < rows; from += STREAM_BATCH) {
    const batch = consecutive(from, Math.min(STREAM_BATCH, rows - from));
    yield { section, active: someActive(batch), scores: new Float64Array(0) };
  }
}

/** Regroups the batches, all of one section, into batches of the usual size. */
export function* rebatched<Row>(batches: readonly CandidateBatch<Row>[]): Generator<CandidateBatch<Row>> {
  const whole = gathered(batches);
  const rows = whole.active.rows.length;
  for (let from = 0; from < rows; from += STREAM_BATCH) {
    const batch = consecutive(from, Math.min(STREAM_BATCH, rows - from));
    yield { ...whole, active: narrow(whole.active, batch) };
  }
}

/** The batches as one. Rows of several sections become one view, which forgets the values of transforms. */
export function gathered<Row>(batches: readonly CandidateBatch<Row>[]): CandidateBatch<Row> {
  const [{ section }] = batches;
  const isOne = batches.every((batch) => batch.section === section);
  const scores = scoresIn(batches);
  if (isOne) return { section, scores, active: joinActive(batches.map(({ active }) => active)) };
  const rows = batches.flatMap((batch) => batch.section.view.select(batch.active.rows).rows());
  const indices = Int32Array.from(
    batches.flatMap((batch) => Array.from(batch.active.rows, (row) => batch.section.indices[row])),
  );
  let at = 0;
  const moved = batches.map(({ active }) => {
    const places = active.rows.map(() => at++);
    return { ...active, rows: places };
  });
  return { section: { view: RowView.of(rows), indices }, scores, active: joinActive(moved) };
}

/** Applies a cut to all batches together. */
export function cutTo<Row>(
  batches: readonly CandidateBatch<Row>[],
  cut: TopKCut,
  { k, rankClass }: { readonly k: number; readonly rankClass: number },
  candidates: number,
): readonly CandidateBatch<Row>[] {
  return atLeastIn(batches, thresholdIn(cut, scoresIn(batches), k, candidates, rankClass));
}

/** Rows of each batch that aren't under a threshold; at least K of all are. */
export function atLeastIn<Row>(
  batches: readonly CandidateBatch<Row>[],
  threshold: number,
): readonly CandidateBatch<Row>[] {
  return batches.flatMap((batch) => {
    const stay = atLeast(batch.scores, threshold);
    if (stay.length === 0) return [];
    if (stay.length === batch.scores.length) return [batch];
    const scores = new Float64Array(stay.length);
    for (let i = 0; i < stay.length; i++) scores[i] = batch.scores[stay[i]];
    return [{ ...batch, active: narrow(batch.active, stay), scores }];
  });
}

export function scoresIn<Row>(batches: readonly CandidateBatch<Row>[]): Float64Array {
  const all = new Float64Array(passingRows(batches));
  let at = 0;
  for (const { scores } of batches) {
    all.set(scores, at);
    at += scores.length;
  }
  return all;
}

export function passingRows<Row>(batches: readonly CandidateBatch<Row>[]): number {
  return batches.reduce((total, { active }) => total + active.rows.length, 0);
}
