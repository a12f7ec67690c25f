import { join } from 'node:path';
import test from 'ava';
import { type AgreementRow, type Answer, agreementWorld } from '../../datasets/index.js';
import { Cascade, DataError, OptionError, precision, recall, VacuousBound } from '../../index.js';
import { binomialPValue } from '../../lib/stats/index.js';
import { count } from '../../lib/util/count.js';
import {
  sigmoidLearner,
  trueDisagreement,
  tuneWorld,
  type WorldOptions,
  worldsFeatures,
  worldsFull,
} from '../support/agreement.js';
import { atLength } from '../support/atLength.js';
import { folderFor } from '../support/files.js';

/** Losses other than the three by name, from `tune` to the served answers. */

type Bound = NonNullable<WorldOptions['bound']>;

test('recall: certified without labels on the rows of the class, and kept on rows never seen', async (t) => {
  const world = agreementWorld({ rows: 3_000, seed: 1 });
  const cascade = await tuneWorld(world, { bound: { loss: recall('yes'), epsilon: 0.03 } });
  const { certificate, plan } = cascade;
  t.like(certificate, { verdict: 'certified', epsilon: 0.03, delta: 0.05, unit: 'rows', rowsNeeded: null });
  t.deepEqual(certificate.loss, { recall: 'yes' });
  t.is(certificate.observed.rows, 1_200);
  t.true(certificate.n > 500 && certificate.n < 700);
  t.true(binomialPValue(certificate.lost, certificate.n, 0.03) <= 0.05);
  t.is(certificate.upper, null, 'no band');
  t.deepEqual(cascade.frontier, []);
  t.true(plan.expected.speedup > 1.2);
  // A 'yes' is missed where the stage says 'no': by its threshold alone.
  const [no] = plan.stages[0].thresholds;
  t.true(world.trueDisagreement(no ?? 1) <= 0.03);
  const text = cascade.summary();
  t.regex(
    text,
    /recall\s+of\s+"yes"\s+against\s+the\s+full\s+model's\s+answers,\s+not\s+the\s+labels,[^.]*of\s+the\s+rows\s+that\s+the\s+full\s+model\s+calls\s+"yes",\s+the\s+cascade/,
  );
  t.regex(text, /Other\s+answers\s+are\s+not\s+covered/);
  t.regex(
    text,
    new RegExp(
      `the\\s+cascade\\s+misses\\s+${certificate.lost}\\s+of\\s+${count(certificate.n)}\\s+rows\\s+that\\s+the\\s+full\\s+model\\s+calls\\s+"yes"`,
    ),
  );

  const fresh = agreementWorld({ rows: 20_000, seed: 2 });
  const { labels } = await cascade.predict(fresh.rows);
  const ofClass = fresh.answers.flatMap((answer, row) => (answer === 'yes' ? [row] : []));
  const missed = ofClass.filter((row) => labels[row] !== 'yes').length;
  t.true(missed / ofClass.length < 0.03 + 0.005, `${missed} of ${ofClass.length} missed`);
});

test('several together: the plan keeps each, and the certificate says each', async (t) => {
  const world = agreementWorld({ rows: 3_000, seed: 3 });
  const all = [
    { loss: 'disagreement', epsilon: 0.04 },
    { loss: recall('yes'), epsilon: 0.03 },
    { loss: precision('yes'), epsilon: 0.05, method: 'betting' },
  ] as const;
  const cascade = await tuneWorld(world, { bound: { all, delta: 0.1 } });
  const { certificate, plan } = cascade;
  t.is(certificate.verdict, 'certified');
  t.like(certificate, { loss: 'disagreement', epsilon: 0.04, delta: 0.1 });
  t.deepEqual(
    certificate.all?.map(({ loss, epsilon }) => ({ loss, epsilon })),
    all.map(({ loss, epsilon }) => ({ loss, epsilon })),
  );
  for (const { n, lost, epsilon, upper } of certificate.all ?? []) {
    t.true(n >= 500 && lost / n < epsilon && upper === null);
  }
  const [no] = plan.stages[0].thresholds;
  t.true(trueDisagreement(world, plan) <= 0.04 && world.trueDisagreement(no ?? 1) <= 0.03);
  const text = cascade.summary();
  t.is(text.match(/\n *bound /g)?.length, 3);
  t.regex(
    text,
    /the\s+cascade\s+calls\s+at\s+most\s+3\s+%\s+something\s+else\),\s+and\s+the\s+precision\s+of/,
  );
  const page = await cascade.report();
  t.regex(page, /precision of (&quot;|")yes(&quot;|")/);
});

test('the promise of recall, and of several, fails no more often than delta says', async (t) => {
  const [delta, draws] = [0.2, atLength(24, 60)];
  const kinds: readonly Bound[] = [
    { loss: recall('no'), epsilon: 0.05, delta },
    {
      all: [
        { loss: recall('no'), epsilon: 0.05 },
        { loss: recall('yes'), epsilon: 0.04 },
      ],
      delta,
    },
  ];
  for (const [kind, bound] of kinds.entries()) {
    let broken = 0;
    let certified = 0;
    for (let seed = 0; seed < draws; seed++) {
      const world = agreementWorld({ rows: 500, seed });
      const { certificate, plan } = await tuneWorld(world, { bound, seed });
      const [no, yes] = (plan.stages[0]?.thresholds ?? [null, null]).map((threshold) =>
        world.trueDisagreement(Math.max(0.5, threshold ?? 1)),
      );
      broken += Number(yes > 0.05 || (kind === 1 && no > 0.04));
      certified += Number(certificate.verdict === 'certified');
    }
    t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
    t.true(certified > 0.8 * draws, `${certified} of ${draws} certified`);
  }
});

test('a loss of the user’s is certified by betting; a value that is none names its row', async (t) => {
  const world = agreementWorld({ rows: 3_000, seed: 4 });
  const loss = (answer: string, full: string) => (answer === full ? 0 : full === 'yes' ? 1 : 0.2);
  const { certificate, plan } = await tuneWorld(world, {
    bound: { loss: { name: 'cost', loss }, epsilon: 0.02 },
  });
  t.is(certificate.verdict, 'certified');
  t.deepEqual(certificate.loss, { name: 'cost' });
  t.regex(certificate.method, /betting/);
  const [no, yes] = plan.stages[0].thresholds.map((threshold) => world.trueDisagreement(threshold ?? 1));
  t.true(no / 2 + 0.2 * (yes / 2) <= 0.02);
  await t.throwsAsync(tuneWorld(world, { bound: { loss: { name: 'odd', loss: () => 2 }, epsilon: 0.02 } }), {
    instanceOf: DataError,
    message: /^loss 'odd' of row \d+ is 2; expected a number from 0 to 1/,
  });
});

test('too few rows of the class: said with the option, the count and what is needed', async (t) => {
  const world = agreementWorld({ rows: 2_000, seed: 5 });
  // One row in ten is 'yes' to the full model.
  const rows = world.rows.map((row, i) => ({ ...row, costly: i % 10 === 0 ? 4 : -4 }));
  // Some are equal.
  const options = { bound: { loss: recall('yes'), epsilon: 0.01 }, repeats: true } as const;
  const { certificate } = await tuneWorld({ rows }, options);
  t.is(certificate.verdict, 'full-model-only');
  t.true(certificate.n > 50 && certificate.n < 110);
  t.is(certificate.rowsNeeded, 299);
  t.is(
    certificate.reason,
    `too few certification rows that the full model calls "yes": ${certificate.n}, where even without a single loss 299 are needed (bound.loss)`,
  );
  const fewer = await tuneWorld({ rows: rows.slice(0, 500) }, options);
  t.is(fewer.certificate.observed.rows, 0, 'too few of all classes: none was looked at');
  t.regex(fewer.certificate.reason ?? '', /rows: 200, .* 299 that the full model calls "yes" are needed/);
});

test('a label that is no class is refused', async (t) => {
  const world = agreementWorld({ rows: 400, seed: 6 });
  // @ts-expect-error the compiler knows as well
  const tuning = tuneWorld(world, { bound: { loss: recall('maybe'), epsilon: 0.1 } });
  const error = await t.throwsAsync(tuning, { instanceOf: OptionError });
  t.is(error?.message, `option 'bound.loss': "maybe" is no class; there are "no", "yes"`);
});

test('a rare class: what a constant meets is refused, and recall beside it is not', async (t) => {
  const world = agreementWorld({ rows: 4_000, seed: 10 });
  const rows = world.rows.map((row, i) => ({ ...row, costly: i % 20 === 0 ? 4 : -4 }));
  const share = { loss: 'disagreement', epsilon: 0.06 } as const;
  await t.throwsAsync(tuneWorld({ rows }, { bound: share }), { instanceOf: VacuousBound });
  const missed = { loss: recall('yes'), epsilon: 0.1 };
  await t.notThrowsAsync(tuneWorld({ rows }, { bound: { all: [share, missed] } }));
  await t.notThrowsAsync(tuneWorld({ rows }, { bound: missed }), 'alone, met by its own class only');
  const error = await t.throwsAsync(
    tuneWorld({ rows }, { bound: { all: [share, { loss: recall('no'), epsilon: 0.1 }] } }),
    { instanceOf: VacuousBound },
  );
  t.regex(
    error?.message ?? '',
    /"no" to everything would lose .* of disagreement .* and 0\.0* of recall\("no"\)/,
  );
});

test('a certificate of several losses comes back from a file as it was', async (t) => {
  const path = join(await folderFor(t), 'several.cascade');
  const cascade = await tuneWorld(agreementWorld({ rows: 2_000, seed: 7 }), {
    bound: {
      all: [
        { loss: 'disagreement', epsilon: 0.05 },
        { loss: recall('yes'), epsilon: 0.1 },
      ],
    },
  });
  await cascade.save(path);
  const loaded = await Cascade.load<AgreementRow, Answer, 'cheap' | 'costly'>(path, {
    features: worldsFeatures,
    full: worldsFull,
    learners: [sigmoidLearner],
  });
  t.is(loaded.certificate.all?.length, 2);
  t.deepEqual(loaded.certificate, cascade.certificate);
  t.true(loaded.summary().startsWith(cascade.summary({ time: false }).trimEnd()));
});
