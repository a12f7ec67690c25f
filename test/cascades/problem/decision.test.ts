import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { decisionOf } from '../../../cascades/problem/decision.js';
import { type AgreementRow, agreementWorld } from '../../../datasets/index.js';
import type { TrainedModel } from '../../../entries/full.js';
import { Cascade, inspect, logisticRegression, OptionError, tune } from '../../../index.js';
import {
  profileOf,
  sigmoidLearner,
  worldsFeatures,
  worldsFull,
  worldsProfile,
} from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

const { rows } = agreementWorld({ rows: 2_000, seed: 1 });

const full: TrainedModel<'fraud' | 'legit'> = { ...worldsFull, labels: ['fraud', 'legit'] };
const options = {
  features: worldsFeatures,
  rows,
  full,
  approximate: sigmoidLearner,
  profile: worldsProfile,
  bound: { epsilon: 0.02 },
};

const fraud = tune({ ...options, decision: { threshold: { fraud: 0.3 } } });
const legit = tune({ ...options, decision: { threshold: { legit: 0.3 } } });

test('a threshold is of the class that it names, whatever the order of names', async (t) => {
  for (const [named, tuning] of [
    ['fraud', fraud],
    ['legit', legit],
  ] as const) {
    const cascade = await tuning;
    const { labels, scores } = await cascade.full.predict(rows);
    const code = full.labels.indexOf(named);
    const other = full.labels[1 - code];
    t.deepEqual(
      labels,
      rows.map((_, row) => (scores[2 * row + code] >= 0.3 ? named : other)),
    );
    t.is(cascade.certificate.verdict, 'certified');
    // What is certified, and how stages exit, refers to the same answers.
    const answers = await cascade.predict(rows);
    const changed = answers.labels.filter((label, row) => label !== labels[row]).length;
    t.true(changed < 0.02 * rows.length, `${changed}`);
    t.true(answers.exits.includes(0));
  }
});

test('a full model carries a decision and learners of stages, which options replace', async (t) => {
  const { approximate, full: plain, ...rest } = options;
  const decision = { threshold: { fraud: 0.3 } };
  const own = await tune({ ...rest, full: { ...plain, decision, approximate } });
  const given = await fraud;
  t.deepEqual(own.plan, given.plan);
  t.deepEqual((await own.predict(rows)).labels, (await given.predict(rows)).labels);
  const other = { ...plain, decision, approximate: logisticRegression() };
  const explicit = await tune({ ...options, full: other, decision: { threshold: { legit: 0.3 } } });
  t.deepEqual(explicit.plan, (await legit).plan);
  const wrong = { ...plain, decision: { threshold: { fraude: 0.3 } }, approximate };
  const error = await t.throwsAsync(tune({ ...rest, full: wrong }), { instanceOf: OptionError });
  t.is(error?.option, 'full.decision.threshold');
});

test('a bare threshold of classes with names is refused, with the form to write', async (t) => {
  const error = await t.throwsAsync(tune({ ...options, decision: { threshold: 0.3 } }), {
    instanceOf: OptionError,
    message: /Name it: \{ threshold: \{ fraud: 0\.3 \} \} or \{ threshold: \{ legit: 0\.3 \} \}$/,
  });
  t.is(error?.option, 'decision.threshold');
});

test('of true and false, or 1 and 0, a bare threshold is of the yes', (t) => {
  const of = (classes: readonly (string | number | boolean)[]) => decisionOf({ threshold: 0.3 }, classes);
  t.deepEqual(of([false, true]), { kind: 'threshold', threshold: 0.3 });
  t.deepEqual(of([0, 1]), { kind: 'threshold', threshold: 0.3 });
  t.deepEqual(of(['0', '1']), { kind: 'threshold', threshold: 0.3 });
  // In the order that a full model gives its classes.
  t.deepEqual(of([true, false]), { kind: 'first-threshold', threshold: 0.3 });
  t.throws(() => of([-1, 1]), {
    message: /\{ threshold: \{ "-1": 0\.3 \} \} or \{ threshold: \{ 1: 0\.3 \} \}/,
  });
  t.throws(() => of(['no', 'yes']), { message: /\{ threshold: \{ yes: 0\.3 \} \}/ });
  t.throws(() => of(['not spam', 'spam']), { message: /\{ "not spam": 0\.3 \}/ });
});

test('a threshold of no class, of two, or of no number is refused', (t) => {
  const of = (threshold: object) => decisionOf({ threshold }, ['fraud', 'legit']);
  t.throws(() => of({ fruad: 0.3 }), {
    message: /no class is "fruad"; there are "fraud" and "legit".*'fraud'/,
  });
  // A position in an array is the name of no class, not even of 0.
  t.throws(() => decisionOf({ threshold: [0.3] as object }, [0, 1]), { message: /got an array of 1/ });
  t.throws(() => of({ fraud: 0.3, legit: 0.7 }), { message: /expected one class with its threshold/ });
  t.throws(() => of({}), { message: /expected one class/ });
  t.throws(() => of({ fraud: 30 }), { message: /'decision.threshold.fraud'.*did you mean 0\.3/ });
});

test('summary, inspection and report print the rule', async (t) => {
  const path = join(await folderFor(t), 'fraud.cascade');
  const cascade = await fraud;
  await cascade.save(path);
  const rule = 'The answer is "fraud" where its probability is at least 0.3, else "legit".';
  t.true(cascade.summary().includes(rule));
  const found = await inspect(path);
  t.true(found.summary().includes(rule));
  t.true((await cascade.report()).includes(rule.replaceAll('"', '&quot;')));
  t.true((await found.report()).includes(rule.replaceAll('"', '&quot;')));
  const loaded = await Cascade.load<AgreementRow, 'fraud' | 'legit', 'cheap' | 'costly'>(path, {
    features: worldsFeatures,
    full,
    learners: [sigmoidLearner],
  });
  t.deepEqual((await loaded.predict(rows)).labels, (await cascade.predict(rows)).labels);
  t.true(loaded.summary().includes(rule));
  // A release without thresholds of the first class must not take it for the second's.
  t.false((await readFile(path, 'latin1')).includes('"kind":"threshold"'));
});

test('costs are printed by the names of the classes', async (t) => {
  const cascade = await tune({
    ...options,
    profile: profileOf({ cheap: 1, costly: 100 }, ['sigmoid']),
    decision: {
      costs: [
        [0, 10],
        [1, 0],
      ],
    },
  });
  t.regex(
    cascade.summary().replaceAll(/\s+/g, ' '),
    /least expected cost: 10 for "legit" where "fraud" is right, 1 for "fraud" where "legit" is right\./,
  );
  t.false((await tune(options)).summary().includes('The answer is'));
});
