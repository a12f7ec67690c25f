import test from 'ava';
import fc from 'fast-check';
import { type Decision, decide } from '../../../../lib/learn/exits/index.js';

const argmax: Decision = { kind: 'argmax' };
const probability = fc.double({ min: 0, max: 1, noNaN: true });

function decided(decision: Decision, ...scores: number[]): number {
  return decide(decision, Float64Array.from(scores), 0, scores.length);
}

test('the likeliest class, the first of equals', (t) => {
  t.is(decided(argmax, 0.2, 0.5, 0.3), 1);
  t.is(decided(argmax, 0.4, 0.2, 0.4), 0);
  t.is(decide(argmax, Float64Array.of(1, 0, 0.1, 0.9), 2, 2), 1, 'of the row that starts at 2');
});

test('the second class from the threshold on', (t) => {
  const decision: Decision = { kind: 'threshold', threshold: 0.3 };
  t.is(decided(decision, 0.7, 0.3), 1);
  t.is(decided(decision, 0.71, 0.29), 0);
});

test('the first class from its own threshold on', (t) => {
  const decision: Decision = { kind: 'first-threshold', threshold: 0.3 };
  t.is(decided(decision, 0.3, 0.7), 0);
  t.is(decided(decision, 0.29, 0.71), 1);
  t.is(decided(decision, Number.NaN, 0.71), Number.NaN);
});

test('the class of least expected cost', (t) => {
  // A missed fire costs 10, a false alarm 1: to say 'fire' costs .8 x 1, to say 'none' .2 x 10.
  const decision: Decision = {
    kind: 'costs',
    costs: [
      [0, 1],
      [10, 0],
    ],
  };
  t.is(decided(decision, 0.8, 0.2), 1);
  t.is(decided(decision, 0.95, 0.05), 0);
});

test('a score that is NaN decides nothing, wherever it stands', (t) => {
  t.is(decided(argmax, Number.NaN, 0.9), Number.NaN);
  t.is(decided(argmax, 0.9, Number.NaN), Number.NaN);
  t.is(decided({ kind: 'threshold', threshold: 0.5 }, 0.5, Number.NaN), Number.NaN);
  const costs = [
    [0, 1],
    [1, 0],
  ];
  t.is(decided({ kind: 'costs', costs }, Number.NaN, 0.5), Number.NaN);
  t.is(decided({ kind: 'costs', costs }, 0.5, Number.NaN), Number.NaN);
});

test('equal costs are argmax, and unequal ones of two classes a threshold', (t) => {
  fc.assert(
    fc.property(fc.array(probability, { minLength: 2, maxLength: 5 }), (raw) => {
      fc.pre(new Set(raw).size === raw.length);
      const total = raw.reduce((sum, p) => sum + p, 0);
      const scores = raw.map((p) => p / total);
      // The expected costs differ from the probabilities by rounding: leave near ties out.
      const [top, next] = [...scores].sort((a, b) => b - a);
      fc.pre(top - next > 1e-9);
      const costs = scores.map((_, truth) => scores.map((_, answer) => Number(truth !== answer)));
      t.is(decided({ kind: 'costs', costs }, ...scores), decided(argmax, ...scores));
    }),
  );
  fc.assert(
    fc.property(probability, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (p, threshold) => {
      fc.pre(Math.abs(p - threshold) > 1e-9);
      const costs = [
        [0, threshold],
        [1 - threshold, 0],
      ];
      t.is(decided({ kind: 'costs', costs }, 1 - p, p), decided({ kind: 'threshold', threshold }, 1 - p, p));
    }),
  );
});
