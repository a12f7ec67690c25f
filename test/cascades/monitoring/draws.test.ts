import test from 'ava';
import fc from 'fast-check';
import { drawAmong, drawsStart } from '../../../cascades/monitoring/draws.js';
import { random } from '../../../lib/stats/index.js';
import { expectRate } from '../../support/rates.js';

test('every row is drawn with the same probability, whatever was drawn before', (t) => {
  const [rate, rows] = [0.1, 200_000];
  const rng = random('draws');
  const { positions } = drawAmong(drawsStart(rng, rate), rows, rng, rate);
  expectRate(t, positions.length, rows, rate, 'drawn');
  const drawn = new Set(positions);
  const after = positions.filter((row) => drawn.has(row + 1)).length;
  expectRate(t, after, positions.length, rate, 'drawn after a drawn one');
  const apart = positions.filter((row) => drawn.has(row + 7)).length;
  expectRate(t, apart, positions.length, rate, 'drawn seven after a drawn one');
});

test('at a rate of 1 every row is drawn', (t) => {
  const rng = random(1);
  t.deepEqual(drawAmong(drawsStart(rng, 1), 5, rng, 1).positions, [0, 1, 2, 3, 4]);
});

test('however rows come in batches, the same ones are drawn', (t) => {
  const rng = random('batches');
  fc.assert(
    fc.property(
      fc.array(fc.nat(40), { maxLength: 20 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (sizes, rate) => {
        let draws = drawsStart(rng, rate);
        const whole = drawAmong(
          draws,
          sizes.reduce((a, b) => a + b, 0),
          rng,
          rate,
        );
        const found: number[] = [];
        let from = 0;
        for (const size of sizes) {
          const batch = drawAmong(draws, size, rng, rate);
          found.push(...batch.positions.map((row) => from + row));
          from += size;
          draws = batch.draws;
        }
        t.deepEqual(found, whole.positions);
        t.deepEqual(draws, whole.draws);
      },
    ),
    { seed: 5, numRuns: 200 },
  );
});
