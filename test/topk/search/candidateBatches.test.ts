import test from 'ava';
import type { QuerySet } from '../../../topk/problem/queries.js';
import { candidateBatches } from '../../../topk/search/candidateBatches.js';

/** Queries of so many candidates each, whose rows say which query they are of. */
function queries(...sizes: readonly number[]): QuerySet<{ query: number; candidate: number }> {
  const rows = sizes.flatMap((size, query) =>
    Array.from({ length: size }, (_, candidate) => ({ query, candidate })),
  );
  let from = 0;
  return {
    rows,
    queries: sizes.map((size, number) => {
      const candidates = Int32Array.from({ length: size }, (_, i) => from + i);
      from += size;
      return { candidates, k: 1, rankClass: -1, number };
    }),
  };
}

test('batches are of one query each, spread over it, without a row twice; each round another one', (t) => {
  const batches = candidateBatches(queries(100, 80, 120, 100, 100)) ?? t.fail('batches');
  t.deepEqual(batches.sizes, [13, 25, 50, 100]);
  const requested = new Map<number, Set<number>>();
  for (let round = 0; round < 12; round++) {
    for (const size of batches.sizes ?? []) {
      const rows = batches.take(size, round);
      t.is(rows.length, size);
      t.is(new Set(rows).size, size);
      t.is(new Set(rows.map(({ query }) => query)).size, 1);
      const [first, last] = [rows[0].candidate, rows[size - 1].candidate];
      t.true(last - first >= 0.75 * (rows[0].query === 2 ? 120 : 100), `${first} to ${last}`);
      requested.set(size, new Set([...(requested.get(size) ?? []), rows[0].query]));
    }
  }
  // The second query is too small for the largest of them.
  for (const own of requested.values()) t.deepEqual([...own].sort(), [0, 2, 3, 4]);
});

test('large queries are measured by 256 candidates; where all are too small, or none are there, by other rows', (t) => {
  t.deepEqual(candidateBatches(queries(5_000, 9_000))?.sizes, [32, 64, 128, 256]);
  t.deepEqual(candidateBatches(queries(16, 16))?.sizes, [2, 4, 8, 16]);
  t.is(candidateBatches(queries(2, 2)), undefined);
  t.is(candidateBatches(queries(1, 1, 1)), undefined);
  t.is(candidateBatches(queries()), undefined);
});
