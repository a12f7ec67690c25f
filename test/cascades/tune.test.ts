import test from 'ava';
import { agreementWorld } from '../../datasets/index.js';
import { type Cascade, define, dense, type Learner, type Progress, tune, VacuousBound } from '../../index.js';
import { binomialPValue } from '../../lib/stats/index.js';
import { profileOf, sigmoidLearner, trueDisagreement, tuneWorld, worldsFull } from '../support/agreement.js';
import { atLength } from '../support/atLength.js';

/** What a cascade is, but for how it computes. */
function printed({
  plan,
  certificate,
  frontier,
  profile,
}: Pick<Cascade<never>, 'plan' | 'certificate' | 'frontier' | 'profile'>): string {
  return JSON.stringify({ plan, certificate, frontier, profile });
}

test('the promise is kept: the true loss of what is served exceeds epsilon no more often than delta', async (t) => {
  const [epsilon, delta, draws] = [0.03, 0.2, atLength(40, 80)];
  let broken = 0;
  let certified = 0;
  for (let seed = 0; seed < draws; seed++) {
    const world = agreementWorld({ rows: 500, seed });
    const { certificate, plan } = await tuneWorld(world, { bound: { epsilon, delta }, seed });
    broken += Number(trueDisagreement(world, plan) > epsilon);
    certified += Number(certificate.verdict === 'certified');
  }
  t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
  t.true(certified > 0.8 * draws, `${certified} of ${draws} certified`);
});

test('what is served is what was promised: on rows never seen the plan loses what its world says', async (t) => {
  const world = agreementWorld({ rows: 3_000, seed: 7 });
  const cascade = await tuneWorld(world, { bound: { epsilon: 0.02 } });
  t.is(cascade.certificate.verdict, 'certified');
  t.true(trueDisagreement(world, cascade.plan) <= 0.02);
  const fresh = agreementWorld({ rows: 20_000, seed: 8 });
  const { labels, exits } = await cascade.predict(fresh.rows);
  const full = await cascade.full.predict(fresh.rows);
  t.deepEqual(full.labels, fresh.answers);
  const differ = labels.filter((label, row) => label !== fresh.answers[row]).length;
  const p = trueDisagreement(world, cascade.plan);
  t.true(
    Math.abs(differ - 20_000 * p) < 4.5 * Math.sqrt(20_000 * p),
    `${differ} differ, ${20_000 * p} expected`,
  );
  // And it saves what it says, as far as 1,800 tuning rows can tell.
  const out = exits.filter((exit) => exit === 0).length / 20_000;
  t.true(
    Math.abs(out - cascade.plan.stages[0].exits) < 0.05,
    `${out} exit, ${cascade.plan.stages[0].exits} expected`,
  );
});

test('accuracy is promised where there are labels, and the true loss of accuracy is within it', async (t) => {
  let [gained, lost] = [0, 0];
  for (let seed = 0; seed < 4; seed++) {
    const world = agreementWorld({ rows: 3_000, seed, accuracy: 0.9 });
    const { certificate, plan } = await tuneWorld(world, { labels: world.labels, bound: { epsilon: 0.02 } });
    t.is(certificate.loss, 'accuracy');
    t.is(certificate.verdict, 'certified');
    t.true(0.8 * trueDisagreement(world, plan) <= 0.02);
    const { changed, worse, better } = certificate.observed;
    t.is(changed, worse + better, 'of two answers one is right');
    gained += better;
    lost += worse;
  }
  t.true(gained > 0 && lost > 3 * gained, 'nine times of ten the full model is the one that is right');
});

test('the same rows, seed and profile give the same plan and answers, bit for bit', async (t) => {
  const world = agreementWorld({ rows: 2_000, seed: 3 });
  const [one, other] = [await tuneWorld(world, { seed: 'x' }), await tuneWorld(world, { seed: 'x' })];
  t.is(printed(one), printed(other));
  t.is(one.summary({ time: false }), other.summary({ time: false }));
  t.deepEqual(await one.predict(world.rows), await other.predict(world.rows));
  const again = await tuneWorld(world, { seed: 'x', profile: JSON.parse(JSON.stringify(one.profile)) });
  t.is(printed(again), printed(one));
  t.not(printed(await tuneWorld(world, { seed: 'y' })), printed(one), 'another seed sets other rows aside');
});

test('too few rows: said how many are needed, and the full model answers', async (t) => {
  const world = agreementWorld({ rows: 500, seed: 1 });
  const cascade = await tuneWorld(world, { bound: { epsilon: 0.01 } });
  const { verdict, reason, n, rowsNeeded, observed, upper } = cascade.certificate;
  t.is(verdict, 'full-model-only');
  t.is(n, 200);
  t.is(rowsNeeded, 299);
  t.regex(reason ?? '', /too few certification rows: 200, .*299 are needed/);
  t.is(observed.rows, 0, 'the certification rows were left alone');
  t.is(upper, null);
  t.deepEqual(cascade.plan.stages, []);
  t.is(cascade.plan.expected.speedup, 1);
  t.deepEqual(cascade.frontier, []);
  const answers = await cascade.predict(world.rows);
  t.deepEqual(answers, await cascade.full.predict(world.rows));
  t.deepEqual(answers.labels, world.answers);
  t.is(answers.verdict, 'full-model-only');
  t.regex(cascade.summary(), /299/);
});

test('one row less than needed is refused for its number, as many as needed are tested', async (t) => {
  const world = agreementWorld({ rows: 900, seed: 2 });
  const certify = (count: number) => (_: unknown, row: number) => {
    if (row < count) return 'certify';
    return row % 2 === 0 ? 'train' : 'tune';
  };
  const bound = { epsilon: 0.01 };
  const refused = await tuneWorld(world, { bound, split: certify(298) });
  t.is(refused.certificate.rowsNeeded, 299);
  t.is(refused.certificate.observed.rows, 0);
  const { certificate } = await tuneWorld(world, { bound, split: certify(299) });
  t.is(certificate.rowsNeeded, null);
  t.is(certificate.n, 299);
  t.is(certificate.observed.rows, 299);
});

test('nothing cheaper than the full model: said, and the full model answers', async (t) => {
  const world = agreementWorld({ rows: 2_000, seed: 4 });
  const profile = profileOf({ cheap: 100, costly: 100 }, ['sigmoid']);
  const cascade = await tuneWorld(world, { profile });
  t.is(cascade.certificate.verdict, 'full-model-only');
  t.regex(cascade.certificate.reason ?? '', /nothing cheaper/);
  t.is(cascade.certificate.rowsNeeded, null);
  t.deepEqual((await cascade.predict(world.rows)).labels, world.answers);
});

test('scores that are constant, tied or NaN never let a row out', async (t) => {
  const world = agreementWorld({ rows: 1_000, seed: 5 });
  const scoring = (name: string, score: (out: Float64Array) => void): Learner => ({
    ...sigmoidLearner,
    name,
    fit: () => ({ name, classes: 2, score: (_, out) => score(out) }),
  });
  for (const learner of [
    scoring('constant', (out) => out.fill(0.5)),
    scoring('sure', (out) => out.set(out.map((_, i) => i % 2))),
    scoring('blind', (out) => out.fill(Number.NaN)),
    scoring('boundless', (out) => out.fill(Number.POSITIVE_INFINITY)),
  ]) {
    const cascade = await tuneWorld(world, {
      approximate: learner,
      profile: profileOf({ cheap: 1, costly: 100 }, [learner.name]),
      bound: { epsilon: 0.4 },
    });
    t.is(cascade.certificate.verdict, 'full-model-only', learner.name);
    t.regex(cascade.certificate.reason ?? '', /scores degenerate/, learner.name);
    t.deepEqual((await cascade.predict(world.rows)).labels, world.answers, learner.name);
  }
});

test('rows whose scores are tied, NaN or infinite stay while others leave, and the summary says how many there are', async (t) => {
  const world = agreementWorld({ rows: 2_000, seed: 6 });
  const blind = (logOdds: number) => Math.abs(logOdds) < 0.2;
  const partly: Learner = {
    ...sigmoidLearner,
    name: 'partly',
    fit: () => ({
      name: 'partly',
      classes: 2,
      score([{ values }], out) {
        values.forEach((logOdds, row) => {
          // By what the row holds: the same score in any batch.
          const yes = blind(logOdds)
            ? [0.5, Number.NaN, Number.POSITIVE_INFINITY][Math.floor(Math.abs(logOdds) * 1e6) % 3]
            : 1 / (1 + Math.exp(-logOdds));
          out[2 * row] = 1 - yes;
          out[2 * row + 1] = yes;
        });
      },
    }),
  };
  const cascade = await tuneWorld(world, {
    approximate: partly,
    profile: profileOf({ cheap: 1, costly: 100 }, ['partly']),
  });
  t.is(cascade.certificate.verdict, 'certified', cascade.certificate.reason ?? '');
  const { exits } = await cascade.predict(world.rows);
  world.rows.forEach(({ cheap }, row) => {
    if (blind(cheap)) t.is(exits[row], 1);
  });
  t.true(exits.some((exit) => exit === 0));
  t.regex(
    cascade.summary(),
    /Stage 1 of the chain: the scores of [\d,]+ of [\d,]+\s+tuning\s+rows\s+are\s+tied/,
  );
});

test('a stage that never agrees lets nothing out', async (t) => {
  const world = agreementWorld({ rows: 1_000, seed: 7 });
  const contrary: Learner = {
    ...sigmoidLearner,
    name: 'contrary',
    fit: () => ({
      name: 'contrary',
      classes: 2,
      score([{ values }], out) {
        // The opposite of what the full model will say, as sure as it is.
        values.forEach((logOdds, row) => {
          out[2 * row] = 1 / (1 + Math.exp(-logOdds));
          out[2 * row + 1] = 1 - out[2 * row];
        });
      },
    }),
  };
  const rows = world.rows.map((row) => ({ ...row, cheap: row.costly }));
  const cascade = await tuneWorld(
    { rows },
    // Two rows, hundreds of times each.
    { approximate: contrary, profile: profileOf({ cheap: 1, costly: 100 }, ['contrary']), repeats: true },
  );
  t.is(cascade.certificate.verdict, 'full-model-only');
  t.deepEqual(cascade.plan.stages, []);
});

test('a constant that is nearly always right never lets a row out either', async (t) => {
  const world = agreementWorld({ rows: 1_000, seed: 5 });
  const rows = world.rows.map((row, i) => ({ ...row, costly: i % 50 === 0 ? -4 : 4 }));
  const yes: Learner = {
    ...sigmoidLearner,
    name: 'yes',
    fit: () => ({
      name: 'yes',
      classes: 2,
      score: (_, out) => out.set(out.map((_, i) => [0.1, 0.9][i % 2])),
    }),
  };
  const { plan, certificate } = await tuneWorld(
    { rows },
    {
      approximate: yes,
      profile: profileOf({ cheap: 1, costly: 100 }, ['yes']),
      bound: { epsilon: 0.1 },
      allowVacuous: true,
    },
  );
  t.deepEqual(plan.stages, []);
  t.is(certificate.verdict, 'full-model-only');
});

test('where the most conservative plans lose too much the full model answers, and says so', async (t) => {
  // On the certification rows, and on them alone, the cheap answer is always wrong.
  const world = agreementWorld({ rows: 2_000, seed: 6 });
  const rows = world.rows.map((row, i) => (i < 800 ? { ...row, cheap: -12 * Math.sign(row.costly) } : row));
  const split = (_: unknown, row: number) => (row < 800 ? 'certify' : row % 2 === 0 ? 'train' : 'tune');
  const cascade = await tuneWorld({ ...world, rows }, { split });
  t.is(cascade.certificate.verdict, 'full-model-only');
  t.deepEqual((await cascade.predict(rows)).labels, world.answers);
});

test('the frontier never costs more for a larger epsilon, and each point is within the band', async (t) => {
  const world = agreementWorld({ rows: 3_000, seed: 9 });
  for (const epsilon of [0.02, 0.04]) {
    const { frontier, certificate, plan } = await tuneWorld(world, { bound: { epsilon } });
    t.true(frontier.length > 5);
    for (let i = 1; i < frontier.length; i++) {
      t.true(frontier[i].epsilon > frontier[i - 1].epsilon);
      t.true(frontier[i].cost <= frontier[i - 1].cost);
    }
    t.true(
      frontier[0].step === -1 && frontier[0].cost === plan.expected.fullCost,
      '.1 % is too little for 1,200 rows',
    );
    const own = frontier.find((point) => point.epsilon === epsilon);
    t.is(certificate.verdict, 'certified');
    // What holds for every epsilon at once can't be more aggressive than what was tested for one.
    t.true(own !== undefined && own.step >= 0 && own.cost >= plan.expected.cost);
  }
});

test('where conservative plans cost more than the full model, the frontier has the full model', async (t) => {
  const world = agreementWorld({ rows: 6_000, seed: 9 });
  const profile = profileOf({ cheap: 25, costly: 100 }, ['sigmoid']);
  const { frontier, plan } = await tuneWorld(world, { profile, bound: { epsilon: 0.04 } });
  const { fullCost, speedup, speedupRange: { least, most } = { least: 0, most: 0 } } = plan.expected;
  t.true(1 < speedup && least < speedup && speedup < most && most < 2 * least);
  t.true(frontier.every(({ cost, step }) => (step < 0 ? cost === fullCost : cost < fullCost)));
  t.true(frontier.some(({ step }) => step < 0) && frontier.some(({ step }) => step >= 0));
});

test('a bound that a constant answer meets is refused, unless that is wanted', async (t) => {
  const world = agreementWorld({ rows: 4_000, seed: 10 });
  // The full model says 'yes' to one row in two hundred.
  const rows = world.rows.map((row, i) => ({ ...row, costly: i % 200 === 0 ? 4 : -4 }));
  const given = { ...world, rows };
  const error = await t.throwsAsync(tuneWorld(given, { bound: { epsilon: 0.01 } }), {
    instanceOf: VacuousBound,
  });
  t.regex(error?.message ?? '', /"no".*recall.*allowVacuous/s);
  await t.notThrowsAsync(tuneWorld(given, { bound: { epsilon: 0.01 }, allowVacuous: true }));
  await t.notThrowsAsync(
    tuneWorld(given, { bound: { epsilon: 0.002 } }),
    'an epsilon smaller than the class',
  );
});

test('progress rises to 1 in every step, in their order', async (t) => {
  const world = agreementWorld({ rows: 1_500, seed: 11 });
  const reported = new Map<string, number[]>();
  await tuneWorld(world, {
    onProgress: ({ step, share }) => {
      reported.set(step, [...(reported.get(step) ?? []), share]);
    },
  });
  t.deepEqual([...reported.keys()], ['features', 'full model', 'stages', 'search', 'certify']);
  for (const [step, shares] of reported) {
    t.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
      step,
    );
    t.true(shares[0] >= 0);
    t.is(shares.at(-1), 1, step);
  }
});

test('aborted in any step, tune rejects with the reason', async (t) => {
  const world = agreementWorld({ rows: 1_500, seed: 12 });
  for (const at of ['features', 'full model', 'stages', 'search']) {
    const controller = new AbortController();
    const reason = new Error(`enough at ${at}`);
    const onProgress = ({ step }: Progress) => {
      if (step === at) controller.abort(reason);
    };
    await t.throwsAsync(tuneWorld(world, { signal: controller.signal, onProgress }), { is: reason });
  }
  const reason = new Error('never');
  await t.throwsAsync(tuneWorld(world, { signal: AbortSignal.abort(reason) }), { is: reason });
});

test('what a feature asks of a row, and where it fails, is said by the row’s own number', async (t) => {
  const world = agreementWorld({ rows: 1_500, seed: 13 });
  const broken = new Set([world.rows[1_234]]);
  const features = define({
    cheap: dense(1, (rows: readonly (typeof world.rows)[0][]) =>
      Float32Array.from(rows, (row) => (broken.has(row) ? Number.NaN : row.cheap)),
    ),
    costly: dense(1, (rows: readonly (typeof world.rows)[0][]) =>
      Float32Array.from(rows, (row) => row.costly),
    ),
  });
  const options = {
    features,
    rows: world.rows,
    full: worldsFull,
    approximate: sigmoidLearner,
    bound: { epsilon: 0.05 },
  };
  // Whether it is drawn for the certificate or not.
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    await t.throwsAsync(
      tune({ ...options, seed, profile: profileOf({ cheap: 1, costly: 9 }, ['sigmoid']) }),
      {
        message: /^feature 'cheap', row 1234: column 0 is NaN; expected a finite number/,
      },
    );
  }
});

test('what to expect of the served plan is counted on the rows of the certificate', async (t) => {
  const rows = agreementWorld({ rows: 900, seed: 41 }).rows;
  const cascade = await tuneWorld(agreementWorld({ rows: 900, seed: 1 }), { certify: { rows } });
  const { plan, certificate } = cascade;
  t.deepEqual([certificate.verdict, certificate.n], ['certified', 900]);
  const { exits } = await cascade.predict(rows);
  const at = (stage: number) => exits.filter((exit) => exit === stage).length / 900;
  t.deepEqual([plan.stages[0].exits, plan.full.reach], [at(0), at(1)]);
  // A row costs 1 at the stage and 100 at the full model, and models next to nothing.
  t.true(Math.abs(plan.expected.cost - (1 + 100 * at(1))) < 0.05);
});

test('arrays that the caller changes while rows are tuned on are another population: they change nothing', async (t) => {
  const given = () => ({
    rows: agreementWorld({ rows: 800, seed: 3 }).rows.slice(),
    certify: { rows: agreementWorld({ rows: 600, seed: 4 }).rows.slice() },
  });
  const expected = given();
  const changed = given();
  const [other] = agreementWorld({ rows: 1, seed: 5 }).rows;
  const tuning = tuneWorld(changed, { certify: changed.certify });
  changed.rows.fill(other);
  changed.certify.rows.fill(other).pop();
  t.is(printed(await tuning), printed(await tuneWorld(expected, { certify: expected.certify })));
});
