import test from 'ava';
import fc from 'fast-check';
import { ArtifactError } from '../../../../lib/errors.js';
import { EXIT_FACTS, EXIT_SCORES, loadExitScore } from '../../../../lib/learn/exits/exitScores.js';
import { classRule, type Decision, type ExitScore } from '../../../../lib/learn/exits/index.js';
import { anyScores, scored, softWorld } from './worlds.js';

const KINDS = Object.entries(EXIT_SCORES);

/** Each exit score as fitted to a stage whose probabilities are right. */
const fits = new Map(
  await Promise.all(
    KINDS.flatMap(([kind, { fit }]) =>
      [2, 3, 4].map(async (classes) => {
        const { scores, truth } = softWorld('exits', 2_000, classes, 1);
        const decided = Int32Array.from(truth, (_, row) => likeliest(scores, row, classes));
        const agrees = Uint8Array.from(truth, (own, row) => Number(own === decided[row]));
        const folds = Int32Array.from(truth, (_, row) => row % 5);
        const fitted = await fit({ scores, classes, decided, agrees, folds }, { seed: 1 });
        return [`${kind} of ${classes}`, fitted?.score] as const;
      }),
    ),
  ),
);

function fittedTo(kind: string, classes: number): ExitScore {
  const score = fits.get(`${kind} of ${classes}`);
  if (score === undefined) throw new Error(`expected a fit of '${kind}' to ${classes} classes`);
  return score;
}

function likeliest(scores: Float64Array, row: number, classes: number): number {
  const own = scores.subarray(row * classes, (row + 1) * classes);
  return own.indexOf(Math.max(...own));
}

for (const [kind, scoring] of KINDS) {
  test(`${kind}: fitted, blank and restored are of its kind`, (t) => {
    const fitted = fittedTo(kind, 3);
    const kinds: string[] = [fitted, scoring.blank(3), loadExitScore(fitted.state)].map(
      (score) => score.kind,
    );
    t.deepEqual(kinds, [kind, kind, kind]);
  });

  test(`${kind}: a degenerate row is NaN, which no threshold lets out`, (t) => {
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
    const exit = fittedTo(kind, 3);
    for (const [row, decided] of bad) t.deepEqual(scored(exit, 3, row, [decided]), [Number.NaN], `${row}`);
    t.false(Number.isNaN(scored(exit, 3, [0.25, 0.25, 0.5], [2])[0]), 'a tie among the others is none');
  });

  test(`${kind}: within [0, 1], alone as in a batch, and the same from its state`, (t) => {
    fc.assert(
      fc.property(anyScores, ({ scores, classes, truth }) => {
        const exit = fittedTo(kind, classes);
        const out = scored(exit, classes, [...scores], [...truth]);
        const { json, tensors } = exit.state;
        const loaded = loadExitScore({ json: JSON.parse(JSON.stringify(json)), tensors });
        t.deepEqual(loaded.state, exit.state);
        t.deepEqual(scored(loaded, classes, [...scores], [...truth]), out);
        out.forEach((score, row) => {
          t.true(Number.isNaN(score) || (score >= 0 && score <= 1));
          const own = [...scores.subarray(row * classes, (row + 1) * classes)];
          t.deepEqual(scored(exit, classes, own, [truth[row]]), [score]);
        });
      }),
      { seed: 61, numRuns: 100 },
    );
  });

  test(`${kind}: the likelier a class beside equal others, the surer`, (t) => {
    for (const classes of [2, 3, 4]) {
      const chances = [0.99, 0.9, 0.8, 0.7, 0.6, 0.55];
      for (let decided = 0; decided < classes; decided++) {
        const rows = chances.flatMap((p) =>
          Array.from({ length: classes }, (_, c) => (c === decided ? p : (1 - p) / (classes - 1))),
        );
        const sure = scored(fittedTo(kind, classes), classes, rows, Array(chances.length).fill(decided));
        sure.slice(1).forEach((next, i) => {
          t.true(next < sure[i], `${classes} classes, ${chances[i + 1]}: ${next}`);
        });
      }
    }
  });

  test(`${kind}: no answer is less sure than the least`, (t) => {
    const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 4 });
    const decisions = fc.oneof(
      fc.constant<Decision>({ kind: 'argmax' }),
      fc
        .tuple(
          fc.constantFrom('threshold', 'first-threshold'),
          fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        )
        .map(([by, threshold]): Decision => ({ kind: by, threshold })),
    );
    fc.assert(
      fc.property(weights, decisions, (drawn, decision) => {
        const own = decision.kind === 'argmax' ? drawn : drawn.slice(0, 2);
        const sum = own.reduce((all, weight) => all + weight, 0);
        const scores = Float64Array.from(own, (weight) => weight / sum);
        const [answers, confidence] = [new Float64Array(1), new Float64Array(1)];
        const exit = fittedTo(kind, scores.length);
        classRule(decision, undefined, exit).decide(scores, scores.length, answers, confidence);
        const least = scoring.least(decision, scores.length, answers[0]);
        t.true(Number.isNaN(confidence[0]) || confidence[0] >= least - 1e-12);
      }),
    );
  });
}

test('each has words of its own', (t) => {
  const words = Object.values(EXIT_FACTS).map((facts) => facts.words);
  t.is(new Set(words).size, words.length);
  t.true(words.every((each) => each.length > 0));
});

test('a state of no known kind is refused', (t) => {
  for (const json of [null, {}, { kind: 'none' }, { kind: 'toString' }]) {
    t.throws(() => loadExitScore({ json, tensors: {} }), {
      instanceOf: ArtifactError,
      message: /exit score/,
    });
  }
});
