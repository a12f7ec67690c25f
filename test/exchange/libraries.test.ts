import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'ava';
import { lightgbmModel, modelFromOnnx, xgboostModel } from '../../entries/exchange.js';
import { onnxModel } from '../../entries/full.js';
import { ArtifactError, type Model, OptionError } from '../../index.js';
import { denseBlock } from '../../lib/data/blocks/index.js';

/**
 * Models of LightGBM 4.7, XGBoost 3.2, CatBoost 1.2 and scikit-learn 1.9 with the answers of their own libraries, written
 * by `fixtures/exchange/make.py`.
 */

interface Fixture {
  readonly name: string;
  readonly file: string;
  readonly reader: 'lightgbm' | 'xgboost' | 'onnx';
  readonly rows: string;
  /** null: a model of numbers. */
  readonly classes: number | null;
  /** Numbers a row; of two classes the second's probability alone. */
  readonly outputs: number;
  readonly answers: readonly (number | readonly number[])[];
}

const folder = new URL('../fixtures/exchange/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder));
const fixtures: readonly Fixture[] = JSON.parse(read('index.json').toString()).models;
/** With labels a model of classes, without one of numbers. */
type Read = (bytes: Uint8Array, options?: { readonly labels: readonly number[] }) => Model;
const READERS: Readonly<Record<Fixture['reader'], Read>> = {
  lightgbm: (bytes, options) => (options ? lightgbmModel(bytes, options) : lightgbmModel(bytes)),
  xgboost: (bytes, options) => (options ? xgboostModel(bytes, options) : xgboostModel(bytes)),
  onnx: (bytes, options) => (options ? modelFromOnnx(bytes, options) : modelFromOnnx(bytes)),
};

/** Refused, with the word that says why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'lightgbm-linear-trees': /linear_tree=false/,
  'xgboost-multi-output': /several numbers/,
  'sklearn-bagging': /Reshape/,
  'sklearn-calibrated': /no probabilities/,
  'sklearn-columns-logistic': /ArrayFeatureExtractor/,
  'sklearn-imputed-forest': /Imputer/,
  'sklearn-minmax-logistic': /Mul/,
  'sklearn-mlp': /MatMul/,
  'sklearn-one-against-rest': /Slice/,
  'sklearn-poisson': /MatMul/,
};

/** Trees of LightGBM are summed in double precision there too; the others answer in single. */
const TOLERANCE = { lightgbm: 1e-15, xgboost: 4e-7, onnx: 4e-7 };

function blockOf(rows: string) {
  const table: (number | null)[][] = JSON.parse(read(rows).toString());
  const values = Float32Array.from(table.flat(), (value) => value ?? Number.NaN);
  return denseBlock(table.length, 8, values);
}

/** The largest difference from the library's own answers, relative to those above 1. */
function worst({ classes, outputs, answers }: Fixture, out: Float64Array): number {
  const width = classes ?? 1;
  const skipped = width - outputs;
  return answers.flat().reduce<number>((most, expected, i) => {
    const [row, output] = [Math.floor(i / outputs), i % outputs];
    const got = out[row * width + skipped + output];
    return Math.max(most, Math.abs(got - expected) / Math.max(1, Math.abs(expected)));
  }, 0);
}

const labelsOf = (classes: number) => Array.from({ length: classes }, (_, c) => c);

for (const fixture of fixtures) {
  const { name, file, reader, rows, classes } = fixture;
  const open = () => {
    const bytes = read(file);
    return classes === null ? READERS[reader](bytes) : READERS[reader](bytes, { labels: labelsOf(classes) });
  };

  if (REFUSED[name] === undefined) {
    test(`${name} answers as its library does`, async (t) => {
      const block = blockOf(rows);
      const out = new Float64Array(block.rows * (classes ?? 1));
      await open().score([block], out);
      const difference = worst(fixture, out);
      t.true(difference <= TOLERANCE[reader], `${difference}`);
    });
  } else {
    test(`${name} is refused, and the refusal names onnxModel`, (t) => {
      const error = t.throws(open, { instanceOf: ArtifactError });
      t.is(error?.reason, 'unsupported');
      t.regex(error?.message ?? '', REFUSED[name]);
      t.regex(error?.message ?? '', /onnxModel/);
    });
  }
}

test('43 of 53 models are read', (t) => {
  t.deepEqual([fixtures.length, Object.keys(REFUSED).length], [53, 10]);
});

function isInstalled(): boolean {
  try {
    return typeof createRequire(import.meta.url)('onnxruntime-node') === 'object';
  } catch {
    return false;
  }
}

const live = isInstalled() ? test : test.skip;
const sklearn = fixtures.filter(({ name, reader }) => REFUSED[name] !== undefined && reader === 'onnx');

/** Exported with skl2onnx's default, whose last step makes a map of each row: no runtime for Node hands those over. */
const MAPS = ['sklearn-columns-logistic', 'sklearn-imputed-forest', 'sklearn-minmax-logistic'];

live('onnxModel answers what modelFromOnnx refuses (left out without onnxruntime-node)', async (t) => {
  t.is(sklearn.length, 8);
  for (const fixture of sklearn) {
    const { name, file, rows, classes } = fixture;
    const block = blockOf(rows);
    const out = new Float64Array(block.rows * (classes ?? 1));
    const options = { inputs: 'columns', session: { intraOpNumThreads: 1 } };
    const of = classes === null ? {} : { classes: labelsOf(classes) };
    if (MAPS.includes(name)) {
      const output = { output: 'output_probability' };
      await t.throwsAsync(onnxModel(read(file), { ...options, ...of, ...output }), {
        instanceOf: OptionError,
        message: /zipmap=False/,
      });
      continue;
    }
    const output = classes === null ? {} : { output: 'probabilities' };
    const model = await onnxModel(read(file), { ...options, ...of, ...output });
    await model.score([block], out);
    const difference = worst(fixture, out);
    t.true(difference <= 1e-6, `${name}: ${difference}`);
    await model.close();
  }
});
