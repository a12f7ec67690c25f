import fc from 'fast-check';

/** All indices by a plain sort: what selection must begin with. */
export function sorted(scores: Float64Array): Int32Array {
  const order = Array.from(scores.keys());
  return Int32Array.from(
    order.sort((a, b) => (scores[a] < scores[b] ? 1 : scores[a] > scores[b] ? -1 : a - b)),
  );
}

/** Scores of which many are equal, zeros of both signs and infinite ones among them. */
export function anyScores(most: number): fc.Arbitrary<Float64Array> {
  const score = fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  );
  return fc.array(score, { maxLength: most }).map((scores) => Float64Array.from(scores));
}
