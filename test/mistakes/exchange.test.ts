import { readFileSync } from 'node:fs';
import { lightgbmModel, modelFromOnnx, toOnnx, xgboostModel } from '../../entries/exchange.js';
import { prefixOf } from '../../entries/extend.js';
import {
  ArtifactError,
  DataError,
  gradientBoosting,
  logisticRegression,
  ModelError,
  tune,
} from '../../index.js';
import { right } from './mails.js';
import { js, refused } from './mistake.js';

/** What goes wrong with models that other libraries saved. */

const file = (name: string) => readFileSync(new URL(`../fixtures/exchange/${name}`, import.meta.url));
const binary = file('xgboost-binary-ubj.ubj');
const many = file('lightgbm-multiclass.txt');
const trees = file('lightgbm-binary.txt');
const logistic = file('sklearn-logistic.onnx');
const labels = ['good', 'spam'];
const model = await logisticRegression().fit(
  {
    blocks: [{ kind: 'dense', rows: 4, columns: 1, values: Float32Array.of(1, 2, 3, 4) }],
    rows: 4,
    classes: 2,
    labels: Int32Array.of(0, 0, 1, 1),
  },
  { seed: 1 },
);

refused([
  [
    'lightgbmModel: a URL',
    () => js(lightgbmModel, new URL('file:///model.txt'), { labels }),
    /'file': expected a path, or the bytes of a file, got .*; its path is fileURLToPath\(url\)/,
  ],
  [
    'xgboostModel: nothing',
    () => js(xgboostModel),
    /'file': expected a path, or the bytes of a file, got undefined/,
  ],
  [
    'xgboostModel: a promise of the file',
    () => js(xgboostModel, Promise.resolve(binary)),
    /'file'.*got a promise: await it first/,
  ],
  ['xgboostModel: an empty file', () => xgboostModel(new Uint8Array()), /./, ArtifactError],
  [
    'xgboostModel: a file that is cut short',
    () => xgboostModel(binary.subarray(0, 400), { labels }),
    /ends|cut|short|damaged/,
    ArtifactError,
  ],
  [
    'xgboostModel: three labels for two classes',
    () => xgboostModel(binary, { labels: ['a', 'b', 'c'] }),
    /'labels'.*2/,
  ],
  ['xgboostModel: one label', () => xgboostModel(binary, { labels: ['spam'] }), /'labels'.*2/],
  [
    'xgboostModel: labels as text',
    () => js(xgboostModel, binary, { labels: 'good,spam' }),
    /'labels'.*got "good,spam"/,
  ],
  [
    'xgboostModel: labels of numbers for a regression',
    () => xgboostModel(file('xgboost-squared.ubj'), { labels }),
    /'labels'/,
  ],
  [
    'xgboostModel: classes for labels',
    () => js(xgboostModel, binary, { classes: labels }),
    /'classes': unknown; known are labels/,
  ],
  [
    'xgboostModel: the labels without braces',
    () => js(xgboostModel, binary, labels),
    /'options': expected an object, \{ labels.*got an array of 2/,
  ],
  ['lightgbmModel: nothing', () => js(lightgbmModel), /'file': expected a path/],
  ['lightgbmModel: a model of XGBoost', () => lightgbmModel(binary, { labels }), /./, ArtifactError],
  ['lightgbmModel: a text of something else', () => lightgbmModel('hello'), /./, ArtifactError],
  ['lightgbmModel: two labels for more classes', () => lightgbmModel(many, { labels }), /'labels'/],
  [
    'lightgbmModel: reads that are one name',
    () => js(lightgbmModel, trees, { labels, reads: 'size' }),
    /'reads'.*got "size"/,
  ],
  ['lightgbmModel: reads of none', () => lightgbmModel(trees, { labels, reads: [] }), /'reads'/],
  [
    'modelFromOnnx: a path that leads nowhere',
    () => modelFromOnnx('forest.onnx'),
    /can't read 'forest\.onnx': ENOENT/,
    ArtifactError,
  ],
  [
    'modelFromOnnx: bytes of something else',
    () => modelFromOnnx(new Uint8Array([1, 2, 3])),
    /./,
    ArtifactError,
  ],
  [
    'modelFromOnnx: three labels for two classes',
    () => modelFromOnnx(logistic, { labels: ['a', 'b', 'c'] }),
    /'labels'/,
  ],
  [
    'modelFromOnnx: operators that it doesn’t have',
    () => modelFromOnnx(file('sklearn-mlp.onnx'), { labels }),
    /./,
    ArtifactError,
  ],
  ['toOnnx: nothing', () => js(toOnnx), /'model'.*got undefined/],
  ['toOnnx: a learner', () => js(toOnnx, gradientBoosting()), /'model'/],
  ['prefixOf: a model without rounds', () => js(prefixOf, model, 3), /./],
  [
    'tune: an imported model that reads other columns',
    () => js(tune, { ...right, full: xgboostModel(binary, { labels, reads: ['size'] }) }),
    /reads 8 columns, but its 1 blocks have 1 together: name the features.*'reads'/,
    ModelError,
  ],
  [
    'learner.fit: blocks of other lengths',
    () =>
      logisticRegression().fit(
        {
          blocks: [{ kind: 'dense', rows: 2, columns: 1, values: Float32Array.of(1, 2) }],
          rows: 4,
          classes: 2,
          labels: Int32Array.of(0, 0, 1, 1),
        },
        { seed: 1 },
      ),
    /block 0 has 2 rows, expected 4/,
    DataError,
  ],
]);
