import { join } from 'node:path';
import test from 'ava';
import { sameAmong } from '../../cascades/training/index.js';
import { fitThreads } from '../../entries/threads.js';
import {
  absoluteError,
  Cascade,
  define,
  logisticRegression,
  OptionError,
  ridgeRegression,
  type TuneOptions,
  tune,
  UnstableFeature,
} from '../../index.js';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { FakeClock } from '../support/fakeClock.js';
import { folderFor } from '../support/files.js';
import { type BagOptions, bag, type Letter, letterFeatures, letters } from '../support/letters.js';
import { modulesUrl } from '../support/modulesUrl.js';
import { endingAt } from '../support/nearFar.js';

const rows = letters(2_000);
const fresh = letters(1_000, 'fresh');

type Options = Partial<TuneOptions<Letter, 'a' | 'b', 'length' | 'words'>>;

function tuneLetters(options: Options = {}, of: BagOptions = {}) {
  const clock = new FakeClock();
  return tune({
    features: letterFeatures({ clock, ...of }),
    rows,
    labels: rows.map(({ kind }) => kind),
    full: logisticRegression({ l2: 0.1 }),
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
    split: { folds: 2 },
    clock,
    date: new Date(0),
    seed: 1,
    ...options,
  });
}

type Tuned = Cascade<Letter, 'a' | 'b', 'length' | 'words'>;

let known: Promise<Tuned> | undefined;
/** The cascade that several tests look at. */
const tuned = () => {
  known ??= tuneLetters();
  return known;
};

function versionsIn(cascade: Tuned): readonly string[] {
  return cascade.plan.stages.flatMap(({ features }) => features.filter((name) => name.includes('@')));
}

test('a dear feature gets versions, stages read them, and going on costs the difference', async (t) => {
  const { plan, profile } = await tuned();
  t.deepEqual(plan.stages[0].features, ['words@6']);
  t.is(Math.round(plan.stages[0].cost), 6);
  t.deepEqual(plan.full.features, ['length', 'words']);
  const deepest = plan.stages.some(({ features }) => features.some((name) => name === 'words@18')) ? 18 : 6;
  const length = plan.stages.some(({ features }) => features.includes('length')) ? 0 : 1;
  t.is(Math.round(plan.full.cost), 48 - deepest + length);
  // Alone it costs what it costs alone.
  t.is(Math.round(profile.features.words.cost.perRow), 48);
  t.deepEqual(Object.keys(profile.features), ['length', 'words', 'words@6', 'words@18']);
  t.is(Math.round(plan.expected.fullCost), 49);
});

test('stages answer alike in batches and alone, and no token is read twice for a row', async (t) => {
  let read = 0;
  const cascade = await tuneLetters({}, { onRead: (tokens) => (read += tokens) });
  read = 0;
  const { labels, exits } = cascade.predictSync(fresh);
  t.true(read <= 48 * fresh.length);
  const left = exits.filter((stage) => stage < cascade.plan.stages.length).length;
  t.true(left > 0.5 * fresh.length);
  const most = exits.reduce((sum, stage) => {
    const at = cascade.plan.stages[stage]?.features.find((name) => name.startsWith('words@'));
    return sum + (at === undefined ? 48 : Number(at.slice(6)));
  }, 0);
  t.is(read, most);
  const later = await cascade.predict(fresh);
  t.deepEqual(later.labels, labels);
  for (const [i, row] of fresh.slice(0, 100).entries()) {
    const { label, exit } = await cascade.predictOne(row);
    t.deepEqual([label, exit], [labels[i], exits[i]]);
    t.is(cascade.predictOneSync(row).exit, exits[i]);
  }
  const whole = cascade.full.predictSync(fresh);
  const changed = whole.labels.filter((label, i) => label !== labels[i]).length;
  t.true(changed / fresh.length < 0.07);
});

test('with its profile the plan is the same, bit for bit; a profile without versions gives none', async (t) => {
  const { profile, plan, certificate } = await tuned();
  const again = await tuneLetters({ profile: JSON.parse(JSON.stringify(profile)) });
  t.deepEqual(again.plan, plan);
  t.deepEqual(again.certificate, certificate);
  const { length, words } = profile.features;
  const before = await tuneLetters({ profile: { ...profile, features: { length, words } } });
  t.deepEqual(versionsIn(before), []);
});

test('keys of a profile may stand in any order, and a profile has no more than was looked at', async (t) => {
  const { profile, plan } = await tuned();
  const features = Object.fromEntries(Object.entries(profile.features).reverse());
  const again = await tuneLetters({ profile: JSON.parse(JSON.stringify({ ...profile, features })) });
  t.deepEqual(again.plan, plan);
  const none = await tuneLetters({ profile, fidelities: false });
  t.deepEqual(Object.keys(none.profile.features), ['length', 'words']);
  t.false(none.summary().includes('words@'));
});

test('no version is tried where none is wanted, or the feature isn’t dear', async (t) => {
  for (const fidelities of [false, 0] as const) {
    const cascade = await tuneLetters({ fidelities });
    t.deepEqual(versionsIn(cascade), []);
    t.deepEqual(Object.keys(cascade.profile.features), ['length', 'words']);
    const isTold = /versions of words were turned off/.test(cascade.summary().replaceAll(/\s+/g, ' '));
    t.is(isTold, cascade.plan.stages.length === 0);
  }
  const one = await tuneLetters({ fidelities: 1 });
  t.deepEqual(Object.keys(one.profile.features), ['length', 'words', 'words@6']);
  // A clock that stands still measures no cost at all.
  const still = await tuneLetters({}, { clock: new FakeClock() });
  t.deepEqual(Object.keys(still.profile.features), ['length', 'words']);
});

test('a version as dear as its feature, or one that tells nothing, is dropped before a model is fitted', async (t) => {
  const dear = await tuneLetters({}, { perStep: 1_000 });
  t.deepEqual(Object.keys(dear.profile.features), ['length', 'words']);
  const silent = await tuneLetters({}, { fault: 'silent' });
  t.deepEqual(Object.keys(silent.profile.features), ['length', 'words']);
  t.deepEqual(versionsIn(silent), []);
});

test('versions that give the numbers of their feature are dropped before a model is fitted, and a line says so', async (t) => {
  const same = await tuneLetters({}, { fault: 'same' });
  t.deepEqual(Object.keys(same.profile.features), ['length', 'words']);
  t.regex(same.summary().replaceAll(/\s+/g, ' '), /words@6 .* was dropped, since its numbers are those of/);
  t.deepEqual(
    [
      ...sameAmong({ words: ['1', '2', '3'] }, (name) =>
        denseBlock(2, 1, Float32Array.of(0, name.length + Number(name === 'words@3'))),
      ),
    ],
    ['words@2'],
  );
});

test('versions that are asked for by name are tried in the place of those that features propose', async (t) => {
  const { profile, plan } = await tuneLetters({ fidelities: { words: ['9'] } });
  t.deepEqual(Object.keys(profile.features), ['length', 'words', 'words@9']);
  t.deepEqual(plan.stages[0].features, ['words@9']);
  const wrong: readonly [Readonly<Record<string, readonly string[]>>, RegExp][] = [
    [{ words: ['9', '9'] }, /fidelities\.words.*each once/],
    [{ words: [] }, /fidelities\.words.*names of versions/],
    [{ wrods: ['9'] }, /fidelities\.wrods.*words/],
    [{ length: ['9'] }, /fidelities\.length.*no versions/],
  ];
  for (const [fidelities, message] of wrong)
    await t.throwsAsync(tuneLetters({ fidelities }), { instanceOf: OptionError, message });
  const plain = letterFeatures();
  for (const own of [{ price: 0.1 }, { live: true }]) {
    const features = define({ length: plain.get('length'), words: { ...bag(), ...own } });
    const error = await t.throwsAsync(tuneLetters({ features, fidelities: { words: ['9'] } }), {
      instanceOf: OptionError,
    });
    t.regex(error.message, /fidelities\.words.*'9' costs money or is live/);
  }
});

test('bad versions are errors that name them', async (t) => {
  const notNested = await t.throwsAsync(tuneLetters({}, { fault: 'not nested' }), {
    instanceOf: UnstableFeature,
  });
  t.regex(notNested.message, /words.*after its cheaper versions.*fidelities: false/s);
  const batch = await t.throwsAsync(tuneLetters({}, { fault: 'batch' }), { instanceOf: UnstableFeature });
  t.regex(batch.message, /words@6/);
  const width = await t.throwsAsync(tuneLetters({}, { fault: 'width' }));
  t.regex(width.message, /words@6.*columns/s);
  // What isn't tried isn't looked at.
  t.deepEqual(versionsIn(await tuneLetters({ fidelities: false }, { fault: 'batch' })), []);
});

test('options and names that can’t be are refused', async (t) => {
  for (const fidelities of [-1, 1.5, Number.NaN, 65]) {
    const error = await t.throwsAsync(tuneLetters({ fidelities }), { instanceOf: OptionError });
    t.regex(error.message, /fidelities.*whole number/);
  }
  const named = define({ words: bag(), 'words@6': bag() });
  const options = { features: named, rows, labels: rows.map(({ kind }) => kind), full: logisticRegression() };
  const taken = await t.throwsAsync(
    tune({ ...options, bound: { loss: 'accuracy', epsilon: 0.05, delta: 0.05 } }),
    {
      instanceOf: OptionError,
    },
  );
  t.regex(taken.message, /features\.words@6.*version of 'words'.*fidelities: false/);
  const { profile } = await tuned();
  const odd = { ...profile.features, 'length@3': profile.features.length };
  const error = await t.throwsAsync(tuneLetters({ profile: { ...profile, features: odd } }), {
    instanceOf: OptionError,
  });
  t.regex(error.message, /length@3/);
});

test('what follows from a cascade works with versions: epsilons, what-ifs, plans by hand, fresh certificates', async (t) => {
  const cascade = await tuned();
  const wider = cascade.retune({ epsilon: 0.1 });
  t.is(wider.predictSync(fresh).labels.length, fresh.length);
  const dearer = cascade.whatIf({ costs: { words: { perRow: 480 } } });
  t.true(dearer.plan.expected.fullCost > 400);
  t.is(dearer.predictSync(fresh).labels.length, fresh.length);
  const byHand = cascade.explore({ ...cascade.plan, stages: cascade.plan.stages.slice(0, 1) });
  t.deepEqual(byHand.plan.stages[0].features, ['words@6']);
  const modes = cascade.withModes([0.1]);
  for (const mode of modes.modes.keys()) {
    t.is(modes.inMode(mode).predictSync(fresh).labels.length, fresh.length);
  }
  const rest = letters(1_500, 'rest');
  const again = await cascade.certify(cascade.plan, { rows: rest, epsilon: 0.05 });
  t.is(again.certificate.verdict, 'certified');
  t.deepEqual(again.plan.stages[0].features, ['words@6']);
});

test('streams of rows, groups, and numbers as answers work with versions', async (t) => {
  const { profile, plan } = await tuned();
  const streamed = await tuneLetters({ rows: () => rows, profile });
  t.deepEqual(streamed.plan, plan);
  const proposed = await tuneLetters({ rows: () => rows });
  t.deepEqual(Object.keys(proposed.profile.features), Object.keys(profile.features));
  const grouped = await tuneLetters({
    groups: (row) => rows.indexOf(row) >> 1,
    bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
  });
  t.true(versionsIn(grouped).includes('words@6'));
  const clock = new FakeClock();
  const numbers = await tune({
    features: letterFeatures({ clock }),
    rows,
    labels: rows.map(({ kind, tokens }) => (kind === 'a' ? 5 : -5) + tokens[0] / 40),
    full: ridgeRegression({ l2: 0.1 }),
    bound: { loss: absoluteError(10), epsilon: 0.15, delta: 0.05 },
    split: { folds: 2 },
    clock,
  });
  t.true(Object.keys(numbers.profile.features).includes('words@6'));
  t.is(numbers.predictSync(fresh).labels.length, fresh.length);
});

test('a file has the state of the feature, whatever state its last step has', async (t) => {
  const cascade = await tuned();
  const path = join(await folderFor(t), 'letters.cascade');
  await cascade.save(path, { reference: 'rows' });
  const loaded = await Cascade.load<Letter, 'a' | 'b', 'length' | 'words'>(path, {
    features: letterFeatures(),
  });
  t.is(loaded.certificate.verdict, 'certified');
  t.deepEqual(loaded.predictSync(fresh), cascade.predictSync(fresh));
});

test('fits on threads find the same plan', async (t) => {
  const worker = new URL('../../lib/learn/fits/threads/worker.ts', import.meta.url);
  await using threads = fitThreads({ threads: 2 }, new URL(await modulesUrl(worker)));
  const { profile, plan } = await tuned();
  t.deepEqual((await tuneLetters({ profile, threads })).plan, plan);
});

test('a run that goes on from a checkpoint has the versions that it had', async (t) => {
  const checkpoint = join(await folderFor(t), 'run.checkpoint');
  const reason = new Error('enough');
  const ended = tuneLetters({ checkpoint, ...endingAt('search', reason) });
  await t.throwsAsync(ended, { is: reason });
  // A clock that stands still would propose none.
  const resumed = await tuneLetters({ checkpoint }, { clock: new FakeClock() });
  const { profile, plan } = await tuned();
  t.deepEqual(resumed.profile, profile);
  t.deepEqual(resumed.plan, plan);
});
