import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { sklearnPipeline } from '../../../exchange/index.js';
import { dividing } from '../../../exchange/sklearn/norms.js';
import { toDense } from '../../../exchange/sklearn/values.js';
import { addDoubles } from '../../../lib/data/blocks/index.js';
import { pipelineAnswers, runSklearn, sklearnTest } from '../../support/sklearn.js';
import { transformerOf } from './transformers.js';

/** Sums in scikit-learn's order have its bits, which a tree behind them may compare. */

const numbers = (count: number, seed: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898 + seed) / (1 + (i % 7)));

test('each sum of a sparse row takes its entries in turn, whatever the number of outputs', (t) => {
  const [columns, entries] = [60, 23];
  const indices = Uint32Array.from({ length: 2 * entries }, (_, e) => 2 * (e % entries) + 1);
  const offsets = Uint32Array.of(0, entries, 2 * entries);
  const values = numbers(2 * entries, 1);
  const given = { kind: 'sparse', rows: 2, columns, offsets, indices, values } as const;
  for (const outputs of [1, 2, 3, 4, 5, 7, 8]) {
    const weights = numbers(columns * outputs, 2);
    const [out, dense] = [new Float64Array(2 * outputs).fill(0.5), new Float64Array(2 * outputs)];
    addDoubles(given, weights, 0, outputs, out);
    addDoubles(toDense(given), weights, 0, outputs, dense);
    for (let row = 0; row < 2; row++) {
      for (let o = 0; o < outputs; o++) {
        let sum = 0;
        for (let e = row * entries; e < (row + 1) * entries; e++)
          sum += values[e] * weights[indices[e] * outputs + o];
        t.is(out[row * outputs + o], 0.5 + sum, `${outputs} outputs`);
        if (outputs >= 4) t.is(dense[row * outputs + o], sum, `${outputs} outputs of a dense row`);
      }
    }
  }
});

const script = 'test/fixtures/sklearn/inOrder/make.py';

interface Made {
  readonly rows: readonly unknown[];
  /** What the model's trees compare, as base64 of doubles. */
  readonly before: string;
  readonly answers: readonly number[];
}

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`${variable}: trees behind projections of texts compare the same bits`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'in-order-'));
    try {
      const all: Record<string, Made> = JSON.parse(await runSklearn(variable, script, folder));
      t.is(Object.keys(all).length, 6);
      for (const [name, { rows, before, answers }] of Object.entries(all)) {
        const file = await readFile(join(folder, `${name}.pipeline`));
        const octets = Uint8Array.from(Buffer.from(before, 'base64'));
        t.deepEqual(toDense(transformerOf(file)(rows)).values, new Float64Array(octets.buffer), name);
        const own = await pipelineAnswers(sklearnPipeline(file), rows);
        // The last bit of a probability is that of exp.
        const off = own.findIndex((each, i) => !(Math.abs(each - answers[i]) <= 2 * Number.EPSILON));
        t.is(off, -1, `${name}: ${own[off]} for ${answers[off]}`);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  sklearnTest(variable)(`${variable}: norms of dense rows have the same bits`, async (t) => {
    const norms = [
      'import json, numpy as np',
      'from sklearn.preprocessing import normalize',
      'r = np.random.default_rng(4)',
      'widths = (1, 3, 7, 8, 9, 16, 127, 128, 129, 136, 300)',
      'rows = [r.normal(size=(3, n)) for n in widths]',
      'print(json.dumps([{m: normalize(x, m).ravel().tolist() for m in ("l1", "l2", "max")} | {"x": x.ravel().tolist(), "n": x.shape[1]} for x in rows]))',
    ].join('\n');
    const all: (Record<'l1' | 'l2' | 'max' | 'x', number[]> & { n: number })[] = JSON.parse(
      await runSklearn(variable, '-c', norms),
    );
    for (const { x, n, ...expected } of all) {
      for (const norm of ['l1', 'l2', 'max'] as const) {
        const values = Float64Array.from(x);
        for (let from = 0; from < values.length; from += n) dividing(norm, 'dense')(values, from, from + n);
        t.deepEqual([...values], expected[norm], `${norm} of ${n} columns`);
      }
    }
  });
}
