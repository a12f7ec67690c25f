import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { build } from 'esbuild';
import { transformersModel } from '../../../../../entries/full.js';
import {
  ArtifactError,
  Cascade,
  define,
  dense,
  ModelError,
  OptionError,
  tune,
} from '../../../../../index.js';
import { FREE } from '../../../../../lib/costs/index.js';
import { rowBlock } from '../../../../../lib/data/blocks/index.js';
import type { Model } from '../../../../../lib/learn/learners/index.js';
import { random } from '../../../../../lib/stats/index.js';
import { loadPackage } from '../../../../../lib/util/packages.js';
import { profileOf } from '../../../../support/agreement.js';
import { folderFor } from '../../../../support/files.js';
import { near } from '../../../../support/near.js';
import { isHere } from '../../../../support/packages.js';
import { logitsOf, softmax, writeTiny } from './tinyModel.js';

/** The adapter on transformers.js itself, where it is installed, with a model that is written here. */

const isInstalled = isHere('@huggingface/transformers');
const live = isInstalled ? test : test.skip;
const left = '(left out without @huggingface/transformers)';
const session = { intraOpNumThreads: 1 };

async function scoresOf(model: Model, rows: readonly unknown[]): Promise<number[][]> {
  const out = new Float64Array(rows.length * model.classes);
  await model.score([rowBlock(rows)], out);
  return rows.map((_, row) => [...out.subarray(row * model.classes, (row + 1) * model.classes)]);
}

type Pipe = ((texts: readonly string[], options: object) => Promise<{ label: string; score: number }[][]>) & {
  dispose(): Promise<void>;
};

async function pipelineOf(folder: string): Promise<Pipe> {
  const { pipeline } = (await loadPackage('@huggingface/transformers')) as {
    readonly pipeline: (task: string, folder: string, options: object) => Promise<Pipe>;
  };
  return pipeline('text-classification', folder, {
    dtype: 'fp32',
    local_files_only: true,
    session_options: session,
  });
}

live(`a folder’s answers are those of its pipeline ${left}`, async (t) => {
  const folder = await folderFor(t);
  await writeTiny(folder);
  await using model = await transformersModel(folder, { session });
  t.deepEqual([...model.labels], ['sports', 'money', 'food']);
  t.regex(model.fingerprint ?? '', /^sha256:[0-9a-f]{64}\/fp32\/cpu$/);
  const texts = [
    'goal and soup',
    '',
    'bank',
    'soup soup \ud83d',
    `${'goal '.repeat(30)}bank`,
    'Bank, unknown',
  ];
  const pipe = await pipelineOf(folder);
  const own = await scoresOf(model, texts);
  // What transformers.js makes of half a pair is its own matter.
  const listed = await pipe(
    texts.map((each) => each.replace('\ud83d', '\ufffd')),
    { top_k: null },
  );
  listed.forEach((each, row) => {
    for (const { label, score } of each) near(t, own[row][model.labels.indexOf(label)], score, 1e-5, 1e-6);
  });
  softmax(logitsOf(['goal', 'and', 'soup'])).forEach((expected, c) => {
    near(t, own[0][c], expected, 1e-5);
  });
  const limited = await transformersModel(pipe, { limit: 3 });
  const [first] = await scoresOf(limited, ['goal bank bank']);
  // Of three tokens one is special: transformers.js cuts off the end.
  softmax(logitsOf(['goal', 'bank'])).forEach((expected, c) => {
    near(t, first[c], expected, 1e-5);
  });
  await pipe.dispose();
  await t.throwsAsync(scoresOf(limited, ['goal']), {
    instanceOf: ModelError,
    message: /its pipeline was disposed of/,
  });
});

live(`zero-shot classification on a folder ${left}`, async (t) => {
  const folder = await folderFor(t);
  await writeTiny(folder, { labels: ['contradiction', 'neutral', 'entailment'] });
  const task = 'zero-shot-classification';
  await using model = await transformersModel(folder, {
    task,
    labels: ['goal', 'soup'],
    hypothesis: '{}',
    session,
  });
  const [[goal, soup]] = await scoresOf(model, ['bank and']);
  const [a, b] = softmax([-1, 2.5]);
  near(t, goal, a, 1e-5);
  near(t, soup, b, 1e-5);
});

live(`a folder’s cascade is tuned, saved, loaded, and void beside other files ${left}`, async (t) => {
  const folder = await folderFor(t);
  await writeTiny(folder);
  const drawn = random(3);
  const words = ['goal', 'bank', 'soup', 'and'];
  const rows = Array.from({ length: 700 }, () => {
    const all = Array.from({ length: 1 + drawn.integer(9) }, () => words[drawn.integer(4)]);
    return { text: all.join(' ') };
  });
  const features = define({
    counts: dense(3, (batch: readonly { text: string }[]) =>
      Float32Array.from(
        batch.flatMap(({ text }) => words.slice(0, 3).map((word) => text.split(word).length)),
      ),
    ),
  });
  const text = (row: { text: string }) => row.text;
  const full = await transformersModel(folder, { text, session });
  const profile = { ...profileOf({ counts: 1 }), full: { ...FREE, perRow: 1000 } };
  const cascade = await tune({ features, rows, full, profile, bound: { epsilon: 0.1 }, repeats: true });
  t.is(cascade.certificate.verdict, 'certified');
  t.deepEqual(
    (await cascade.full.predict(rows.slice(0, 5))).labels,
    rows.slice(0, 5).map((row) => {
      const logits = logitsOf(row.text.split(' '));
      return full.labels[logits.indexOf(Math.max(...logits))];
    }),
  );
  const path = join(folder, 'tiny.cascade');
  await cascade.save(path);
  t.is((await Cascade.load(path, { features, full })).certificate.verdict, 'certified');
  await full.close();
  await writeTiny(folder, { config: { note: 'retrained' } });
  await using other = await transformersModel(folder, { text, session });
  t.is((await Cascade.load(path, { features, full: other })).certificate.verdict, 'void');
});

live(`folders that lack a file say which ${left}`, async (t) => {
  const folder = await folderFor(t);
  await writeTiny(folder);
  await t.throwsAsync(transformersModel(folder, { dtype: 'q8' }), {
    instanceOf: ArtifactError,
    message: /no weights onnx\/model_quantized\.onnx \(dtype 'q8'\); it has weights of dtype fp32/,
  });
  await t.throwsAsync(transformersModel(folder, { dtype: 'fp31' }), {
    instanceOf: OptionError,
    message: /'dtype'.*fp32, fp16/,
  });
  await t.throwsAsync(transformersModel(folder, { device: 'abacus' }), {
    instanceOf: OptionError,
    message: /'device'.*abacus/,
  });
  await t.throwsAsync(transformersModel(folder, { task: 'image-classification' }), {
    instanceOf: ArtifactError,
    message: /no preprocessor_config\.json/,
  });
  await rm(join(folder, 'tokenizer.json'));
  await t.throwsAsync(transformersModel(folder), {
    instanceOf: ArtifactError,
    message: /no tokenizer\.json/,
  });
  await t.throwsAsync(transformersModel(join(folder, 'nowhere')), {
    instanceOf: ArtifactError,
    message: /there is no folder .*nowhere, and nothing is fetched from a hub/,
  });
  await writeTiny(folder);
  await writeFile(join(folder, 'onnx', 'model.onnx'), 'no model');
  await t.throwsAsync(transformersModel(folder), { instanceOf: ArtifactError, message: /can't be opened/ });
});

const isOther = isInstalled && isHere('onnxruntime-other');
const beside = isOther ? test : test.skip;

beside(
  `another release of ONNX Runtime in the process is shared, or said to be in the way ${isOther ? '' : '(left out without onnxruntime-other)'}`,
  async (t) => {
    const folder = await folderFor(t);
    await writeTiny(folder);
    await build({
      entryPoints: [fileURLToPath(new URL('besideRuntime.ts', import.meta.url))],
      ...{
        outfile: join(folder, 'child.mjs'),
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node20',
      },
      packages: 'external',
    });
    const child = async (order: string) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        join(folder, 'child.mjs'),
        folder,
        order,
      ]);
      return JSON.parse(stdout.split('\n').filter(Boolean).at(-1) ?? '');
    };
    // The other release is first: transformers.js can't load its own.
    const [first, second] = await child('other,transformers');
    t.is(first, 'loaded');
    t.is(second.code, 'PACKAGE_CONFLICT');
    t.regex(
      second.message,
      /@huggingface\/transformers can't load its onnxruntime-node .*npm ls onnxruntime-node/s,
    );
    // transformers.js is first: onnxModel runs on the release that it brought.
    t.deepEqual(await child('transformers,shared'), ['loaded', 'loaded']);
  },
);
