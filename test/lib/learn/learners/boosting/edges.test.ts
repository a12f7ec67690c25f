import test from 'ava';
import fc from 'fast-check';
import { binEdges, binOf, writeBins } from '../../../../../lib/learn/learners/boosting/edges.js';

const numbers = fc.float32Array({ noNaN: true, minLength: 1, maxLength: 60 });

test('few numbers have a bin each, with edges halfway', (t) => {
  t.deepEqual([...binEdges(Float32Array.of(-2, 1, 1, 4, 10), 0, 255)], [-0.5, 2.5, 7]);
  t.deepEqual([...binEdges(Float32Array.of(-2, 1, 4), 3, 255)], [-1, 0.5, 2.5]);
  t.deepEqual([...binEdges(Float32Array.of(5, 5), 0, 255)], []);
});

test('many numbers share the bins evenly, and one that fills a bin alone gets one', (t) => {
  t.deepEqual(
    [
      ...binEdges(
        Float32Array.from({ length: 12 }, (_, i) => i),
        0,
        4,
      ),
    ],
    [2.5, 5.5, 8.5],
  );
  // 0 has 8 of 16 rows: the eight others share what is left of the four bins.
  const edges = binEdges(
    Float32Array.from({ length: 8 }, (_, i) => i + 1),
    8,
    3,
  );
  t.deepEqual([...edges], [0.5, 4.5]);
});

test('zeros that are not stored count like stored ones', (t) => {
  fc.assert(
    fc.property(numbers, fc.nat(20), fc.integer({ min: 2, max: 12 }), (values, zeros, bins) => {
      const stored = Float32Array.from([...values, ...new Array<number>(zeros).fill(0)]).sort();
      t.deepEqual(binEdges(values.sort(), zeros, bins), binEdges(stored, 0, bins));
    }),
  );
});

test('an edge parts numbers of the column as a single-precision comparison does, next neighbours too', (t) => {
  const bits = (value: number) => new Float32Array(Uint32Array.of(value).buffer)[0];
  const neighbours = fc
    .integer({ min: 0, max: 0x7f7ffff0 })
    .map((from) => Float32Array.from({ length: 5 }, (_, i) => bits(from + i)));
  fc.assert(
    fc.property(fc.oneof(numbers, neighbours), fc.integer({ min: 2, max: 255 }), (values, bins) => {
      const sorted = values.slice().sort();
      const edges = binEdges(sorted, 0, bins);
      const distinct = new Set(Array.from(sorted, (value) => (value === 0 ? 0 : value))).size;
      t.true(edges.length < bins);
      if (distinct <= bins) t.is(edges.length, distinct - 1);
      edges.forEach((edge, e) => {
        t.true(sorted.some((value) => binOf(edges, value) === e && value <= edge));
        if (e > 0) t.true(edge > edges[e - 1]);
      });
      t.true(binOf(edges, sorted[sorted.length - 1]) === edges.length);
    }),
  );
});

test('bins written in one go are those of each number', (t) => {
  fc.assert(
    fc.property(
      numbers,
      fc.float32Array({ maxLength: 20 }),
      fc.integer({ min: 2, max: 60 }),
      (known, others, bins) => {
        const edges = binEdges(known.slice().sort(), 0, bins);
        const values = Float32Array.from([...known, ...others, ...edges, Infinity, -Infinity, Number.NaN]);
        const into = new Uint8Array(values.length);
        writeBins(edges, values, 0, 1, into, 255);
        t.deepEqual(
          [...into],
          Array.from(values, (value) => (Number.isNaN(value) ? 255 : binOf(edges, value))),
        );
      },
    ),
  );
});
