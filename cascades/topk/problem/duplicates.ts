import { DataError } from '../../../lib/errors.js';
import { RowReader } from '../../../lib/rows/index.js';

/** The identity of a query: its candidates, in any order, its K and its class. */
interface Given<Row> {
  readonly rows: readonly Row[];
  /** K and the class, if the query has its own. */
  readonly signature: string;
}

/**
 * The queries without those that equal an earlier one. A query that is given twice was drawn once as far as anybody can tell; on both sides of a
 * split it would choose the plan that it then tests. Candidates are compared by content, as rows are.
 *
 * @returns the first of each set of equals, in the order given
 */
export function withoutCopies<Row, Query extends Given<Row>>(queries: readonly Query[]): Query[] {
  const candidates = new Set<Row>();
  for (const { rows } of queries) for (const row of rows) candidates.add(row);
  const distinct = [...candidates];
  const { keys } = new RowReader().keysOf(distinct);
  const numbers = new Map<number, number>();
  for (const key of keys) if (!numbers.has(key)) numbers.set(key, numbers.size);
  const numbered = new Map(distinct.map((row, i) => [row, numbers.get(keys[i]) ?? 0]));
  const numberOf = (row: Row) => numbered.get(row) ?? 0;
  const alike = new Map<string, { readonly rows: Int32Array }[]>();
  return queries.filter(({ rows, signature }) => {
    const own = Int32Array.from(rows, numberOf);
    const key = `${signature} ${own.length} ${sumOf(own)}`;
    const others = alike.get(key) ?? [];
    if (others.some((other) => isSameSet(other.rows, own))) return false;
    alike.set(key, [...others, { rows: own }]);
    return true;
  });
}

/** A sum of scattered numbers: the same in any order, and of different sets hardly ever. */
function sumOf(numbers: Int32Array): number {
  return numbers.reduce((sum, number) => sum + (Math.imul(number ^ (number >>> 15), 0x2c1b3c6d) >>> 0), 0);
}

function isSameSet(some: Int32Array, others: Int32Array): boolean {
  const [a, b] = [some.toSorted(), others.toSorted()];
  return a.every((number, i) => number === b[i]);
}

/**
 * Refuses candidates that models were fitted to: they are no evidence. Rows are compared by
 * content, since rows that were read again are other objects; if inputs repeat by nature, only the
 * very same object counts.
 *
 * @returns a check of one query's candidates; `place` precedes their positions in the message
 */
export function untrained<Row>(
  rows: readonly Row[],
  repeats: boolean,
): (candidates: readonly Row[], place: string) => void {
  if (rows.length === 0) return () => {};
  const reader = new RowReader();
  const same = new Set(rows);
  const alike = new Set(repeats ? [] : reader.keysOf(rows).keys);
  return (candidates, place) => {
    const keys = repeats ? undefined : reader.keysOf(candidates).keys;
    const trained = candidates.findIndex((row, i) => same.has(row) || (keys && alike.has(keys[i])));
    if (trained < 0) return;
    throw new DataError(
      `${place} ${trained} is among \`rows\` too; a model's own training rows are no evidence on new candidates. Where inputs repeat by nature, pass repeats: true`,
    );
  };
}
