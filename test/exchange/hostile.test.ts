import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';
import fc from 'fast-check';
import { lightgbmModel, modelFromOnnx, xgboostModel } from '../../entries/exchange.js';
import type { TrainedModel, TrainedRegression } from '../../entries/full.js';
import { parseUbjson } from '../../exchange/xgboost/ubjson.js';
import { ArtifactError, OptionError } from '../../index.js';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { constant, file, stump } from './lightgbmFiles.js';

/** Damaged files end in a typed error, or in a model that runs. */

type Import = (bytes: Uint8Array, labels: string[] | undefined) => TrainedModel<unknown> | TrainedRegression;

const importers: Record<string, Import> = {
  xgboost: (bytes, labels) => (labels ? xgboostModel(bytes, { labels }) : xgboostModel(bytes)),
  lightgbm: (bytes, labels) => (labels ? lightgbmModel(bytes, { labels }) : lightgbmModel(bytes)),
  onnx: (bytes, labels) => (labels ? modelFromOnnx(bytes, { labels }) : modelFromOnnx(bytes)),
};

async function filesIn(folder: string, ending: RegExp): Promise<Uint8Array[]> {
  const url = new URL(`${folder}/`, import.meta.url);
  const names = (await readdir(url)).filter((name) => ending.test(name)).sort();
  return Promise.all(names.map((name) => readFile(new URL(name, url))));
}

const categories = ['num_cat=1', 'cat_boundaries=0 2', 'cat_threshold=2147483657 2'];
const trees = [stump('0.5', 10), stump('0', 1, categories), stump('-0.25', 4), constant(1)];
const fixtures: Record<string, Promise<Uint8Array[]>> = {
  xgboost: filesIn('references', /\.(ubj|txt)$/),
  onnx: filesIn('onnx', /\.onnx$/),
  lightgbm: Promise.resolve([
    Buffer.from(file(trees)),
    Buffer.from(file(trees, { objective: 'binary sigmoid:1', more: ['average_output'] })),
    Buffer.from(file(trees, { objective: 'multiclass num_class:4', perIteration: 4 })),
  ]),
};

/** Whether it ends as it should: a model runs on rows of the columns that it asks for. */
function survives(open: Import, bytes: Uint8Array): boolean {
  for (const labels of [undefined, ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']]) {
    try {
      const model = open(bytes, labels);
      for (const columns of [3, 5, 6]) {
        const values = Float32Array.from({ length: 4 * columns }, (_, i) => [0, -1.5, Number.NaN, 7][i % 4]);
        const out = new Float64Array(4 * model.classes);
        try {
          model.score([denseBlock(4, columns, values)], out);
        } catch (error) {
          if (!(error instanceof Error && /columns/.test(error.message))) throw error;
        }
      }
      return true;
    } catch (error) {
      // Labels that don't fit: the model is whole, and takes others.
      if (error instanceof OptionError) continue;
      if (error instanceof ArtifactError) return true;
      throw error;
    }
  }
  return true;
}

/** What a number in a text is replaced by. */
const words = [
  '0.5',
  '-1',
  '-2',
  '1e9',
  '1e999',
  '-0',
  '3',
  'NaN',
  'null',
  'true',
  '',
  'x',
  '[1]',
  '9007199254740993',
];

/** A byte changed, bytes cut out or doubled; a number of a text replaced. */
const changes = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'cut', 'double', 'number'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 12 }),
    word: fc.constantFrom(...words),
    byte: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(...Buffer.from('0123456789-{}[]#$LldSTFZ="\n ')),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

interface Change {
  readonly kind: string;
  /** The place, a share of all. */
  readonly at: number;
  readonly length: number;
  readonly word: string;
  readonly byte: number;
}

function changed(
  bytes: Uint8Array<ArrayBuffer>,
  { kind, at, length, word, byte }: Change,
): Uint8Array<ArrayBuffer> {
  const from = Math.floor(at * bytes.length);
  if (kind === 'set') return Uint8Array.from(bytes, (old, i) => (i === from ? byte : old));
  if (kind === 'number') {
    const text = Buffer.from(bytes).toString('latin1');
    const tail = text.slice(from).replace(/-?\d[\d.eE+-]*/, word);
    return Uint8Array.from(Buffer.from(text.slice(0, from) + tail, 'latin1'));
  }
  const part = kind === 'double' ? [...bytes.subarray(from, from + length)] : [];
  const rest = bytes.subarray(kind === 'double' ? from : from + length);
  return Uint8Array.from([...bytes.subarray(0, from), ...part, ...rest]);
}

for (const [library, open] of Object.entries(importers)) {
  test(`${library}: files with bytes changed`, async (t) => {
    const files = await fixtures[library];
    t.true(files.length > 2);
    fc.assert(
      fc.property(fc.nat(files.length - 1), changes, (which, made) => {
        let bytes = Uint8Array.from(files[which]);
        for (const change of made) bytes = changed(bytes, change);
        return survives(open, bytes);
      }),
      { numRuns: 300 },
    );
  });

  test(`${library}: of a file cut short no model is made`, async (t) => {
    const files = await fixtures[library];
    fc.assert(
      fc.property(fc.nat(files.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), (which, share) => {
        const whole = files[which];
        const end =
          library === 'lightgbm' ? Buffer.from(whole).indexOf('end of trees') + 11 : whole.length - 1;
        t.throws(() => open(whole.subarray(0, Math.round(share * end)), undefined), {
          instanceOf: ArtifactError,
        });
      }),
      { numRuns: 200 },
    );
  });

  test(`${library}: any bytes at all`, (t) => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(open, bytes)));
    t.pass();
  });
}

test('UBJSON that asks for more than is there is refused at once', (t) => {
  const bytes = (text: string, ...more: number[]) =>
    Uint8Array.from([...Buffer.from(text, 'latin1'), ...more]);
  const huge = [0x7f, 0xff, 0xff, 0xff];
  for (const file of [
    bytes('[$d#l', ...huge),
    bytes('[#l', ...huge),
    bytes('[$Z#l', ...huge),
    bytes('[$T#l', ...huge),
    bytes('[$d#i', 0xff),
    bytes('{l', ...huge),
    bytes('Sl', ...huge),
    bytes('SL', 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    bytes('['.repeat(100_000)),
    bytes('{i\x01a'.repeat(100_000)),
    bytes('[$[#i\x01'.repeat(50)),
    bytes('N'.repeat(1000)),
    bytes('[$i'),
    bytes('H'),
    bytes('TT'),
  ]) {
    t.throws(() => parseUbjson(file), { instanceOf: ArtifactError });
  }
  t.deepEqual(parseUbjson(bytes('{i\x01aTi\x01b[$U#i\x02\x07\x09i\x01cSi\x02hii\x01d[NZF]}')), {
    a: true,
    b: Float64Array.of(7, 9),
    c: 'hi',
    d: [null, false],
  });
});

test('a set that many nodes name, and deep chains, cost no more than the file is long', (t) => {
  const many = 2_000;
  const list = (of: (i: number) => number) => Array.from({ length: many }, (_, i) => of(i)).join(' ');
  const chain = (threshold: string, type: number, more: string[]) =>
    [
      `num_leaves=${many + 1}`,
      `split_feature=${list(() => 0)}`,
      `threshold=${threshold}`,
      `decision_type=${list(() => type)}`,
      `left_child=${list((i) => -1 - i)}`,
      `right_child=${list((i) => (i + 1 < many ? i + 1 : -1 - many))}`,
      `leaf_value=${list((i) => i)} 5`,
      ...more,
    ].join('\n');
  const sets = ['num_cat=1', `cat_boundaries=0 ${many}`, `cat_threshold=${list(() => 2 ** 32 - 1)}`];
  t.throws(
    () =>
      lightgbmModel(
        file([
          chain(
            list(() => 0),
            1,
            sets,
          ),
        ]),
      ),
    { instanceOf: ArtifactError },
  );
  const deep = lightgbmModel(
    file([
      chain(
        list((i) => -i),
        8,
        ['num_cat=0'],
      ),
    ]),
  );
  const out = new Float64Array(2);
  deep.score([denseBlock(2, 3, Float32Array.of(1, 0, 0, -1.5, 0, 0))], out);
  t.deepEqual([...out], [5, 0]);
});
