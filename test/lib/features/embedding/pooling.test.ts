import test from 'ava';
import { pooled } from '../../../../lib/features/embedding/pooling.js';

/** Two texts of 2 and 1 tokens, padded to 3, in two dimensions. */
const vectors = {
  data: Float32Array.of(3, 0, 0, 4, 99, 99, /**/ 0, 5, 99, 99, 99, 99),
  tokens: 3,
  dimensions: 2,
};
const texts = [[1, 2], [1]];
const pool = (...[pooling, normalize]: [Parameters<typeof pooled>[2], boolean]) => [
  ...pooled(vectors, texts, pooling, normalize).data,
];

test("a text's vector is made of its own tokens, by each pooling", (t) => {
  t.deepEqual(pool('mean', false), [1.5, 2, 0, 5]);
  t.deepEqual(pool('cls', false), [3, 0, 0, 5]);
  t.deepEqual(pool('last_token', false), [0, 4, 0, 5], 'the last token, not the last place');
  t.deepEqual(pooled(vectors, texts, 'mean', true).dims, [2, 2]);
});

test('a normalised vector has length 1, and zeros stay', (t) => {
  t.deepEqual(pool('mean', true), [Math.fround(0.6), Math.fround(0.8), 0, 1]);
  const zeros = { data: new Float32Array(2), tokens: 1, dimensions: 2 };
  t.deepEqual([...pooled(zeros, [[1]], 'mean', true).data], [0, 0]);
});
