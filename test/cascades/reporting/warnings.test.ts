import test from 'ava';
import { featuresToCheapen, warningsBefore } from '../../../cascades/reporting/warnings.js';
import { agreementWorld } from '../../../datasets/index.js';
import { define, dense, logisticRegression, tune, VacuousBound } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf, tuneWorld, worldsFull } from '../../support/agreement.js';

const rows = Array.from({ length: 1_500 }, (_, row) => {
  const source = random(row);
  const isFraud = source.uniform() < 0.4;
  return {
    label: isFraud ? 'fraud' : 'legit',
    leak: Number(isFraud),
    noise: source.uniform(),
    more: source.uniform(),
  };
});
const column = (of: (row: (typeof rows)[number]) => number) =>
  dense(1, (some: readonly (typeof rows)[number][]) => Float32Array.from(some, of));
const shared = {
  rows,
  labels: rows.map(({ label }) => label),
  full: logisticRegression(),
  allowVacuous: true,
};

test('where the cheapest feature is most of what all costs, it is said that stages can save nothing', (t) => {
  const next = (features: Readonly<Record<string, number>>, fullCost: number) =>
    featuresToCheapen(
      { verdict: 'full-model-only' },
      {
        full: { features: Object.keys(features), reach: 1, cost: fullCost },
        expected: { cost: fullCost, fullCost, speedup: 1 },
      },
      profileOf(features, []),
      'throughput',
    );
  t.deepEqual(
    next({ text: 153 }, 153.72).map((item) => item.replace(/^.*: /, '')),
    ['of 154 µs a row the cheapest feature takes 153 µs, and a stage can save the full model alone.'],
  );
  t.deepEqual(next({ text: 153 }, 1_000), []);
  t.deepEqual(next({ text: 153, size: 1 }, 154.72), []);
});

test('a full model that is no better than a constant is said first', async (t) => {
  const cascade = await tune({
    ...shared,
    features: define({ noise: column(({ noise }) => noise), more: column(({ more }) => more) }),
    bound: { loss: 'disagreement', epsilon: 0.02 },
  });
  const said =
    /^Warning: (?:.*\n)*?.*The full model is (?:no|hardly) better than answering "legit" to everything: accuracy/;
  t.regex(cascade.summary(), said);
  const page = await cascade.report();
  t.true(
    page.indexOf('The full model is ') > 0 &&
      page.indexOf('The full model is ') < page.indexOf('class="verdict'),
  );
});

test('a label that leaks by one column is said first', async (t) => {
  const cascade = await tune({
    ...shared,
    features: define({ leak: column(({ leak }) => leak), noise: column(({ noise }) => noise) }),
    bound: { loss: 'accuracy', epsilon: 0.02 },
  });
  t.regex(
    cascade.summary().replaceAll(/\s+/g, ' '),
    /^Warning: The full model is never wrong, and 'leak' alone answers every/,
  );
});

test('a class that loses many for few gained is said first, not one that does by chance', async (t) => {
  const { rows: some, labels } = agreementWorld({ rows: 3_000, seed: 1, accuracy: 0.9 });
  const { certificate, plan } = await tuneWorld(
    { rows: some },
    { labels, bound: { loss: 'accuracy', epsilon: 0.02 } },
  );
  const of = (worse: number, better: number) =>
    warningsBefore(
      {
        ...certificate,
        observed: {
          ...certificate.observed,
          byClass: [
            { worse: 0, better: 40 },
            { worse, better },
          ],
        },
      },
      plan,
      [],
    );
  const [said] = of(40, 2);
  t.regex(said, /^"yes" loses 40 right answers and gains 2, of \d+ certification rows of that class/);
  t.deepEqual(of(40, 35), []);
  t.deepEqual(of(4, 0), []);
  t.deepEqual(warningsBefore(certificate, plan, []), []);
});

test('a full model whose labels are swapped is told of: with a bound that a constant meets, and where it is certified', async (t) => {
  const { rows: some, labels } = agreementWorld({ rows: 3_000, seed: 1, accuracy: 0.9 });
  const full = { ...worldsFull, labels: ['yes', 'no'] as const };
  const swapped = (loss: 'accuracy' | 'disagreement') =>
    tuneWorld({ rows: some }, { labels, full, bound: { loss, epsilon: 0.02 } });
  await t.throwsAsync(swapped('accuracy'), {
    instanceOf: VacuousBound,
    message:
      /full model is wrong on \d+ of \d+ tuning rows, .*check the order of the full model's labels and reads/,
  });
  const next = /What to do next.*Check the full model: it is wrong more often than a constant answer/s;
  t.regex((await swapped('disagreement')).summary(), next);
  t.notRegex(
    (await tuneWorld({ rows: some }, { labels, bound: { loss: 'accuracy', epsilon: 0.02 } })).summary(),
    next,
  );
});
