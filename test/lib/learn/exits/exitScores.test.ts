import test from 'ava';
import fc from 'fast-check';
import { ArtifactError } from '../../../../lib/errors.js';
import { type ExitScore, loadExitScore, margin, top } from '../../../../lib/learn/exits/index.js';
import { anyScores } from './worlds.js';

function scored(exit: ExitScore, classes: number, scores: readonly number[], decided: readonly number[]) {
  const out = new Float64Array(decided.length);
  exit.score(Float64Array.from(scores), classes, Int32Array.from(decided), out);
  return [...out];
}

test('top and margin, by hand', (t) => {
  const scores = [0.5, 0.25, 0.25, 0.125, 0.125, 0.75];
  t.deepEqual(scored(top, 3, scores, [0, 2]), [0.5, 0.75]);
  t.deepEqual(scored(margin, 3, scores, [0, 2]), [0.625, 0.8125]);
});

test('a class decided that is not the likeliest is scored as it is', (t) => {
  t.deepEqual(scored(top, 2, [0.75, 0.25], [1]), [0.25]);
  t.deepEqual(scored(margin, 3, [0.75, 0.25, 0], [1]), [0.25]);
});

for (const exit of [top, margin]) {
  test(`${exit.kind}: a degenerate row is NaN, which no threshold lets out`, (t) => {
    const bad: [number[], number][] = [
      [[0.2, 0.3, 0.5], -1],
      [[0.2, 0.3, 0.5], 3],
      [[0.2, Number.NaN, 0.8], 2],
      [[Number.NaN, 0.2, 0.8], 0],
      [[0, 0, Infinity], 2],
      [[-Infinity, 0.5, 0.5], 1],
      [[-0.5, 0.5, 1], 2],
      [[0, 0.1, 1.5], 2],
      [[0.4, 0.2, 0.4], 0],
      [[0.25, 0.25, 0.25], 0],
      [[0, 0, 0], 0],
    ];
    for (const [row, decided] of bad) t.deepEqual(scored(exit, 3, row, [decided]), [Number.NaN], `${row}`);
    t.false(Number.isNaN(scored(exit, 3, [0.25, 0.25, 0.5], [2])[0]), 'a tie among the others is none');
  });

  test(`${exit.kind}: within [0, 1], alone as in a batch, and the same from its state`, (t) => {
    fc.assert(
      fc.property(anyScores, ({ scores, classes, truth }) => {
        const out = scored(exit, classes, [...scores], [...truth]);
        t.deepEqual(scored(loadExitScore(exit.state), classes, [...scores], [...truth]), out);
        out.forEach((score, row) => {
          t.true(Number.isNaN(score) || (score >= 0 && score <= 1));
          const own = [...scores.subarray(row * classes, (row + 1) * classes)];
          t.deepEqual(scored(exit, classes, own, [truth[row]]), [score]);
        });
      }),
      { seed: 61, numRuns: 100 },
    );
  });
}

test('with two classes the margin is the top', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1), (p, decided) => {
      const [a] = scored(top, 2, [1 - p, p], [decided]);
      const [b] = scored(margin, 2, [1 - p, p], [decided]);
      t.true(Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) < 1e-15, `${a} ${b}`);
    }),
  );
});

test('a state of no known kind is refused', (t) => {
  for (const json of [null, {}, { kind: 'entropy' }, { kind: 'toString' }]) {
    t.throws(() => loadExitScore({ json, tensors: {} }), {
      instanceOf: ArtifactError,
      message: /exit score/,
    });
  }
});
