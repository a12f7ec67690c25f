import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { textWorld } from '../../../datasets/index.js';
import { tableRows } from '../../../entries/data.js';
import {
  Cascade,
  column,
  columns,
  counts,
  define,
  dense,
  logisticRegression,
  oneHot,
  perRow,
  RefusedRow,
  tfidf,
  tune,
} from '../../../index.js';
import { combine, decode, encode, separate } from '../../../lib/data/artifact/index.js';
import { recordOf } from '../../../lib/data/columns/index.js';
import { columnFeatures, type StoredFeature } from '../../../lib/features/define/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { profileOf } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** The file of a cascade over columns is enough to answer. */

const world = textWorld({ rows: 600, seed: 1, classes: 2, bodyWords: 12, easy: 0.7 });
const rows = tableRows({
  title: world.rows.map(({ title }) => title),
  opening: world.rows.map(({ title }) => title.slice(0, 2)),
  size: Float64Array.from(world.rows, ({ body }, i) => (i % 9 === 0 ? Number.NaN : body.length)),
  isLong: world.rows.map(({ body }) => body.length > 80),
});
const features = define({
  words: tfidf(column('title'), { sublinear: true, maxFeatures: 500, maxDf: 0.9, stopWords: ['the'] }),
  pairs: counts(column('title'), {
    analyzer: 'char',
    ngrams: [2, 3],
    hashing: 64,
    binary: true,
    version: '2',
  }),
  tags: counts(column('title'), { tokenPattern: String.raw`\w(\w+)`, minDf: 2 }),
  opening: oneHot(column('opening'), { minCount: 2, missing: ['', 'no'] }),
  size: column('size', { missing: 'indicator' }),
  sizes: columns(['isLong'], { scaling: 'block', version: '1' }),
});
const dear = { pairs: 100, tags: 100, opening: 100, size: 100, sizes: 100 };

const made = tune({
  features,
  rows,
  labels: world.labels,
  full: logisticRegression({ l2: 0.1 }),
  profile: profileOf({ words: 1, ...dear }),
  split: { folds: 2 },
  bound: { loss: 'disagreement', epsilon: 0.1 },
});

test('a cascade over columns is loaded without its features, and answers as before', async (t) => {
  const cascade = await made;
  t.is(cascade.certificate.verdict, 'certified');
  const path = join(await folderFor(t), 'columns.cascade');
  await cascade.save(path, { reference: 'rows', evidence: true });
  const expected = cascade.predictSync(rows);
  for (const source of [path, await readFile(path)]) {
    const loaded = await Cascade.load(source);
    t.deepEqual(loaded.predictSync(rows), expected);
    t.deepEqual(loaded.certificate, cascade.certificate);
    // Nothing has to be a view.
    t.deepEqual(loaded.predictOneSync({ title: '', opening: '', size: null, isLong: false }).exit >= 0, true);
  }
  const given = await Cascade.load(path, { features });
  t.deepEqual(given.certificate, cascade.certificate);
});

test('a row that columns refuse is named, and no other', async (t) => {
  const cascade = await made;
  const given = rows.slice(0, 5).map((row) => ({ ...recordOf(row) }));
  t.is(cascade.predictSync(given).labels.length, 5);
  t.throws(() => cascade.predictSync(given.with(3, { ...given[3], isLong: 'yes' })), {
    instanceOf: RefusedRow,
    message: /feature 'sizes', row 3: column 'isLong': expected a number, got "yes"/,
  });
});

test('what code makes must be given, by name', async (t) => {
  const own = define({
    size: column('size', { missing: true }),
    isLong: oneHot((row: object) => Reflect.get(row, 'isLong') === true),
    half: dense(
      1,
      perRow((row: object) => Number(Reflect.get(row, 'size')) / 2),
      { missing: true },
    ),
  });
  const stored = (name: 'isLong' | 'half'): StoredFeature => {
    const { kind, options = null } = own.get(name);
    return { name, kind, version: null, options };
  };
  const message = (why: string) =>
    `option 'features': missing; features come from code: load(path, { features }). x.cascade alone ${why}`;
  t.throws(() => columnFeatures('x.cascade', [stored('isLong')]), {
    code: 'OPTION',
    message: message("doesn't tell feature 'isLong', which reads rows by a function"),
  });
  t.throws(() => columnFeatures('x.cascade', [stored('half')]), {
    code: 'OPTION',
    message: message("doesn't tell feature 'half', which is of the kind 'dense'"),
  });
});

const hostile: readonly [
  what: string,
  feature: string,
  options: Readonly<Record<string, JsonValue>>,
  why: RegExp,
][] = [
  ['an option of none', 'words', { evil: 1 }, /feature 'words'.*'evil': unknown/],
  ['a prototype', 'words', JSON.parse('{"__proto__": {"norm": "l1"}}'), /'__proto__': unknown/],
  ['a kind of value', 'words', { maxFeatures: '5' }, /'maxFeatures': expected a whole number/],
  ['a range', 'pairs', { ngrams: [3, 2] }, /'ngrams': expected/],
  ['a pattern that could take years', 'tags', { tokenPattern: '(?:a+)+b' }, /'tokenPattern': isn't read/],
  ['memory', 'pairs', { hashing: 2 ** 40 }, /'hashing': expected a whole number from 1 to/],
  ['a name that is none', 'opening', { column: 7 }, /column is 7; expected text/],
  ['names that are none', 'sizes', { columns: ['isLong', 7] }, /columns\[1\] is 7; expected text/],
  ['a column twice', 'sizes', { columns: ['isLong', 'isLong'] }, /'isLong' is there twice/],
];
for (const [what, name, options, message] of hostile) {
  test(`options of a file are checked: ${what}`, async (t) => {
    const path = join(await folderFor(t), 'hostile.cascade');
    await (await made).save(path);
    const { cascade, ...states } = separate(decode(await readFile(path)));
    const json = JSON.parse(JSON.stringify(cascade.json));
    const feature = json.features.find((each: StoredFeature) => each.name === name);
    feature.options = JSON.parse(
      JSON.stringify(feature.options).replace(/\}$/, `,${JSON.stringify(options).slice(1)}`),
    );
    const bytes = encode(combine({ cascade: { ...cascade, json }, ...states }));
    await t.throwsAsync(Cascade.load(bytes), { name: 'ArtifactError', code: 'ARTIFACT', message });
  });
}

test('another column in the file than was certified makes nothing up: the feature of the file is what answers', async (t) => {
  const path = join(await folderFor(t), 'other.cascade');
  await (await made).save(path);
  const other = {
    ...features,
    get: (name: never) => (name === 'size' ? column('length', { missing: 'indicator' }) : features.get(name)),
  };
  const { certificate } = await Cascade.load(path, { features: other });
  t.is(certificate.verdict, 'void');
  t.regex(certificate.reason ?? '', /feature 'size': option 'column' is "length" now, was "size"/);
});
