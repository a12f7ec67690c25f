import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { build } from 'esbuild';
import { gaussianWorld } from '../datasets/index.js';
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
import { loaders } from '../lib/learners/index.js';
import * as runtime from '../runtime.js';
import { folderFor } from './support/files.js';

/** The serving face: what it weighs, what it imports, and that it answers as the cascade does that was saved. */

async function bundle() {
  return await build({
    entryPoints: [fileURLToPath(new URL('../runtime.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    write: false,
    metafile: true,
  });
}

test('one file of at most 30 kilobytes, that imports nothing', async (t) => {
  const { outputFiles, metafile } = await bundle();
  t.true(gzipSync(outputFiles[0].contents, { level: 9 }).length <= 30_000);
  const [{ imports }] = Object.values(metafile.outputs);
  t.deepEqual(imports, []);
});

test('nothing that fits or tunes is in it', async (t) => {
  const { metafile } = await bundle();
  const [{ inputs }] = Object.values(metafile.outputs);
  const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const rooms = used
    .map(([path]) => path)
    .filter((path) => /stages\/(?!cuts)|chain|promise|fitLinear|boost\.ts|grow/.test(path));
  t.deepEqual(rooms, []);
});

test('answers as the cascade does that was saved, from its bytes', async (t) => {
  const { rows, labels } = gaussianWorld({ rows: 600, seed: 1 });
  type Row = (typeof rows)[number];
  const of = (all: readonly Row[]) => Float32Array.from(all.flatMap(({ cheap }) => [...cheap]));
  const features = define({ cheap: dense(2, of) });
  const bound = { loss: 'disagreement', epsilon: 0.1, delta: 0.05 } as const;
  const cascade = await tune({ features, rows, labels, full: logisticRegression(), bound, seed: 1 });
  const path = `${await folderFor(t)}/world.cascade`;
  await cascade.save(path, { evidence: true });
  const bytes = await readFile(path);
  const light = runtime.define({ cheap: runtime.dense(2, of) });
  const served = await runtime.Cascade.load(bytes, { features: light });
  t.deepEqual(served.predictSync(rows), cascade.predictSync(rows));
  t.deepEqual(served.certificate, cascade.certificate);
  const { buffer, byteOffset, byteLength } = new Uint8Array(bytes);
  const cut = buffer.slice(byteOffset, byteOffset + byteLength);
  t.deepEqual((await runtime.Cascade.load(cut, { features })).plan, cascade.plan);
  t.deepEqual((await Cascade.load(bytes, { features })).path, cascade.path);
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
  const learners = [logisticRegression(), ridgeRegression(), gradientBoosting(), randomForest()];
  t.deepEqual(
    loaders.map(({ name }) => name),
    learners.map(({ name }) => name),
  );
});

test('errors keep their names where a minifier has renamed their classes', async (t) => {
  const { outputFiles } = await bundle();
  const file = `${await folderFor(t)}/runtime.mjs`;
  await writeFile(file, outputFiles[0].contents);
  const small: typeof runtime = await import(file);
  t.throws(() => small.define({}), { name: 'OptionError', code: 'OPTION' });
});
