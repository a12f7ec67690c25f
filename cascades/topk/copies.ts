/** What makes a query the one that it is: its candidates, in whatever order, and what is asked of them. */
interface Given<Row> {
  readonly rows: readonly Row[];
  /** K and the class, as the query itself says them. */
  readonly asks: string;
}

/**
 * The queries without those that equal an earlier one. A query that is given twice was drawn once as far as anybody can tell; on both sides of a
 * split it would choose the plan that it then tests.
 *
 * @returns the first of each set of equals, in the order given
 */
export function withoutCopies<Row, Query extends Given<Row>>(queries: readonly Query[]): Query[] {
  const numbers = new Map<Row, number>();
  const numberOf = (row: Row) => {
    const known = numbers.get(row);
    if (known !== undefined) return known;
    numbers.set(row, numbers.size);
    return numbers.size - 1;
  };
  const alike = new Map<string, { readonly rows: Int32Array }[]>();
  return queries.filter(({ rows, asks }) => {
    const own = Int32Array.from(rows, numberOf);
    const key = `${asks} ${own.length} ${sumOf(own)}`;
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
