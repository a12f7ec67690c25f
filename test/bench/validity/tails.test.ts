import test from 'ava';
import { clippedMean, clippedParts, heavyTails } from '../../../bench/validity/worlds/tails.js';
import { near } from '../../support/near.js';

/** The mean of min(1, |T| / scale) by Simpson's rule over t's density, what lies beyond the scale in closed form. */
function byIntegration(scale: number): number {
  const density = (t: number) => 2 / (2 + t * t) ** 1.5;
  const steps = 20_000;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const t = (scale * i) / steps;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += ((weight * t) / scale) * density(t);
  }
  return (sum * scale) / steps / 3 + 1 - scale / Math.sqrt(2 + scale ** 2);
}

test("the mean of Student's clipped error, in closed form, is its integral", (t) => {
  for (const scale of [0.1, 1, 4, 30]) near(t, clippedMean(scale), byIntegration(scale), 1e-9);
});

test('what is lost in each hundredth is on average the whole', (t) => {
  for (const scale of [0.1, 4, 30, 20_000]) {
    const parts = clippedParts(scale);
    t.is(parts.length, 100);
    near(t, parts.reduce((sum, part) => sum + part, 0) / 100, clippedMean(scale), 1e-9);
    t.true(parts.every((part, i) => part >= (parts[i - 1] ?? 0) - 1e-9 && part <= 1));
  }
});

test('losses are those of errors whose variance is infinite', (t) => {
  const [{ loss }] = heavyTails().question.all;
  if (typeof loss === 'string' || !('loss' in loss)) return t.fail('expected a loss of the user');
  t.is(loss.loss(40, 40, undefined), 0, 'the full model loses nothing by itself');
  const steps = Array.from({ length: 100 }, (_, step) => loss.loss(20, 40 + step, undefined));
  // The median of |T| is √(2/3); at position .5125 errors are .0657 times T.
  near(t, steps[49], (0.5125 ** 2 / 4) * Math.sqrt(2 / 3), 0.02);
  t.true(steps[99] > 10 * steps[49]);
});
