import test from 'ava';
import fc from 'fast-check';
import { agreementWorld } from '../../../datasets/index.js';
import { expectRate } from '../../support/rates.js';

const ROWS = 40_000;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

for (const options of [
  {},
  { accuracy: 0.85 },
  { doubt: 0.3, sharpness: 3, accuracy: 0.95 },
  { doubt: 0.02, sharpness: 0 },
]) {
  test(`rows follow the closed forms: ${JSON.stringify(options)}`, (t) => {
    const world = agreementWorld({ rows: ROWS, seed: 7, ...options });
    for (const threshold of [0.5, 0.6, 0.8, 0.9, 0.97]) {
      let exits = 0;
      let differ = 0;
      let harm = 0;
      let help = 0;
      world.rows.forEach((row, i) => {
        const cheap = row.cheap > 0 ? 'yes' : 'no';
        t.is(world.answers[i], row.costly > 0 ? 'yes' : 'no');
        if (sigmoid(Math.abs(row.cheap)) < threshold) return;
        exits++;
        if (cheap !== world.answers[i]) differ++;
        if (cheap !== world.labels[i] && world.answers[i] === world.labels[i]) harm++;
        if (cheap === world.labels[i] && world.answers[i] !== world.labels[i]) help++;
      });
      const disagreement = world.trueDisagreement(threshold);
      const loss = world.trueAccuracyLoss(threshold);
      expectRate(t, exits, ROWS, world.exitRate(threshold), `exits at ${threshold}`);
      expectRate(t, differ, ROWS, disagreement, `disagreement at ${threshold}`);
      expectRate(t, harm, ROWS, (disagreement + loss) / 2, `harm at ${threshold}`);
      expectRate(t, help, ROWS, (disagreement - loss) / 2, `help at ${threshold}`);
    }
    const right = world.labels.filter((label, i) => label === world.answers[i]).length;
    expectRate(t, right, ROWS, options.accuracy ?? 1, 'accuracy of the full answers');
  });
}

test('closed forms worked by hand', (t) => {
  const world = agreementWorld({ rows: 1, seed: 1, accuracy: 0.9 });
  t.is(world.trueDisagreement(0.5), 0.25);
  t.true(Math.abs(world.trueDisagreement(0.9) - 0.01) < 1e-12);
  t.true(Math.abs(world.trueAccuracyLoss(0.9) - 0.008) < 1e-12);
  t.true(Math.abs(world.thresholdFor(0.01) - 0.9) < 1e-12);
  t.is(world.thresholdFor(0.25), 0.5);
  t.is(world.thresholdFor(0), 1);
  t.is(world.trueDisagreement(1), 0);
});

test('by default the sigmoid of cheap is the probability of yes', (t) => {
  const world = agreementWorld({ rows: ROWS, seed: 3 });
  for (let low = -4; low < 4; low++) {
    const within = world.rows.flatMap((row, i) => (row.cheap >= low && row.cheap < low + 1 ? [i] : []));
    const mean = within.reduce((sum, i) => sum + sigmoid(world.rows[i].cheap), 0) / within.length;
    const yes = within.filter((i) => world.answers[i] === 'yes').length;
    expectRate(t, yes, within.length, mean, `log-odds from ${low}`);
  }
});

test('thresholdFor inverts trueDisagreement', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
      (doubt, sharpness, epsilon) => {
        const world = agreementWorld({ rows: 1, seed: 1, doubt, sharpness });
        const back = world.trueDisagreement(world.thresholdFor(epsilon));
        return Math.abs(back - Math.min(epsilon, world.trueDisagreement(0.5))) < 1e-12;
      },
    ),
  );
  t.pass();
});

test('the seed decides everything', (t) => {
  const rows = (seed: number) => agreementWorld({ rows: 50, seed, accuracy: 0.7 });
  t.deepEqual(rows(5).rows, rows(5).rows);
  t.deepEqual(rows(5).labels, rows(5).labels);
  t.notDeepEqual(rows(5).rows, rows(6).rows);
});

test('refuses options outside their range, by name', (t) => {
  const world = (options: object) => () => agreementWorld({ rows: 1, seed: 1, ...options });
  t.throws(world({ rows: 0 }), { instanceOf: RangeError, message: /'rows'.*at least 1.*got 0/ });
  t.throws(world({ doubt: 1.2 }), { instanceOf: RangeError, message: /'doubt'/ });
  t.throws(world({ sharpness: -1 }), { instanceOf: RangeError, message: /'sharpness'/ });
  t.throws(world({ accuracy: Number.NaN }), { instanceOf: RangeError, message: /'accuracy'/ });
  t.throws(() => world({})().trueDisagreement(0.4), { instanceOf: RangeError, message: /'threshold'/ });
});
