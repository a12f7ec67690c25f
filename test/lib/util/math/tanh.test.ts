import test from 'ava';
import { tanh } from '../../../../lib/util/math/index.js';

test('tanh is that of Math within a few units, near 0 and far from it', (t) => {
  for (let x = 1e-300; x < 30; x *= 1.7) {
    for (const signed of [x, -x]) t.true(Math.abs(tanh(signed) / Math.tanh(signed) - 1) < 1e-15, `${signed}`);
  }
});

test('tanh of 0, of infinity and of NaN', (t) => {
  t.true(Object.is(tanh(-0), -0));
  t.deepEqual([tanh(0), tanh(1e9), tanh(Number.NEGATIVE_INFINITY), tanh(Number.NaN)], [0, 1, -1, Number.NaN]);
});
