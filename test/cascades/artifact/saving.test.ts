import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  type AgreementRow,
  type Answer,
  agreementWorld,
  type TextRow,
  textWorld,
} from '../../../datasets/index.js';
import {
  ArtifactError,
  Cascade,
  counts,
  define,
  dense,
  type Label,
  logisticRegression,
  OptionError,
  oneHot,
  tfidf,
} from '../../../index.js';
import { RETRAINED } from '../../../lib/util/hints.js';
import {
  sigmoidLearner,
  tuneWorld,
  worldsFeatures,
  worldsFull,
  worldsProfile,
} from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';
import { textFeatures, tuneTexts } from '../../support/texts.js';

const fresh = textWorld({ rows: 300, seed: 2, classes: 3, bodyWords: 12, easy: 0.7 });

const kinds: readonly (readonly [kind: string, names: readonly Label[]])[] = [
  ['text', ['ham', 'ünerwünscht', 'null']],
  ['numbers', [-1, 2.5, 0]],
  ['booleans', [true, false]],
];

/** Tuned once for each kind of labels. */
const texts = kinds.map(([, names]) => tuneTexts(names));

for (const [i, [kind, names]] of kinds.entries()) {
  test(`loaded, a cascade of ${kind} answers bit for bit as it did`, async (t) => {
    const path = join(await folderFor(t), 'texts.cascade');
    const { cascade, rows } = await texts[i];
    t.is(cascade.certificate.verdict, 'certified');
    await cascade.save(path);
    const loaded = await Cascade.load<TextRow, Label, (typeof textFeatures.names)[0]>(path, {
      features: textFeatures,
    });
    for (const batch of [rows, fresh.rows]) {
      const answers = await cascade.predict(batch);
      t.deepEqual(await loaded.predict(batch), { ...answers, unchecked: true });
      t.deepEqual(loaded.predictSync(batch), { ...answers, unchecked: true });
      t.true(answers.labels.every((label) => names.includes(label)));
      t.true(new Set(answers.exits).size > 1, 'rows leave at several stages');
      t.deepEqual(await loaded.full.predict(batch), {
        ...(await cascade.full.predict(batch)),
        unchecked: true,
      });
    }
    t.deepEqual(loaded.plan, cascade.plan);
    t.deepEqual(loaded.certificate, cascade.certificate);
    t.deepEqual(loaded.profile, cascade.profile);
    t.deepEqual(loaded.frontier, cascade.frontier);
    t.true(loaded.summary().startsWith(cascade.summary({ time: false }).trimEnd()));
    t.regex(loaded.summary(), /Features are unchecked/);
    // What was loaded can be saved again, and the file is the same.
    const again = join(await folderFor(t), 'again.cascade');
    await loaded.save(again);
    t.deepEqual(await readFile(again), await readFile(path));
  });
}

const world = agreementWorld({ rows: 1_500, seed: 1 });
/** A cascade with one stage, all of whose models were given by hand. */
const tuned = tuneWorld(world);

async function saved(t: Parameters<typeof folderFor>[0], made = tuned) {
  const path = join(await folderFor(t), 'agreement.cascade');
  const cascade = await made;
  t.is(cascade.certificate.verdict, 'certified');
  await cascade.save(path);
  return { path, cascade, rows: world.rows };
}

const given = { full: worldsFull, learners: [sigmoidLearner] };

function load(path: string, options: Parameters<typeof Cascade.load<AgreementRow, Answer, string>>[1]) {
  return Cascade.load<AgreementRow, Answer, string>(path, options);
}

const cheap = worldsFeatures.get('cheap');
const costly = worldsFeatures.get('costly');

test('a full model and learners of one’s own are given again', async (t) => {
  const { path, cascade, rows } = await saved(t);
  const loaded = await load(path, { features: worldsFeatures, ...given });
  t.deepEqual(await loaded.predict(rows), { ...(await cascade.predict(rows)), unchecked: true });
  t.is(loaded.certificate.verdict, 'certified');

  const noFull = await t.throwsAsync(load(path, { features: worldsFeatures, learners: [sigmoidLearner] }), {
    instanceOf: OptionError,
    message: /trained full model \(full\); pass it again/,
  });
  t.is(noFull?.option, 'full');
  const noLearner = await t.throwsAsync(load(path, { features: worldsFeatures, full: worldsFull }), {
    instanceOf: OptionError,
    message: /model of 'sigmoid'; pass that learner/,
  });
  t.is(noLearner?.option, 'learners');
  const typo = { features: worldsFeatures, ...given, model: worldsFull };
  await t.throwsAsync(load(path, typo), { instanceOf: OptionError, message: /'model': unknown/ });
});

test('the order in which features are defined doesn’t matter', async (t) => {
  const { path, cascade, rows } = await saved(t);
  const loaded = await load(path, { features: define({ costly, cheap }), ...given });
  t.deepEqual(await loaded.predict(rows), { ...(await cascade.predict(rows)), unchecked: true });
});

const wide = dense(2, (rows: readonly AgreementRow[]) => new Float32Array(2 * rows.length));
const mismatched = [
  [
    'other names',
    { features: define({ cheap, dear: costly }), ...given },
    /needs a dense feature 'costly'; there are cheap, dear/,
  ],
  ['fewer features', { features: define({ cheap }), ...given }, /needs a dense feature 'costly'/],
  [
    'more features',
    { features: define({ cheap, costly, extra: cheap }), ...given },
    /made without the features extra/,
  ],
  [
    'another width',
    { features: define({ cheap: wide, costly }), ...given },
    /'cheap' has 2 columns now, 1 when/,
  ],
  [
    'another kind of feature',
    { features: define({ cheap: oneHot((row: AgreementRow) => row.cheap), costly }), ...given },
    /'cheap' is a oneHot feature now, was dense/,
  ],
  [
    'other labels',
    { features: worldsFeatures, ...given, full: { ...worldsFull, labels: ['yes', 'no'] as const } },
    /labels are yes, no, were no, yes/,
  ],
  [
    'a full model that reads something else',
    { features: worldsFeatures, ...given, full: { ...worldsFull, reads: ['cheap'] } },
    /full model reads cheap, read costly/,
  ],
] as const;

for (const [what, options, message] of mismatched) {
  test(`refused to load: ${what}`, async (t) => {
    const { path } = await saved(t);
    const error = await t.throwsAsync(load(path, options), { instanceOf: ArtifactError, message });
    t.is(error?.reason, 'mismatch');
    t.true(error?.message.includes(path), 'the file is named');
  });
}

test('refused to load: vocabularies of other kinds', async (t) => {
  const path = join(await folderFor(t), 'texts.cascade');
  const { cascade } = await texts[0];
  await cascade.save(path);
  const all = Object.fromEntries(textFeatures.names.map((name) => [name, textFeatures.get(name)]));
  const features = define<TextRow>({ ...all, bag: tfidf((row: TextRow) => row.title, { minDf: 2 }) });
  await t.throwsAsync(Cascade.load(path, { features }), {
    message: /'bag' is a tfidf feature now, was counts/,
  });
  const swapped = define<TextRow>({ ...all, title: counts((row: TextRow) => row.title) });
  await t.throwsAsync(Cascade.load(path, { features: swapped }), {
    message: /'title' is a counts feature now/,
  });
});

test('a damaged, cut, foreign or missing file is refused before anything is read from it', async (t) => {
  const { path } = await saved(t);
  const bytes = await readFile(path);
  const broken = join(await folderFor(t), 'broken.cascade');
  const refusal = async (content: Uint8Array | string) => {
    await writeFile(broken, content);
    const error = await t.throwsAsync(load(broken, { features: worldsFeatures, ...given }), {
      instanceOf: ArtifactError,
    });
    return error?.reason;
  };
  for (const at of [bytes.length - 1, bytes.length >> 1, 400]) {
    const flipped = Uint8Array.from(bytes);
    flipped[at] ^= 1;
    t.is(await refusal(flipped), 'damaged', `byte ${at}`);
  }
  t.is(await refusal(bytes.subarray(0, bytes.length - 8)), 'damaged');
  t.is(await refusal('{"stages":[]}'), 'foreign');
  const missing = await t.throwsAsync(load(join(path, 'nowhere'), { features: worldsFeatures, ...given }), {
    instanceOf: ArtifactError,
  });
  t.is(missing?.reason, 'unreadable');
});

test('changed features or full models void the certificate, saying what changed', async (t) => {
  const versioned = (version?: string) =>
    dense(1, (rows: readonly AgreementRow[]) => Float32Array.from(rows, (row) => row.cheap), {
      ...(version && { version }),
    });
  const { path, rows } = await saved(
    t,
    tuneWorld(world, { features: define({ cheap: versioned('1'), costly }) }),
  );
  const same = await load(path, { features: define({ cheap: versioned('1'), costly }), ...given });
  t.is(same.certificate.verdict, 'certified');

  const changed = await load(path, {
    features: define({ cheap: versioned(), costly }),
    ...given,
    full: { ...worldsFull, fingerprint: 'sha256:other' },
  });
  t.is(changed.certificate.verdict, 'void');
  t.is(
    changed.certificate.reason,
    `feature 'cheap': version is none now, was 1; the full model is 'sha256:other', was 'full'${RETRAINED}`,
  );
  t.is((await changed.predict(rows.slice(0, 5))).verdict, 'void', 'every answer says so');
  t.regex(changed.summary(), /Nothing is promised \(void\)/);
  const resaved = join(await folderFor(t), 'void.cascade');
  await changed.save(resaved);
  const back = await load(resaved, {
    features: define({ cheap: versioned(), costly }),
    ...given,
    full: { ...worldsFull, fingerprint: 'sha256:other' },
  });
  t.is(back.certificate.verdict, 'void', 'and saving it doesn’t mend it');
});

test('a model without a state can’t be saved, and leaves no file', async (t) => {
  const learner = {
    ...sigmoidLearner,
    fit: async (...args: Parameters<typeof sigmoidLearner.fit>) => {
      const { name, classes, score } = await sigmoidLearner.fit(...args);
      return { name, classes, score };
    },
  };
  const cascade = await tuneWorld(world, { approximate: learner });
  const path = join(await folderFor(t), 'none.cascade');
  const error = await t.throwsAsync(cascade.save(path), {
    instanceOf: ArtifactError,
    message: /model 'sigmoid' has no state/,
  });
  t.is(error?.reason, 'unsavable');
  await t.throwsAsync(readFile(path), { code: 'ENOENT' });
  const nowhere = await t.throwsAsync((await saved(t)).cascade.save(join(path, 'no', 'folder')), {
    instanceOf: ArtifactError,
  });
  t.is(nowhere?.reason, 'unsavable');
});

test('a cascade that serves the full model alone is saved and loaded too', async (t) => {
  const path = join(await folderFor(t), 'full.cascade');
  const world = agreementWorld({ rows: 300, seed: 3, doubt: 0.1 });
  const cascade = await tuneWorld(world, {
    labels: world.labels,
    full: logisticRegression(),
    bound: { epsilon: 0.001 },
    profile: { ...worldsProfile },
  });
  t.is(cascade.certificate.verdict, 'full-model-only');
  await cascade.save(path);
  const loaded = await load(path, { features: worldsFeatures });
  t.deepEqual(loaded.certificate, cascade.certificate);
  t.deepEqual(await loaded.predict(world.rows), { ...(await cascade.predict(world.rows)), unchecked: true });
  t.true(loaded.summary().startsWith(cascade.summary({ time: false }).trimEnd()));
});
