import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { gaussianWorld } from '../datasets/index.js';
import * as runtime from '../entries/runtime.js';
import {
  Cascade,
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  randomForest,
  ridgeRegression,
  tune,
} from '../index.js';
import { loaders, smaller } from '../lib/learn/learners/index.js';
import * as hints from '../lib/util/hints.js';
import * as lightHints from '../lib/util/lightHints.js';
import { profileOf } from './support/agreement.js';
import { folderFor } from './support/files.js';

/** The serving face: what it weighs, what it imports, and that it answers as the cascade does that was saved. */

const built = new URL('../dist/entries/runtime.js', import.meta.url);

test('one file of at most 56 kilobytes, that imports nothing', async (t) => {
  const text = await readFile(built);
  t.true(gzipSync(text, { level: 9 }).length <= 56_000);
  // Asked for where there is a Node, and done without elsewhere.
  const requested = text.toString().replace(/\.getBuiltinModule\?\.\("node:events"\)/, '');
  t.false(/\bimport[\s("'{*]|\brequire\(|["']node:/.test(requested));
});

test('it has what loads and answers, and nothing that tunes', async (t) => {
  const small: typeof runtime = await import(built.href);
  t.deepEqual(Object.keys(small).sort(), Object.keys(runtime).sort());
  const has = Object.getOwnPropertyNames(small.Cascade.prototype);
  for (const name of ['retune', 'certify', 'report', 'save']) t.false(has.includes(name), name);
});

test('errors are the same there, without hints', async (t) => {
  const small: typeof runtime = await import(built.href);
  const wrong = [{ size: () => 1 }] as const;
  const stated = (define: unknown) => {
    const error = t.throws(() => Reflect.apply(define as () => void, undefined, wrong));
    return [error?.name, error?.message];
  };
  const [name, message] = stated(runtime.define);
  t.regex(message ?? '', /got a function; give the function to one of these/);
  t.deepEqual(stated(small.define), [name, message?.replace(/; give.*/, '')]);
  // What is swapped when it is built has to have the same names.
  t.deepEqual(Object.keys(lightHints).sort(), Object.keys(hints).sort());
});

test('answers as the cascade does that was saved, from its bytes', async (t) => {
  const { rows, labels } = gaussianWorld({ rows: 600, seed: 1 });
  type Row = (typeof rows)[number];
  const of = (all: readonly Row[]) => Float32Array.from(all.flatMap(({ cheap }) => [...cheap]));
  const features = define({ cheap: dense(2, of) });
  const bound = { loss: 'disagreement', epsilon: 0.1, delta: 0.05 } as const;
  const profile = profileOf({ cheap: 1 });
  const cascade = await tune({ features, rows, labels, full: logisticRegression(), profile, bound, seed: 1 });
  const path = `${await folderFor(t)}/world.cascade`;
  await cascade.save(path, { evidence: true });
  const bytes = await readFile(path);
  const light = runtime.define({ cheap: runtime.dense(2, of) });
  const served = await runtime.Cascade.load(bytes, { features: light });
  t.deepEqual(served.predictSync(rows), { ...cascade.predictSync(rows), unchecked: true });
  t.deepEqual(served.certificate, cascade.certificate);
  const { buffer, byteOffset, byteLength } = new Uint8Array(bytes);
  const cut = buffer.slice(byteOffset, byteOffset + byteLength);
  t.deepEqual((await runtime.Cascade.load(cut, { features })).plan, cascade.plan);
  t.deepEqual((await Cascade.load(bytes, { features })).path, cascade.path);
});

test('a cascade over columns answers there, by the features that it was saved with', async (t) => {
  const rows = Array.from({ length: 300 }, (_, i) => ({
    x: i % 10,
    y: i % 7,
    city: i % 3 ? 'Oslo' : 'Bern',
  }));
  const small: typeof runtime = await import(built.href);
  const made = ({
    define,
    column,
    columns,
    oneHot,
  }: Pick<typeof runtime, 'define' | 'column' | 'columns' | 'oneHot'>) =>
    define({ x: column('x'), both: columns(['x', 'y']), city: oneHot(column<string>('city')) });
  const cascade = await tune({
    features: made(runtime),
    rows,
    labels: rows.map(({ x }) => (x < 5 ? 'low' : 'high')),
    full: logisticRegression(),
    profile: profileOf({ x: 1, both: 2, city: 3 }),
    bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
    repeats: true,
    split: { folds: 2 },
    seed: 1,
  });
  const path = `${await folderFor(t)}/columns.cascade`;
  await cascade.save(path);
  const served = await small.Cascade.load(await readFile(path), { features: made(small) });
  t.deepEqual(served.predictSync(rows).labels, cascade.predictSync(rows).labels);
  t.throws(() => served.predictSync([{ x: 1, y: 'one', city: 'Oslo' }]), {
    name: 'RefusedRow',
    message: /column 'y': expected a number, got "one"/,
  });
});

test('what is no bytes, and bytes that are damaged, are refused', async (t) => {
  const features = define({ one: dense(1, (rows: readonly number[]) => Float32Array.from(rows)) });
  const load = runtime.Cascade.load.bind(runtime.Cascade);
  // What JavaScript may well be given: a path.
  const path: unknown = 'mail.cascade';
  await t.throwsAsync(load(path as Uint8Array, { features }), {
    code: 'OPTION',
    message: /bytes.*mail\.cascade/,
  });
  await t.throwsAsync(load(new Uint8Array(100), { features }), { code: 'ARTIFACT', name: 'ArtifactError' });
});

test('loaders are named as the learners are', (t) => {
  const trees = gradientBoosting();
  const small = smaller(trees) ?? trees;
  const learners = [logisticRegression(), ridgeRegression(), trees, small, randomForest()];
  t.deepEqual(
    loaders.map(({ name }) => name),
    learners.map(({ name }) => name),
  );
});

test('errors keep their names where a minifier has renamed their classes', async (t) => {
  const small: typeof runtime = await import(built.href);
  t.throws(() => small.define({}), { name: 'OptionError', code: 'OPTION' });
});
