import test from 'ava';
import fc from 'fast-check';
import { mergedCounts, type PartitionCounts, totalCounts } from '../../../cascades/batch/index.js';
import { DataError } from '../../../index.js';

const counted = fc.array(
  fc.record({
    rows: fc.nat(9),
    leaving: fc.tuple(fc.nat(9), fc.nat(9)),
    open: fc.tuple(fc.nat(9), fc.nat(9)),
  }),
  { maxLength: 6 },
);
/** Parts of one batch's counts, which overlap. */
const parts = counted.chain((all) => {
  const named = all.map((each, i): [string, PartitionCounts] => [`p${i}`, { partition: `p${i}`, ...each }]);
  return fc.tuple(fc.subarray(named), fc.subarray(named), fc.subarray(named));
});
const sorted = (map: ReadonlyMap<string, PartitionCounts>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

test('merging counts commutes, is associative and idempotent', (t) => {
  const law = fc.property(parts, (all) => {
    const [a, b, c] = all.map((part) => new Map(part));
    t.deepEqual(sorted(mergedCounts(a, b)), sorted(mergedCounts(b, a)));
    t.deepEqual(sorted(mergedCounts(mergedCounts(a, b), c)), sorted(mergedCounts(a, mergedCounts(b, c))));
    t.deepEqual(mergedCounts(a, a), a);
  });
  fc.assert(law, { numRuns: 50 });
});

const map = (...all: PartitionCounts[]) => new Map(all.map((each) => [each.partition, each]));
const a = { partition: 'a', rows: 10, leaving: [2, 5], open: [2, 6] };
const b = { partition: 'b', rows: 20, leaving: [3, 3], open: [3, 4] };

test('totals are sums over the partitions, each once', (t) => {
  const merged = mergedCounts(map(a, b), map(b));
  t.deepEqual(totalCounts(['b', 'a'], merged), { rows: 30, leaving: [5, 8], open: [5, 10] });
});

test('a partition that is missing, or was counted in two ways, is named', (t) => {
  t.throws(() => totalCounts(['a', 'b', 'c'], map(a)), { instanceOf: DataError, message: /2 of 3 .*b, c/ });
  t.throws(() => mergedCounts(map(a), map({ ...a, leaving: [2, 4] })), {
    instanceOf: DataError,
    message: /partition a was counted twice/,
  });
});
