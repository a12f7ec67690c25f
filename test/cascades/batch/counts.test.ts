import test from 'ava';
import fc from 'fast-check';
import { type PartitionCounts, totalCounts } from '../../../cascades/batch/index.js';
import { DataError } from '../../../index.js';

const a = { partition: 'a', rows: 10, leaving: [2, 5], open: [2, 6] };
const b = { partition: 'b', rows: 20, leaving: [3, 3], open: [3, 4] };
const map = (...all: PartitionCounts[]) => new Map(all.map((each) => [each.partition, each]));

test('totals are sums over the partitions, each once', (t) => {
  t.deepEqual(totalCounts(['b', 'a'], map(a, b, a)), { rows: 30, leaving: [5, 8], open: [5, 10] });
});

test('a partition that isn’t of the batch counts nothing', (t) => {
  t.deepEqual(totalCounts(['a'], map(a, b)), { rows: 10, leaving: [2, 5], open: [2, 6] });
});

test('totals depend neither on the order of partitions nor on how often one was counted', (t) => {
  const counted = fc.record({
    rows: fc.nat(9),
    leaving: fc.tuple(fc.nat(9), fc.nat(9)),
    open: fc.tuple(fc.nat(9), fc.nat(9)),
  });
  const parts = fc
    .array(counted, { maxLength: 6 })
    .map((all) => all.map((each, i): PartitionCounts => ({ partition: `p${i}`, ...each })))
    .chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })),
    );
  const law = fc.property(parts, (pair) => {
    const [once, twice] = pair.map((all) => totalCounts([...map(...all).keys()], map(...all)));
    t.deepEqual(once, twice);
  });
  fc.assert(law, { numRuns: 50 });
});

test('a partition that is missing is named', (t) => {
  t.throws(() => totalCounts(['a', 'b', 'c'], map(a)), { instanceOf: DataError, message: /2 of 3 .*b, c/ });
});
