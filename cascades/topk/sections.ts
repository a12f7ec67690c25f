import { untilAborted } from '../../lib/abort.js';
import { consecutive } from '../../lib/blocks/index.js';
import { DataError } from '../../lib/errors.js';
import { RowView } from '../../lib/features/index.js';

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
