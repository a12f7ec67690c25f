import test from 'ava';
import { approximateOf } from '../../../cascades/problem/index.js';
import { define, dense, gradientBoosting, logisticRegression, ridgeRegression } from '../../../index.js';

const column = () => Float32Array.of(0);
const whole = define({ a: dense(1, column) });
const gaps = define({ a: dense(1, column), b: { ...dense(1, column), missing: true } });
const namesOf = (given: Parameters<typeof approximateOf>[0]) => approximateOf(given).map(({ name }) => name);

test('stages are offered the full learner, smaller trees of it and a linear model', (t) => {
  const trees = ['gradient-boosting', 'small-gradient-boosting'];
  t.deepEqual(namesOf({ full: gradientBoosting(), features: whole }), [...trees, 'logistic-regression']);
  t.deepEqual(namesOf({ full: gradientBoosting({ loss: 'squared' }), features: whole }), [
    ...trees,
    'ridge-regression',
  ]);
  t.deepEqual(namesOf({ full: logisticRegression(), features: whole }), ['logistic-regression']);
  t.deepEqual(namesOf({ full: ridgeRegression(), features: whole }), ['ridge-regression']);
});

test('none that can’t take missing values, or that a given profile has no cost of', (t) => {
  const full = gradientBoosting();
  t.deepEqual(namesOf({ full, features: gaps }), ['gradient-boosting', 'small-gradient-boosting']);
  const cost = { fixed: 1, perRow: 1, growth: 0, price: 0 };
  const models = { 'gradient-boosting': cost, 'logistic-regression': cost };
  t.deepEqual(namesOf({ full, features: whole, profile: { models } as never }), [
    'gradient-boosting',
    'logistic-regression',
  ]);
});

test('what is given is taken as it is, and a trained model’s own has a linear one beside it', (t) => {
  const mine = { ...logisticRegression(), name: 'mine' };
  t.deepEqual(namesOf({ full: gradientBoosting(), features: whole, approximate: mine }), ['mine']);
  const trained = { name: 'trained', classes: 2, labels: ['a', 'b'], score() {} };
  t.deepEqual(namesOf({ full: trained, features: whole }), ['logistic-regression']);
  t.deepEqual(namesOf({ full: trained, features: gaps }), ['gradient-boosting']);
  t.deepEqual(namesOf({ full: { ...trained, approximate: gradientBoosting() }, features: whole }), [
    'gradient-boosting',
    'small-gradient-boosting',
    'logistic-regression',
  ]);
});
