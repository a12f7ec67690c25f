import test from 'ava';
import { chanceOfMore, chanceOfSuch } from '../../../bench/validity/refuted.js';
import { near } from '../../support/near.js';

test('tails of three trials, by hand', (t) => {
  near(t, chanceOfMore(2, 3, 0.5), 0.5, 1e-12);
  near(t, chanceOfMore(3, 3, 0.1), 0.001, 1e-12);
  t.is(chanceOfMore(0, 3, 0.1), 1);
  near(t, chanceOfSuch(3, 3, 0.5), 0.25, 1e-12);
  near(t, chanceOfSuch(0, 3, 0.1), 1, 1e-12);
  near(t, chanceOfSuch(0, 3, 0.9), 0.002, 1e-12);
});

test('of 2,000 trials at 5 %, 130 are nothing unusual and 135 refute', (t) => {
  // The normal approximation puts the thousandth at 100.5 + 3.09 · 9.75 = 130.6; the tail is skewed by one or two.
  t.true(chanceOfMore(130, 2_000, 0.05) > 0.001);
  t.true(chanceOfMore(135, 2_000, 0.05) < 0.001);
});

test('too few violations refute an exact probability, never a limit', (t) => {
  t.true(chanceOfSuch(50, 2_000, 0.05) < 0.001);
  t.is(chanceOfMore(0, 2_000, 0.05), 1);
});
