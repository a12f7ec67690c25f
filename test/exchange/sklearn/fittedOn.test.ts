import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import test from 'ava';
import { Fields } from '../../../exchange/fields.js';
import { readFittedOn } from '../../../exchange/sklearn/fittedOn.js';
import { sklearnPipeline } from '../../../exchange/sklearn/index.js';
import { ColumnReader, type RowKind } from '../../../exchange/sklearn/rows.js';
import { tune } from '../../../index.js';
import { ArtifactError, UsedRows } from '../../../lib/errors.js';
import type { Tensor } from '../../../lib/util/state.js';
import { folderFor } from '../../support/files.js';

const kind: RowKind = { kind: 'columns', names: ['id', 'text', 'n'] };

function read(digests: Tensor, columns: Tensor = Int32Array.of(1, 2), of = kind) {
  const tensors = new Map([
    ['fittedOn/digests', digests],
    ['fittedOn/columns', columns],
  ]);
  return readFittedOn(Fields.of('m', { fittedOn: { rows: 7 } }), tensors, new ColumnReader(of));
}

/** Cells as octets in hexadecimal, whose digest is a row's. */
function digestOf(hex: string): [number, number] {
  const digest = createHash('sha256')
    .update(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    .digest();
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)];
}

function sorted(...digests: [number, number][]): Uint32Array {
  return Uint32Array.from(digests.sort(([a, b], [c, d]) => a - c || b - d).flat());
}

test('a row is known by the columns that the pipeline reads, whatever type its numbers have', (t) => {
  const ofOne = digestOf('02 02000000 c3b6 01 000000000000f03f'); // 'ö', 1
  const ofNone = digestOf('00 0000000000000000 01 0000000000000000'); // missing, 0
  const lone = digestOf('02 03000000 efbfbd 00 0000000000000000'); // half a pair, missing
  const fittedOn = read(sorted(ofOne, ofNone, lone));
  t.is(fittedOn?.rows, 7);
  for (const n of [1, 1n, true]) t.true(fittedOn?.has({ id: n, text: 'ö', n }));
  for (const n of [0, -0, false]) {
    for (const text of [null, undefined, Number.NaN]) t.true(fittedOn?.has({ text, n }));
  }
  t.true(fittedOn?.has({ text: '\ud83d', n: null }));
  t.true(fittedOn?.has({ text: '', n: 0 }), 'an empty cell of a CSV file, which pandas read as missing');
  for (const row of [
    { text: 'o', n: 1 },
    { text: 'ö', n: 2 },
    { text: '1', n: 1 },
    { text: 'ö', n: '1' },
  ]) {
    t.false(fittedOn?.has(row));
  }
  // Features refuse these, and say which rows they are.
  for (const row of [null, 'ö', { text: 'ö' }, { text: ['ö'], n: 1 }]) t.false(fittedOn?.has(row));
});

test('a fraction counts in single precision where that has some, another number in all of its digits', (t) => {
  const of = (hex: string) => read(sorted(digestOf(hex)), Int32Array.of(0), { kind: 'array', columns: 1 });
  const third = of('01 000000605555d53f'); // 1/3 in single precision
  t.true([1 / 3, Math.fround(1 / 3), 0.3333333333].every((each) => third?.has([each])));
  t.false(third?.has([0.333333]));
  const stamp = of('01 0000808c2561d941'); // 1,703,188,018
  t.true(stamp?.has([1_703_188_018]));
  t.false(stamp?.has([1_703_188_019]));
  const moment = of('01 0000908c2561d941'); // 1,703,188,018.25
  t.true(moment?.has([1_703_188_018.25]));
  t.false(moment?.has([1_703_188_018.5]));
  t.true(of('01 000000e0ffff5f41')?.has([2 ** 23 - 0.5]));
  t.true(of('01 000000e0ffff5f41')?.has([2 ** 23 - 0.51]));
  t.true(of('01 0000001000006041')?.has([2 ** 23 + 0.5]));
  t.false(of('01 0000001000006041')?.has([2 ** 23 + 0.51]));
  t.true(of('01 0000000000004043')?.has([2n ** 53n + 1n]), 'whole numbers are told apart as doubles');
});

test('each of many digests is found, and no other', (t) => {
  const texts = Array.from({ length: 999 }, (_, i) => `text ${i}`);
  const octetsOf = (text: string) => {
    const octets = Buffer.from(text);
    return `02 ${octets.length.toString(16).padStart(2, '0')}000000 ${octets.toString('hex')}`;
  };
  const fittedOn = read(sorted(...texts.map((text) => digestOf(octetsOf(text)))), Int32Array.of(0), {
    kind: 'text',
  });
  t.true(texts.every((text) => fittedOn?.has(text)));
  t.false(texts.some((text) => fittedOn?.has(`${text} `)));
});

test('a long text is read whole', (t) => {
  const long = 'ä'.repeat(5_000);
  const fittedOn = read(
    sorted(digestOf(`02 10270000 ${'c3a4'.repeat(5_000)} 01 000000000000f83f`)), // 10,000 octets, 1.5
  );
  t.true(fittedOn?.has({ text: long, n: 1.5 }));
  t.false(fittedOn?.has({ text: `${long}a`, n: 1.5 }));
});

test('a file without them has none, and a damaged one is refused', (t) => {
  const nothing = readFittedOn(Fields.of('m', { fittedOn: null }), new Map(), new ColumnReader(kind));
  t.is(nothing, undefined);
  for (const [digests, columns] of [
    [Uint32Array.of(1, 2, 3)],
    [Uint32Array.of(2, 0, 1, 0)],
    [Uint32Array.of(1, 5, 1, 5)],
    [Float64Array.of(1, 2)],
    [Uint32Array.of(1, 2), Int32Array.of(3)],
    [Uint32Array.of(1, 2), Int32Array.of(-1)],
    [Uint32Array.of(1, 2), Uint32Array.of(1)],
  ] as const) {
    t.throws(() => read(digests, columns), { instanceOf: ArtifactError });
  }
});

const WRITE = `
import json, sys
import numpy as np, pandas as pd, scipy.sparse
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from spillway.sklearn import export
from spillway.sklearn._fitted_on import digests_of
table = pd.DataFrame({
    "id": range(6),
    "text": pd.Series(["ö", None, "\\ud83d", "a\\U0001f600", "", np.nan], dtype=object),
    "when": [1703188018.25 + at for at in range(6)],
    "n": pd.array([1, None, 2**60, -3, 0, 5], dtype="Int64"),
    "single": np.array([.1, np.nan, -0., 1e30, np.inf, 2], dtype="f4"),
    "flag": [True, False, True, None, None, False],
    "kind": pd.Categorical(["x", "y", None, "x", "x", "y"]),
})
columns = {"kind": "columns", "names": list(table.columns)}
whole = np.array([[1., np.nan], [-0., 2.]])
print(json.dumps([
    digests_of(table, columns, [1, 2, 3, 4, 5, 6]).tolist(),
    digests_of(["a", "b"], {"kind": "text"}, [0]).tolist(),
    digests_of(scipy.sparse.csr_matrix(whole), {"kind": "array", "columns": 2}, [0, 1]).tolist(),
]))

people = pd.DataFrame({"id": [1, 2, 3, 4], "age": [20.5, 30, 40, 50], "size": [1.5, 1.6, 1.7, 1.8], "note": [0, 1, 2, 3]})
def fitted(last):
    parts = [("age", StandardScaler(), ["age"]), ("size", last, ["size"])]
    return Pipeline([("parts", ColumnTransformer(parts)), ("model", LogisticRegression())]).fit(people, [0, 1, 0, 1])
export(fitted(StandardScaler()), sys.argv[1] + "/whole", fitted_on=people)
export(fitted(FunctionTransformer(lambda x: x * x)), sys.argv[1] + "/parts", partial=True, fitted_on=people)
`;

const { SKLEARN_NEW, SKLEARN_OLD } = process.env;
for (const [name, python] of Object.entries({ SKLEARN_NEW, SKLEARN_OLD })) {
  const here = python ? test : test.skip;
  here(`the Python package writes the digests that are read (left out without ${name})`, async (t) => {
    const env = { ...process.env, PYTHONPATH: new URL('../../../python', import.meta.url).pathname };
    const folder = await folderFor(t);
    const { stdout } = await promisify(execFile)(python ?? '', ['-c', WRITE, folder], { env });
    const written: readonly (readonly number[])[] = JSON.parse(stdout);
    const [table, texts, array] = written.map((digests) => Uint32Array.from(digests));
    const names = ['id', 'text', 'when', 'n', 'single', 'flag', 'kind'];
    const fittedOn = read(table, Int32Array.of(1, 2, 3, 4, 5, 6), { kind: 'columns', names });
    const rows = [
      { text: 'ö', n: 1, single: 0.1, flag: true, kind: 'x' },
      { text: null, n: null, single: null, flag: false, kind: 'y' },
      { text: '\ud83d', n: 2n ** 60n, single: 0, flag: 1, kind: null },
      { text: 'a😀', n: -3, single: Math.fround(1e30), flag: null, kind: 'x' },
      { text: '', n: 0, single: Number.POSITIVE_INFINITY, flag: Number.NaN, kind: 'x' },
      { text: Number.NaN, n: 5n, single: 2, flag: false, kind: 'y' },
    ].map((row, at) => ({ ...row, when: 1_703_188_018.25 + at }));
    t.is(table.length, 2 * rows.length);
    for (const row of rows)
      t.true(
        fittedOn?.has(row),
        JSON.stringify(row, (_, each) => String(each)),
      );
    t.false(fittedOn?.has({ ...rows[0], n: 2 }));
    t.false(fittedOn?.has({ ...rows[0], when: 1_703_188_018.5 }));
    const ofTexts = read(texts, Int32Array.of(0), { kind: 'text' });
    t.deepEqual(
      ['a', 'b', 'c'].map((text) => ofTexts?.has(text)),
      [true, true, false],
    );
    const ofArray = read(array, Int32Array.of(0, 1), { kind: 'array', columns: 2 });
    // What a sparse matrix doesn't store is 0.
    t.deepEqual(
      [[1, Number.NaN], Float32Array.of(0, 2), [2, 0]].map((row) => ofArray?.has(row)),
      [true, true, false],
    );

    const { features, full } = sklearnPipeline(`${folder}/whole`);
    const parts = sklearnPipeline(`${folder}/parts`, { task: 'features' });
    for (const known of [full.fittedOn, parts.fittedOn]) {
      t.is(known?.rows, 4);
      // No step was given the other columns.
      t.true(known?.has({ age: 30, size: 1.6 }));
      t.false(known?.has({ age: 30, size: 1.7 }), 'not even where the step that reads it was left out');
    }
    const tuned = tune({ features, full, rows: [{ age: 30, size: 1.6 }], bound: { epsilon: 0.1 } });
    t.deepEqual((await t.throwsAsync(tuned, { instanceOf: UsedRows }))?.rows, Int32Array.of(0));
  });
}
