import test from 'ava';
import fc from 'fast-check';
import { classRule, type Decision, leastConfidence, margin, top } from '../../../../lib/learn/exits/index.js';

const scoresOf = (weights: readonly number[]) => {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return Float64Array.from(weights, (weight) => weight / sum);
};

test('no answer is less sure than the least', (t) => {
  const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 });
  const decisions = fc.oneof(
    fc.constant<Decision>({ kind: 'argmax' }),
    fc
      .tuple(
        fc.constantFrom('threshold', 'first-threshold'),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      )
      .map(([kind, threshold]): Decision => ({ kind, threshold })),
  );
  fc.assert(
    fc.property(weights, decisions, fc.constantFrom(top, margin), (drawn, decision, score) => {
      const scores = scoresOf(decision.kind === 'argmax' ? drawn : drawn.slice(0, 2));
      const [answers, confidence] = [new Float64Array(1), new Float64Array(1)];
      classRule(decision, undefined, score).decide(scores, scores.length, answers, confidence);
      const least = leastConfidence(decision, { score: score.kind }, scores.length, answers[0]);
      t.true(Number.isNaN(confidence[0]) || confidence[0] >= least - 1e-12);
    }),
  );
});

test('the least is reached, or nearly', (t) => {
  const argmax: Decision = { kind: 'argmax' };
  t.is(leastConfidence(argmax, { score: 'top' }, 4, 2), 0.25);
  t.is(leastConfidence(argmax, { score: 'margin' }, 4, 2), 0.5);
  const threshold: Decision = { kind: 'threshold', threshold: 0.2 };
  t.is(leastConfidence(threshold, { score: 'top' }, 2, 1), 0.2);
  t.is(leastConfidence(threshold, { score: 'top' }, 2, 0), 0.8);
  const first: Decision = { kind: 'first-threshold', threshold: 0.2 };
  t.is(leastConfidence(first, { score: 'top' }, 2, 0), 0.2);
  t.is(leastConfidence(first, { score: 'top' }, 2, 1), 0.8);
  // By a threshold the runner-up may be the likelier.
  t.is(leastConfidence(threshold, { score: 'margin' }, 2, 1), 0);
  // What a deferral model, an interval or costs may say has no bound.
  t.is(leastConfidence(argmax, { score: 'deferral' }, 4, 2), 0);
  t.is(leastConfidence({ kind: 'value' }, { score: 'interval' }, 1, 0), 0);
  t.is(
    leastConfidence(
      {
        kind: 'costs',
        costs: [
          [0, 1],
          [1, 0],
        ],
      },
      { score: 'top' },
      2,
      0,
    ),
    0,
  );
});
