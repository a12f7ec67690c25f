import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import * as runtime from 'spillway/runtime';
import { type TextRow, textWorld } from '../../../datasets/index.js';
import type { TrainedModel } from '../../../entries/full.js';
import {
  Cascade,
  counts,
  define,
  type Feature,
  logisticRegression,
  lookup,
  oneHot,
  tfidf,
  tune,
} from '../../../index.js';
import { profileOf } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** An artifact is certified for the options of its features: with others, the certificate is void, and says which. */

const { rows, labels } = textWorld({ rows: 600, seed: 1, classes: 2, bodyWords: 12, easy: 0.7 });
const title = (row: TextRow) => row.title;
const zeros = async (keys: readonly string[]) => keys.map(() => [0]);

const defined = {
  title: tfidf(title),
  bag: counts(title),
  hashed: counts(title, { hashing: 64 }),
  opening: oneHot((row: TextRow) => row.title.slice(0, 2)),
  found: lookup({ key: title, fetch: zeros, width: 1 }),
};
type Name = keyof typeof defined;
const profile = profileOf({ title: 1, bag: 100, hashed: 100, opening: 100, found: 100 });

/** Tuned once for all tests of this file. */
const cascadeOf = tune({
  features: define(defined),
  rows,
  labels,
  full: logisticRegression({ l2: 0.1 }),
  profile,
  split: { folds: 2 },
  bound: { loss: 'disagreement', epsilon: 0.1 },
});

const changed: readonly (readonly [Name, Feature<TextRow>, RegExp])[] = [
  ['title', tfidf(title, { norm: 'none' }), /feature 'title': option 'norm' is "none" now, was "l2"/],
  ['title', tfidf(title, { sublinear: true }), /option 'sublinear' is true now, was false/],
  ['title', tfidf(title, { idf: false }), /option 'idf' is false now, was true/],
  ['title', tfidf(title, { analyzer: 'char' }), /option 'analyzer' is "char" now, was "word"/],
  ['title', tfidf(title, { ngrams: [1, 2] }), /option 'ngrams' is \[1,2\] now, was \[1,1\]/],
  ['title', tfidf(title, { maxFeatures: 7 }), /option 'maxFeatures' is 7 now, was none/],
  ['title', tfidf(title, { minDf: 2 }), /option 'minDf' is 2 now, was 1/],
  ['title', tfidf(title, { maxDf: 0.5 }), /option 'maxDf' is 0.5 now, was 1/],
  ['title', tfidf(title, { hashing: 64 }), /option 'hashing' is 64 now, was none/],
  ['bag', counts(title, { ngrams: [2, 2] }), /feature 'bag': option 'ngrams' is \[2,2\] now, was \[1,1\]/],
  ['hashed', counts(title, { hashing: 65 }), /feature 'hashed': option 'hashing' is 65 now, was 64/],
  [
    'opening',
    oneHot((row: TextRow) => row.title.slice(0, 2), { minCount: 3 }),
    /feature 'opening': option 'minCount' is 3 now, was 1/,
  ],
  [
    'found',
    lookup({ key: title, fetch: zeros, width: 1, absent: [7] }),
    /feature 'found': option 'absent' is \[7\] now, was \[0\]/,
  ],
];

test('another option of any built-in feature makes the certificate void, and is named', async (t) => {
  const cascade = await cascadeOf;
  t.is(cascade.certificate.verdict, 'certified');
  const path = join(await folderFor(t), 'options.cascade');
  await cascade.save(path);
  const bytes = await readFile(path);
  const same = await Cascade.load(path, { features: define(defined) });
  t.is(same.certificate.verdict, 'certified');
  for (const [name, feature, reason] of changed) {
    const features = define<TextRow>({ ...defined, [name]: feature });
    for (const entry of [Cascade, runtime.Cascade]) {
      const { certificate } = await entry.load(bytes, { features });
      t.is(certificate.verdict, 'void', name);
      t.regex(certificate.reason ?? '', reason);
    }
  }
});

test('defaults that are spelt out are the same options', async (t) => {
  const path = join(await folderFor(t), 'options.cascade');
  await (await cascadeOf).save(path);
  const features = define<TextRow>({
    ...defined,
    title: tfidf(title, { analyzer: 'word', ngrams: [1, 1], minDf: 1, maxDf: 1, norm: 'l2', idf: true }),
    opening: oneHot((row: TextRow) => row.title.slice(0, 2), { minCount: 1 }),
    found: lookup({ key: title, fetch: zeros, width: 1, absent: [0] }),
  });
  t.is((await Cascade.load(path, { features })).certificate.verdict, 'certified');
});

test('rows used before are known by the features that are still the same', async (t) => {
  const path = join(await folderFor(t), 'options.cascade');
  await (await cascadeOf).save(path);
  const features = define<TextRow>({ ...defined, title: tfidf(title, { norm: 'none' }) });
  const loaded = await Cascade.load<TextRow, string>(path, { features });
  // Other contents, and the same to every feature: what a row holds doesn't tell.
  const alike = rows.map((row) => ({ ...row, note: 'again' }));
  await t.throwsAsync(loaded.certify(loaded.path, { rows: alike }), {
    code: 'USED_ROWS',
    message: /without title/,
  });
});

test('a feature of one’s own may state options, a full model too', async (t) => {
  const own = (factor: number): Feature<TextRow> => ({
    ...defined.title,
    kind: 'own',
    options: { factor, of: { b: 1, a: [1] } },
  });
  const half = (options?: { readonly scores: string }): TrainedModel<string> => ({
    name: 'half',
    labels: ['a', 'b'],
    classes: 2,
    ...(options && { options }),
    score: (blocks, out) => out.fill(0.5, 0, 2 * blocks[0].rows) && undefined,
  });
  const cascade = await tune({
    features: define({ own: own(1) }),
    rows,
    labels,
    full: half({ scores: 'logits' }),
    bound: { loss: 'disagreement', epsilon: 0.1 },
    allowVacuous: true,
  });
  const path = join(await folderFor(t), 'own.cascade');
  await cascade.save(path);
  const load = (factor: number, full: TrainedModel<string>) =>
    Cascade.load<TextRow, string>(path, { features: define({ own: own(factor) }), full });
  t.not((await load(1, half({ scores: 'logits' }))).certificate.verdict, 'void');
  const other = (await load(2, half())).certificate;
  t.is(other.verdict, 'void');
  t.regex(other.reason ?? '', /feature 'own': option 'factor' is 2 now, was 1/);
  t.regex(other.reason ?? '', /the full model: options are none now, were \{"scores":"logits"\}/);
});
