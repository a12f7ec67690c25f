import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test from 'ava';
import { onnxMlp } from '../../../../../bench/peers/onnxMlp.js';
import { onnxModel, pretrained } from '../../../../../entries/full.js';
import {
  ArtifactError,
  define,
  dense,
  logisticRegression,
  type Model,
  ModelError,
  OptionError,
  tfidf,
  tune,
} from '../../../../../index.js';
import { FREE } from '../../../../../lib/costs/index.js';
import { denseBlock, rowBlock } from '../../../../../lib/data/blocks/index.js';
import { random } from '../../../../../lib/stats/index.js';
import { profileOf } from '../../../../support/agreement.js';
import { folderFor } from '../../../../support/files.js';
import { linearInt8 } from './int8.js';

/** The adapter on ONNX Runtime itself, where it is installed. */

const WIDTHS = [6, 16, 3];
const classes = ['a', 'b', 'c'] as const;
const file = onnxMlp(WIDTHS, 1);

function isInstalled(): boolean {
  try {
    return typeof createRequire(import.meta.url)('onnxruntime-node') === 'object';
  } catch {
    return false;
  }
}

const live = isInstalled() ? test : test.skip;
const left = '(left out without onnxruntime-node)';

function blockOf(rows: number, seed: number) {
  const drawn = random(seed);
  return denseBlock(
    rows,
    WIDTHS[0],
    Float32Array.from({ length: rows * WIDTHS[0] }, () => drawn.normal()),
  );
}

live(`a row’s scores are the same alone, in a batch, and gathered from many callers ${left}`, async (t) => {
  const model = await onnxModel(file, { classes, session: { intraOpNumThreads: 1 } });
  const gathered = await onnxModel(file, {
    classes,
    batching: { maxRows: 16 },
    session: { intraOpNumThreads: 1 },
  });
  const block = blockOf(50, 1);
  const whole = new Float64Array(150);
  await model.score([block], whole);
  await Promise.all(
    Array.from({ length: 50 }, async (_, row) => {
      const alone = denseBlock(1, 6, block.values.slice(row * 6, (row + 1) * 6));
      const scores = new Float64Array(3);
      await gathered.score([alone], scores);
      scores.forEach((score, c) => {
        t.true(Math.abs(score - whole[row * 3 + c]) < 1e-6);
      });
    }),
  );
  for (let row = 0; row < 50; row++) {
    const sum = whole[3 * row] + whole[3 * row + 1] + whole[3 * row + 2];
    t.true(Math.abs(sum - 1) < 1e-6);
  }
  await Promise.all([model.close(), gathered.close()]);
});

live(`a file and its bytes are the same model ${left}`, async (t) => {
  const path = `${await folderFor(t)}/mlp.onnx`;
  await writeFile(path, file);
  const [fromPath, fromBytes] = [await onnxModel(path, { classes }), await onnxModel(file, { classes })];
  t.is(fromPath.fingerprint, fromBytes.fingerprint);
  const scores = [new Float64Array(9), new Float64Array(9)];
  await fromPath.score([blockOf(3, 2)], scores[0]);
  await fromBytes.score([blockOf(3, 2)], scores[1]);
  t.deepEqual(scores[0], scores[1]);
});

live(`what is no model, and a provider that isn’t there, are refused ${left}`, async (t) => {
  const foreign = onnxModel(Uint8Array.of(1, 2, 3), { classes });
  t.is((await t.throwsAsync(foreign, { instanceOf: ArtifactError }))?.reason, 'foreign');
  const torn = onnxModel(file.subarray(0, file.length / 2), { classes });
  t.is((await t.throwsAsync(torn, { instanceOf: ArtifactError }))?.reason, 'foreign');
  const provider = onnxModel(file, { classes, providers: ['none-such'] });
  t.is((await t.throwsAsync(provider, { instanceOf: OptionError }))?.option, 'providers');
  const wide = onnxModel(file, { classes: ['a', 'b'] });
  t.is((await t.throwsAsync(wide, { instanceOf: OptionError }))?.option, 'classes');
});

live(`a model in eight bits answers nearly as its weights say, and serves as a stage ${left}`, async (t) => {
  const rows = Array.from({ length: 900 }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 2.9)]);
  const weights = [2, -2, 0.5, 1];
  const features = define({
    both: dense(2, (all: readonly number[][]) => Float32Array.from(all.flat())),
  });
  const block = denseBlock(rows.length, 2, Float32Array.from(rows.flat()));
  const small = await onnxModel(linearInt8(2, 2, weights), {
    name: 'int8',
    classes: ['a', 'b'],
    inputs: 'both',
    // ONNX Runtime takes the scale of its bytes over the batch.
    tolerance: 0.02,
  });
  const scores = new Float64Array(2 * rows.length);
  await small.score([block], scores);
  const exact = rows.map(([x, y]) => 1 / (1 + Math.exp(4 * x - 0.5 * y)));
  const off = exact.map((second, row) => Math.abs(second - scores[2 * row + 1]));
  // Bytes are coarse: in single precision the scores would be exact.
  t.true(Math.max(...off) < 0.02);
  t.true(off.filter((each) => each > 1e-6).length > rows.length / 2);

  let requested = 0;
  const cascade = await tune({
    features,
    rows,
    full: {
      name: 'exact',
      labels: ['a', 'b'],
      classes: 2,
      reads: ['both'],
      score([{ rows: count, values }], out) {
        requested += count;
        for (let row = 0; row < count; row++) {
          const second = 1 / (1 + Math.exp(4 * values[2 * row] - 0.5 * values[2 * row + 1]));
          out.set([1 - second, second], 2 * row);
        }
      },
    },
    approximate: pretrained(small),
    // The full model is what costs.
    profile: { ...profileOf({ both: 1 }, ['int8']), full: { ...FREE, perRow: 1_000 } },
    bound: { epsilon: 0.05 },
    seed: 1,
  });
  t.deepEqual(
    cascade.plan.stages.map(({ learner }) => learner),
    ['int8'],
  );
  requested = 0;
  await cascade.predict(rows);
  t.true(requested < rows.length / 4);
  await small.close();
});

interface Visitor {
  readonly text: string;
  readonly city: string;
  readonly age: number;
  readonly visits: number;
}
interface Answered {
  readonly rows: readonly Visitor[];
  readonly classes: readonly string[];
  readonly labels: readonly string[];
  readonly probabilities: readonly (readonly number[])[];
}
const fixture = (name: string) => new URL(`../../../../fixtures/texts/${name}`, import.meta.url);
const visitor = {
  text: (row: Visitor) => row.text,
  city: (row: Visitor) => row.city,
  age: (row: Visitor) => row.age,
  visits: (row: Visitor) => row.visits,
};

live(`a pipeline of texts and numbers by skl2onnx gives scikit-learn’s answers ${left}`, async (t) => {
  const answered: Answered = JSON.parse(await readFile(fixture('answers.json'), 'utf8'));
  const { rows, classes: own, probabilities, labels } = answered;
  const scoresOf = async (model: Model, given: readonly unknown[] = rows) => {
    const out = new Float64Array(2 * given.length);
    await model.score([rowBlock(given)], out);
    return out;
  };
  const bytes = await readFile(fixture('pipeline.onnx'));
  const model = await onnxModel(bytes, { classes: own, inputs: visitor });
  t.true(model.readsRows);
  t.regex(model.fingerprint ?? '', /\/string\+float32\+int64$/);
  const scores = await scoresOf(model);
  probabilities.flat().forEach((probability, i) => {
    t.true(Math.abs(scores[i] - probability) < 1e-6);
  });
  const alone = await scoresOf(model, [rows[8]]);
  t.true(Math.abs(alone[0] - scores[16]) < 1e-6);

  const hard = labels.flatMap((label) => own.map((each) => Number(each === label)));
  const byLabel = await onnxModel(bytes, { classes: own, inputs: visitor, output: 'label' });
  t.deepEqual([...(await scoresOf(byLabel))], hard);
  // A map of probabilities is no tensor; the labels beside it are.
  const zipped = await readFile(fixture('zipmap.onnx'));
  const byMap = onnxModel(zipped, { classes: own, inputs: visitor, output: 'output_probability' });
  const refused = await t.throwsAsync(byMap, { instanceOf: OptionError });
  t.regex(refused?.message ?? '', /zipmap=False in skl2onnx\), or take its labels/);
  const besideMap = await onnxModel(zipped, { classes: own, inputs: visitor, output: 'output_label' });
  t.deepEqual([...(await scoresOf(besideMap))], hard);

  const error = await t.throwsAsync(scoresOf(model, [rows[0], { ...rows[1], city: null }]), {
    instanceOf: ModelError,
    message: /input 'city' is of string, and its function gave null; expected a text/,
  });
  t.is(error?.row, 1);
  const other = await onnxModel(bytes, { classes: ['eggs', 'spam'], inputs: visitor, output: 'label' });
  await t.throwsAsync(scoresOf(other), { instanceOf: ModelError, message: /gave the label "ham"/ });
  for (const each of [model, byLabel, besideMap, other]) await each.close();
});

live(`a model of texts is the full model of a cascade ${left}`, async (t) => {
  const { rows: few, labels }: Answered = JSON.parse(await readFile(fixture('answers.json'), 'utf8'));
  const rows = Array.from({ length: 600 }, (_, i) => ({
    ...few[i % 8],
    age: few[i % 8].age + Math.floor(i / 8) / 1e4,
  }));
  const full = await onnxModel(await readFile(fixture('pipeline.onnx')), {
    classes: ['ham', 'spam'],
    inputs: visitor,
  });
  const cascade = await tune({
    features: define({ words: tfidf(({ text }: Visitor) => text) }),
    rows,
    full,
    approximate: logisticRegression(),
    profile: { ...profileOf({ words: 1 }, ['logistic-regression']), full: { ...FREE, perRow: 1_000 } },
    bound: { epsilon: 0.05 },
    seed: 1,
  });
  t.deepEqual(cascade.plan.full.features, []);
  const answers = await cascade.full.predict(rows.slice(0, 8));
  t.deepEqual(answers.labels, labels.slice(0, 8));
  await full.close();
});
