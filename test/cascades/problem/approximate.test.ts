import test from 'ava';
import { approximateOf, offeredBeside } from '../../../cascades/problem/index.js';
import {
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  randomForest,
  ridgeRegression,
} from '../../../index.js';
import { profileOf } from '../../support/agreement.js';

const column = () => Float32Array.of(0);
const whole = define({ a: dense(1, column) });
const gaps = define({ a: dense(1, column), b: { ...dense(1, column), missing: true } });
const offered = (given: Parameters<typeof offeredBeside>[0]) => offeredBeside(given).map(({ name }) => name);

test('beside boosted trees and forests stages are offered smaller trees and a linear model', (t) => {
  const small = 'small-gradient-boosting';
  t.deepEqual(offered({ full: gradientBoosting(), features: whole }), [small, 'logistic-regression']);
  t.deepEqual(offered({ full: gradientBoosting({ loss: 'squared' }), features: whole }), [
    small,
    'ridge-regression',
  ]);
  t.deepEqual(offered({ full: randomForest(), features: whole }), ['logistic-regression']);
  const trained = { name: 'trained', classes: 2, labels: ['a', 'b'], score() {} };
  const carrying = { ...trained, approximate: gradientBoosting() };
  t.deepEqual(offered({ full: carrying, features: whole }), [small, 'logistic-regression']);
  t.deepEqual(offered({ full: trained, features: whole }), []);
});

test('none beside linear models, learners of one’s own and those that were given', (t) => {
  t.deepEqual(offered({ full: logisticRegression(), features: whole }), []);
  t.deepEqual(offered({ full: ridgeRegression(), features: whole }), []);
  const mine = { ...gradientBoosting(), name: 'mine', fit: () => Promise.reject(new Error('none')) };
  t.deepEqual(offered({ full: mine, features: whole }), []);
  const approximate = gradientBoosting({ rounds: 30 });
  t.deepEqual(offered({ full: gradientBoosting(), features: whole, approximate }), []);
  t.deepEqual(approximateOf({ full: gradientBoosting(), features: whole, approximate }), [approximate]);
});

test('no linear one where values are missing, or the trees’ options say something of features', (t) => {
  const small = ['small-gradient-boosting'];
  t.deepEqual(offered({ full: gradientBoosting(), features: gaps }), small);
  t.deepEqual(offered({ full: gradientBoosting({ monotone: { a: 1 } }), features: whole }), small);
  t.deepEqual(offered({ full: gradientBoosting({ categorical: { a: true } }), features: whole }), small);
});

test('none that a profile which was given has no cost of', (t) => {
  const full = gradientBoosting();
  const profile = profileOf<string>({ a: 1 }, ['gradient-boosting', 'logistic-regression']);
  t.deepEqual(offered({ full, features: whole, profile }), ['logistic-regression']);
});
