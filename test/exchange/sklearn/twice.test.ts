import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { sklearnPipeline } from '../../../entries/exchange.js';
import { fromBlock } from '../../../exchange/sklearn/values.js';
import { RowView } from '../../../lib/features/define/index.js';
import { pipelineAnswers, runSklearn, sklearnTest } from '../../support/sklearn.js';
import { dense, rowsOf, stepOf } from './nodes.js';

/** Columns and features that a pipeline takes more than once. */

const picked = (...chosen: number[]) =>
  stepOf('select', { columns: chosen.length, inputs: 4 }, { chosen: Int32Array.from(chosen) });
/** The rows 1 0 2 3 and 0 0 0 4. */
const sparse = {
  kind: 'sparse',
  rows: 2,
  columns: 4,
  offsets: Uint32Array.of(0, 3, 4),
  indices: Uint32Array.of(0, 2, 3, 3),
  values: Float64Array.of(1, 2, 3, 4),
} as const;

test('columns of sparse rows stay sparse in ascending order; twice, or in another order, they are dense', (t) => {
  const ascending = picked(1, 2, 3).run([sparse]);
  t.like(ascending, { kind: 'sparse', columns: 3, indices: Uint32Array.of(1, 2, 2) });
  t.deepEqual(rowsOf(ascending), [
    [0, 2, 3],
    [0, 0, 4],
  ]);
  for (const chosen of [
    [3, 3, 1],
    [3, 0],
    [2, 2],
  ]) {
    const values = picked(...chosen).run([sparse]);
    t.is(values.kind, 'dense');
    t.deepEqual(
      rowsOf(values),
      [
        [1, 0, 2, 3],
        [0, 0, 0, 4],
      ].map((row) => chosen.map((column) => row[column])),
    );
    t.deepEqual(values, picked(...chosen).run([dense(4, 1, 0, 2, 3, 0, 0, 0, 4)]));
  }
});

const SCRIPT = `
import json, sys
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from spillway.sklearn import export

class Own(StandardScaler):
    pass

to = sys.argv[1]
texts = ["a b c d", "b d d", "a c c d d d", "d", "c b", "a a b"]
count = lambda: CountVectorizer(token_pattern="[a-d]")
numbers = np.random.default_rng(0).normal(size=(6, 3))
labels = [0, 1, 1, 1, 0, 0]
own = [("a", "passthrough"), ("b", "passthrough"), ("c", StandardScaler()), ("d", StandardScaler())]
twice = ColumnTransformer([("a", "passthrough", [1]), ("b", "passthrough", [1]), ("c", StandardScaler(), [0, 2])])
cases = {
    "columns": (make_pipeline(count(), ColumnTransformer([("a", "passthrough", [3, 3, 1])]), LogisticRegression()), texts),
    "union": (make_pipeline(FeatureUnion(own), LogisticRegression()), numbers),
    "transformer": (make_pipeline(twice, LogisticRegression()), numbers),
}
answers = {}
for name, (pipeline, rows) in cases.items():
    export(pipeline.fit(rows, labels), f"{to}/{name}.pipeline", sample=rows)
    answers[name] = pipeline.predict_proba(rows).tolist()
partial = make_pipeline(StandardScaler(), FeatureUnion([*own, ("own", Own())]), LogisticRegression()).fit(numbers, labels)
export(partial, f"{to}/partial.pipeline", partial=True)
scaled = partial[0].transform(numbers)
again = StandardScaler().fit_transform(scaled)
print(json.dumps({"texts": texts, "numbers": numbers.tolist(), "scaled": scaled.tolist(), "again": again.tolist(), "answers": answers}))
`;

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`columns and features taken twice are those of ${variable}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-twice-'));
    t.teardown(() => rm(folder, { recursive: true }));
    const { texts, numbers, scaled, again, answers } = JSON.parse(
      await runSklearn(variable, '-c', SCRIPT, folder),
    );
    for (const name of ['columns', 'union', 'transformer']) {
      const read = sklearnPipeline(join(folder, `${name}.pipeline`));
      const own = await pipelineAnswers(read, name === 'columns' ? texts : numbers);
      answers[name].flat().forEach((each: number, i: number) => {
        t.true(Math.abs(own[i] - each) < 1e-12, `${name}: ${own[i]}, not ${each}`);
      });
    }
    // Every branch is a feature here, also those that read the same.
    const partial = sklearnPipeline(join(folder, 'partial.pipeline'), { task: 'features' });
    t.deepEqual([...partial.features.names], ['a', 'b', 'c', 'd']);
    for (const [name, expected] of [
      ['a', scaled],
      ['b', scaled],
      ['c', again],
      ['d', again],
    ]) {
      const feature = partial.features.get(name);
      const block = await feature.load({ json: null, tensors: {} }).compute(RowView.of(numbers));
      t.deepEqual(rowsOf(fromBlock(block)), expected, name);
      t.throws(() => feature.check?.([1, 'two', 3]), { message: /column 1: expected a number/ }, name);
    }
  });
}
