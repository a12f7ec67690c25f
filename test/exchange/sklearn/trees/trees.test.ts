import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { sklearnPipeline } from '../../../../exchange/index.js';
import { readXgboost } from '../../../../exchange/xgboost/index.js';
import { decode, encode } from '../../../../lib/data/artifact/index.js';
import { type Block, denseBlock, SparseWriter } from '../../../../lib/data/blocks/index.js';
import { ArtifactError, ModelError } from '../../../../lib/errors.js';
import { random } from '../../../../lib/stats/index.js';
import { isPlainObject } from '../../../../lib/util/isPlainObject.js';
import type { JsonValue, Tensor } from '../../../../lib/util/state.js';
import { labelsOf, pipelineAnswers } from '../../../support/sklearn.js';
import { difference, sampleIn } from './answers.js';

/** Files that `make.py` wrote beside scikit-learn 1.9, LightGBM 4.7 and XGBoost 3.2, and the labels of their samples. */
const folder = new URL('../../../fixtures/sklearn/trees/', import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.pipeline`, folder)));
const expected: Readonly<Record<string, readonly unknown[]>> = JSON.parse(
  readFileSync(new URL('labels.json', folder), 'utf8'),
);

test("numbers and labels are scikit-learn's, in a batch and alone", async (t) => {
  const names = readdirSync(folder).filter((file) => file.endsWith('.pipeline'));
  t.is(names.length, Object.keys(expected).length);
  for (const [name, labels] of Object.entries(expected)) {
    const file = read(name);
    const { rows, answers } = sampleIn(file);
    const pipeline = sklearnPipeline(file);
    const numbers = await pipelineAnswers(pipeline, rows);
    // XGBoost computes probabilities in single precision.
    t.true(difference(numbers, answers) <= (name.startsWith('xgboost') ? 1e-6 : 1e-12), name);
    t.deepEqual(labelsOf(pipeline, numbers), labels, name);
    const alone = await Promise.all(rows.map((row) => pipelineAnswers(pipeline, [row])));
    t.deepEqual(Float64Array.from(alone.flatMap((one) => [...one])), numbers, name);
  }
});

test('a missing value where scikit-learn takes none is refused, by row and column', async (t) => {
  const pipeline = sklearnPipeline(read('boosted'));
  const row = [1, 2, 3, 4, 5, 6];
  const rows = [row, [1, 2, 3, 4, null, 6]];
  const error = await t.throwsAsync(pipelineAnswers(pipeline, rows), { instanceOf: ModelError });
  t.is(error?.row, 1);
  t.regex(error?.message ?? '', /column 4/);
  await t.notThrowsAsync(pipelineAnswers(pipeline, [row]));
});

/** A file with something changed in its model, or beside it. */
function changed(
  file: Uint8Array,
  parameters: Readonly<Record<string, JsonValue>>,
  tensors: Readonly<Record<string, (tensor: Tensor) => Tensor>>,
  beside: Readonly<Record<string, JsonValue>> = {},
): Uint8Array {
  const { json, tensors: own } = decode(file);
  if (!isPlainObject(json) || !('model' in json) || !isPlainObject(json.model)) throw new Error('no model');
  const model = { ...json.model, ...parameters };
  const others = Object.entries(own).map(([name, tensor]) => {
    const change = tensors[name.replace('model/', '')];
    return [name, change === undefined ? tensor : change(tensor)];
  });
  return encode({ json: { ...json, model, ...beside }, tensors: Object.fromEntries(others) });
}

const put =
  (at: number, value: number) =>
  (tensor: Tensor): Tensor => {
    const copy = tensor.slice();
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  };

const damages: [
  string,
  string,
  Readonly<Record<string, JsonValue>>,
  Record<string, (tensor: Tensor) => Tensor>,
][] = [
  ['a child before its parent', 'tree', {}, { left: put(0, 0) }],
  ['a child beyond the nodes', 'tree', {}, { right: put(0, 1e6) }],
  ['a root beyond them', 'forest', {}, { roots: put(1, 1e6) }],
  ['a column beyond the rows', 'tree', {}, { feature: put(0, 6) }],
  ['another number of nodes', 'tree', {}, { missingLeft: (tensor) => tensor.slice(1) }],
  ['a vector beyond them', 'forest', {}, { vector: put(0, 1e6) }],
  ['a leaf without a vector', 'forest', {}, { vector: (tensor) => tensor.slice(1) }],
  ['vectors that are cut short', 'forest', {}, { values: (tensor) => tensor.slice(0, 1) }],
  ['a leaf of NaN', 'boosted', {}, { values: put(0, Number.NaN) }],
  ['leaves without values', 'boosted', {}, { values: (tensor) => tensor.slice(1) }],
  ['no sums', 'boosted', { sums: 0 }, { base: (tensor) => tensor.slice(1) }],
  ['a division by 0', 'forest', { divisor: 0 }, {}],
  ['two sums of two classes', 'boosted', { sums: 2 }, { base: () => new Float64Array(2) }],
  ['an unknown link', 'boosted', { link: 'probit' }, {}],
  ['categories of a column of numbers', 'histograms-three', {}, { categorical: put(0, 5) }],
  ['a set that is none', 'histograms-three', {}, { sets: (tensor) => tensor.slice(0, 0) }],
  ['categories in single precision', 'histograms-three', { precision: 'single' }, {}],
  ['a model of numbers', 'lightgbm', { classifies: false }, {}],
  ['no whole text', 'lightgbm', {}, { file: (tensor) => tensor.slice(0, 1000) }],
  ['no whole UBJSON', 'xgboost', {}, { file: (tensor) => tensor.slice(0, 1000) }],
];

for (const [what, name, parameters, tensors] of damages) {
  test(`${what} is refused (${name})`, (t) => {
    t.notThrows(() => sklearnPipeline(changed(read(name), {}, {})));
    t.throws(() => sklearnPipeline(changed(read(name), parameters, tensors)), { instanceOf: ArtifactError });
  });
}

test('a forest in several parts sums all of its trees, in their order', async (t) => {
  const [trees, depth] = [20, 13];
  const size = 2 ** (depth + 1) - 1;
  const nodes = trees * size;
  const stream = random(7);
  const isLeaf = (node: number) => node % size >= 2 ** depth - 1;
  const child = (side: number) => () =>
    Int32Array.from({ length: nodes }, (_, node) => (isLeaf(node) ? -1 : node + (node % size) + side));
  const tensors = {
    roots: () => Int32Array.from({ length: trees }, (_, tree) => tree * size),
    feature: () => Int32Array.from({ length: nodes }, (_, node) => (isLeaf(node) ? -1 : node % 6)),
    threshold: () => Float64Array.from({ length: nodes }, () => Math.fround(stream.normal())),
    left: child(1),
    right: child(2),
    missingLeft: () => new Uint8Array(nodes),
    values: () => Float64Array.from({ length: trees * 2 ** depth }, () => stream.normal()),
  };
  const file = changed(read('boosted'), { link: 'none' }, tensors, { sample: null, classes: null });
  const own = decode(file).tensors;
  const rows = Array.from({ length: 9 }, () => Array.from({ length: 6 }, () => stream.normal()));
  const sums = rows.map((row) => {
    let sum = own['model/base'][0];
    for (let tree = 0, leaf = 0; tree < trees; tree++, leaf += 2 ** depth) {
      let node = tree * size;
      while (!isLeaf(node)) {
        const goesLeft = Math.fround(row[own['model/feature'][node]]) <= own['model/threshold'][node];
        node = own[goesLeft ? 'model/left' : 'model/right'][node];
      }
      sum += own['model/values'][leaf + (node % size) - (2 ** depth - 1)];
    }
    return sum;
  });
  t.deepEqual(await pipelineAnswers(sklearnPipeline(file), rows), Float64Array.from(sums));
});

test('where zeros are missing, rows with zeros are answered as rows with NaN', (t) => {
  const file = decode(read('xgboost')).tensors['model/file'];
  if (!(file instanceof Uint8Array)) throw new Error('no file');
  const [rows, columns] = [50, 6];
  const some = Float32Array.from({ length: rows * columns }, (_, i) =>
    i % 3 === 0 ? 0 : Math.sin(i) * (1 + (i % 7)),
  );
  const holes = some.map((value) => (value === 0 ? Number.NaN : value));
  const sums = (zerosAreMissing: boolean, blocks: readonly Block[], keepsStored = false) => {
    const { sums } = readXgboost(file, zerosAreMissing, keepsStored);
    const out = new Float64Array(rows);
    sums.begin(rows, out);
    sums.advance(blocks, out, 0, sums.count);
    return out;
  };
  const expected = sums(false, [denseBlock(rows, columns, holes)]);
  const writer = new SparseWriter(rows, columns, 0);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++)
      if (some[row * columns + c] !== 0) writer.push(c, some[row * columns + c]);
    writer.endRow();
  }
  t.deepEqual(sums(true, [denseBlock(rows, columns, some)]), expected);
  t.deepEqual(sums(true, [writer.block()]), expected);
  t.notDeepEqual(sums(false, [writer.block()]), expected);
  t.deepEqual(sums(true, [writer.block()], true), expected);
  t.deepEqual(sums(true, [denseBlock(rows, columns, some)], true), expected);
  // Zeros that are stored count as 0, as for XGBoost.
  const stored = {
    kind: 'sparse',
    rows,
    columns,
    offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns),
    indices: Uint32Array.from(some, (_, i) => i % columns),
    values: some,
  } as const;
  t.deepEqual(sums(true, [stored], true), sums(false, [denseBlock(rows, columns, some)]));
  t.deepEqual(sums(true, [stored]), expected);
});
