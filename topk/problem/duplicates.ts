import type { Repeats } from '../../cascades/index.js';
import { type FittedBefore, FittedRows } from '../../cascades/internal.js';
import { type Equals, KeySet, RowReader, SameRows, whereKnown } from '../../lib/data/rows/index.js';
import { DataError } from '../../lib/errors.js';

/**
 * Refuses candidates that models were fitted on before. Those of all queries, also where some are only going to train:
 * which queries the certificate gets is drawn later, and what is fitted to such candidates learns how sure the model
 * is of rows that it knows by heart.
 *
 * @param where the candidates are, before the message
 * @throws UsedRows for positions among the candidates, one query after the other
 */
export function refuseFitted(
  models: readonly FittedBefore[],
  queries: readonly { readonly candidates: readonly unknown[] }[],
  where: string,
): void {
  const fitted = new FittedRows(models);
  let count = 0;
  for (const { candidates } of queries) {
    fitted.look(candidates, count);
    count += candidates.length;
  }
  fitted.refuse(count, undefined, where);
}

/** The identity of a query: its candidates, in any order, its K and its class. */
interface Given<Row> {
  readonly rows: readonly Row[];
  /** K and the class, if the query has its own. */
  readonly signature: string;
}

/**
 * Which queries equal each other. One that is given twice may have been drawn once; on both sides of a split it would
 * choose the plan that it then tests. Candidates are compared by content, as rows are.
 */
export function equalQueries<Row>(queries: readonly Given<Row>[]): Equals {
  const candidates = new Set<Row>();
  for (const { rows } of queries) for (const row of rows) candidates.add(row);
  const distinct = [...candidates];
  const { keys } = new RowReader().keysOf(distinct);
  const numbers = new Map<number, number>();
  for (const key of keys) if (!numbers.has(key)) numbers.set(key, numbers.size);
  const numbered = new Map(distinct.map((row, i) => [row, numbers.get(keys[i]) ?? 0]));
  const numberOf = (row: Row) => numbered.get(row) ?? 0;
  const alike = new Map<string, { readonly rows: Int32Array; readonly place: number }[]>();
  const first = Int32Array.from(queries, ({ rows, signature }, place) => {
    const own = Int32Array.from(rows, numberOf);
    const key = `${signature} ${own.length} ${sumOf(own)}`;
    const others = alike.get(key) ?? [];
    const equal = others.find((other) => isSameSet(other.rows, own));
    if (equal === undefined) alike.set(key, [...others, { rows: own, place }]);
    return equal?.place ?? place;
  });
  return { first, copies: first.filter((before, place) => before !== place).length };
}

/** A sum of scattered numbers: the same in any order, and of different sets hardly ever. */
function sumOf(numbers: Int32Array): number {
  return numbers.reduce((sum, number) => sum + (Math.imul(number ^ (number >>> 15), 0x2c1b3c6d) >>> 0), 0);
}

function isSameSet(some: Int32Array, others: Int32Array): boolean {
  const [a, b] = [some.toSorted(), others.toSorted()];
  return a.every((number, i) => number === b[i]);
}

/** Whether equal rows and queries are copies of one draw. */
export function areCopies(repeats: Repeats | undefined): boolean {
  return repeats === 'copies' || repeats === false;
}

/**
 * Refuses candidates that models were fitted to: they are no evidence. The very same object is one; so is an equal
 * row, where equal rows are copies of one draw. Where they are draws of their own, an equal row is a popular one; but
 * if all candidates equal training rows, they may as well be the training rows read again, and the user has to say
 * which.
 *
 * @param place precedes a candidate's position in the message
 * @returns the number of candidates that equal a training row
 */
export function checkUntrained<Row>(
  rows: readonly Row[],
  repeats: Repeats | undefined,
  queries: readonly { readonly candidates: readonly Row[]; readonly place: string }[],
): number {
  if (rows.length === 0) return 0;
  const reader = new RowReader();
  const same = SameRows.of(rows);
  const alike = new KeySet(reader.keysOf(rows).keys);
  let [equal, all] = [0, 0];
  for (const { candidates, place } of queries) {
    const known = whereKnown(reader.keysOf(candidates).keys, alike);
    const trained = known.find((i) => areCopies(repeats) || same.has(candidates[i]));
    if (trained !== undefined) {
      const hint = same.has(candidates[trained])
        ? ''
        : "; they are equal, and with repeats: 'copies' copies of one draw. Without it each is a draw of its own";
      throw new DataError(
        `${place} ${trained} is among \`rows\` too; a model's own training rows are no evidence on new ` +
          `candidates${hint}`,
      );
    }
    equal += known.length;
    all += candidates.length;
  }
  if (equal === all && repeats === undefined) {
    throw new DataError(
      'queries: every candidate equals one of `rows`, as it does where training rows are given again; if ' +
        'inputs repeat by nature, and all these were drawn apart, pass repeats: true',
    );
  }
  return equal;
}
