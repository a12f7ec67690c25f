import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { xgboostModel } from '../../entries/exchange.js';
import { ArtifactError, ModelError, OptionError } from '../../index.js';
import { denseBlock, SparseWriter } from '../../lib/data/blocks/index.js';
import { atLength } from '../support/atLength.js';
import { type Case, floatsIn, readCases, scoresOf } from './cases.js';
import { model, stump } from './xgboostFiles.js';

const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const references = new URL('references/', import.meta.url);

/** XGBoost answers in Float32. */
async function compare(t: ExecutionContext, folder: URL, one: Case): Promise<void> {
  const { rows, columns } = await readCases(folder);
  const file = one.file ?? '';
  const bytes = await readFile(new URL(file, folder));
  const expected = await floatsIn(new URL(file.replace(/\..*$/, '.f32'), folder));
  const text = bytes.toString('latin1');
  const classes = /(multi|binary):/.test(text);
  const numbers = one.numbers ?? 1;
  const isPair = classes && numbers === 1;
  const count = isPair ? 2 : numbers;
  const labels = Array.from({ length: count }, (_, i) => i);
  const imported = classes ? xgboostModel(bytes, { labels }) : xgboostModel(bytes);
  const scores = scoresOf(imported, [denseBlock(rows, columns, await floatsIn(new URL('rows.f32', folder)))]);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const answer = isPair ? scores[2 * i + 1] : scores[i];
    worst = Math.max(worst, Math.abs(answer - expected[i]) / Math.max(1, Math.abs(expected[i])));
  }
  t.is(scores.length, isPair ? 2 * expected.length : expected.length, file);
  // Raw sums are the same to the last bit; XGBoost's exponentials are of single precision.
  const isRaw = /(reg:squarederror|rank:)/.test(text);
  t.true(isRaw ? worst === 0 : worst <= 2e-7, `${file}: ${worst}`);
}

test('predictions are those of XGBoost, one model a kind', async (t) => {
  const { cases } = await readCases(references);
  t.is(cases.length, 13);
  for (const one of cases) await compare(t, references, one);
});

const hasXgboost = spawnSync(PYTHON, ['-c', 'import xgboost']).status === 0;
const live = hasXgboost ? test : test.skip;

const ROWS = atLength(2_000, 20_000);

live(
  'predictions are those of XGBoost on thousands of rows (left out without python3-xgboost)',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'xgboost-'));
    try {
      const script = fileURLToPath(new URL('make_references.py', import.meta.url));
      await promisify(execFile)(PYTHON, [script, folder, `${ROWS}`, '20', '5']);
      const url = new URL(`file://${folder}/`);
      const { cases, rows } = await readCases(url);
      t.is(rows, ROWS);
      for (const one of cases) await compare(t, url, one);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

test('what is left out of a sparse block is 0', (t) => {
  const writer = new SparseWriter(2, 2, 2);
  writer.endRow();
  writer.push(0, 2);
  writer.endRow();
  const imported = xgboostModel(JSON.stringify(model([stump({ threshold: 1, left: 10, right: 20 })])));
  t.deepEqual([...scoresOf(imported, [writer.block()])], [10.5, 20.5]);
});

test('thresholds are compared in Float32, strictly', (t) => {
  const LEAST = 2 ** -149;
  const answers = (threshold: number | null, numbers: readonly number[]) => {
    const text = JSON.stringify(model([stump({ threshold: threshold ?? 0, left: 1, right: 2 })]));
    const source =
      threshold === null ? text.replace('"split_conditions":[0', '"split_conditions":[NaN') : text;
    const block = denseBlock(numbers.length, 2, Float32Array.from(numbers.flatMap((x) => [x, 0])));
    return [...scoresOf(xgboostModel(source), [block])].map((sum) => sum - 0.5);
  };
  t.deepEqual(answers(1, [1 - 2 ** -24, 1, 2, Number.NaN]), [1, 2, 2, 1]);
  t.deepEqual(answers(0, [-LEAST, -0, 0, LEAST]), [1, 2, 2, 2]);
  t.deepEqual(answers(-0, [-LEAST, -0, 0, LEAST]), [1, 2, 2, 2]);
  t.deepEqual(answers(LEAST, [-LEAST, 0, LEAST]), [1, 1, 2]);
  // 0.1 becomes a Float32 first.
  t.deepEqual(answers(0.1, [Math.fround(0.1), 0.1 - 1e-8]), [2, 1]);
  t.deepEqual(answers(null, [-1, 0, 1, Number.NaN]), [2, 2, 2, 1]);
});

test('infinite thresholds, as XGBoost writes them', (t) => {
  const text = JSON.stringify(model([stump({ threshold: 1, left: 10, right: 20 })]));
  const of = (word: string) => {
    const imported = xgboostModel(text.replace('"split_conditions":[1', `"split_conditions":[${word}`));
    return [
      ...scoresOf(imported, [
        denseBlock(3, 2, Float32Array.of(-1e38, 0, Number.POSITIVE_INFINITY, 0, Number.NaN, 0)),
      ]),
    ];
  };
  t.deepEqual(of('Infinity'), [10.5, 20.5, 10.5]);
  t.deepEqual(of('-Infinity'), [20.5, 20.5, 10.5]);
});

test('words in names are no numbers', (t) => {
  const file = { ...model([stump({ threshold: 1, left: 10, right: 20 })]), note: 'NaN \\" Infinity' };
  const text = JSON.stringify(file).replace('"split_conditions":[1', '"split_conditions":[NaN');
  t.notThrows(() => xgboostModel(text));
});

test('files of the first releases, which knew no categories', (t) => {
  const tree = { threshold: 1, left: 10, right: 20, change: { default_left: [false, false, false] } };
  const old = { ...model([stump(tree)]), version: [1, 0, 0] };
  const block = denseBlock(2, 2, Float32Array.of(0, 0, Number.NaN, 0));
  t.deepEqual([...scoresOf(xgboostModel(JSON.stringify(old)), [block])], [10.5, 20.5]);
});

test('a bias is one number, or one a class, in the units of predictions', (t) => {
  const one = (base_score: string, objective: string, extra = {}) =>
    model([], { base_score, objective, ...extra });
  const block = denseBlock(1, 2, Float32Array.of(0, 0));
  const numbers = (file: object) => [...scoresOf(xgboostModel(JSON.stringify(file)), [block])];
  t.deepEqual(numbers(one('2.5E0', 'reg:squarederror')), [2.5]);
  t.deepEqual(numbers(one('[2.5E0]', 'rank:ndcg')), [2.5]);
  t.true(Math.abs(numbers(one('[3E0]', 'count:poisson'))[0] - 3) < 1e-6);
  const shares = scoresOf(
    xgboostModel(JSON.stringify(one('[0E0,1E0,2E0]', 'multi:softprob', { classes: 3 })), {
      labels: [1, 2, 3],
    }),
    [block],
  );
  const sum = 1 + Math.E + Math.E ** 2;
  t.true([1, Math.E, Math.E ** 2].every((x, i) => Math.abs(shares[i] - x / sum) < 1e-7));
  for (const base of ['', 'x', '[1,2]', '-1']) {
    t.throws(() => xgboostModel(JSON.stringify(one(base, 'count:poisson'))), { instanceOf: ArtifactError });
  }
});

test('labels, features and fingerprint', (t) => {
  const bytes = Buffer.from(JSON.stringify(model([], { objective: 'binary:logistic' })));
  const imported = xgboostModel(bytes, { labels: ['ham', 'spam'], reads: ['signals'] });
  t.deepEqual(imported.labels, ['ham', 'spam']);
  t.deepEqual(imported.reads, ['signals']);
  t.regex(imported.fingerprint ?? '', /^sha256:[0-9a-f]{64}$/);
  t.is(xgboostModel(bytes.toString(), { labels: [0, 1] }).fingerprint, imported.fingerprint);
  t.is(xgboostModel(bytes, { labels: [0, 1], fingerprint: 'v2' }).fingerprint, 'v2');
  const other = Buffer.from(JSON.stringify(model([], { objective: 'binary:logistic', base_score: '4E-1' })));
  t.not(xgboostModel(other, { labels: [0, 1] }).fingerprint, imported.fingerprint);
});

test('what does not fit is refused by name', (t) => {
  const classes = JSON.stringify(model([], { objective: 'binary:logistic' }));
  const numbers = JSON.stringify(model([]));
  const option = (make: () => unknown, name: string) => {
    t.is(t.throws(make, { instanceOf: OptionError })?.option, name);
  };
  option(() => xgboostModel(classes), 'labels');
  option(() => xgboostModel(classes, { labels: ['a'] }), 'labels');
  option(() => xgboostModel(classes, { labels: ['a', 'a'] }), 'labels');
  option(() => xgboostModel(numbers, { labels: ['a', 'b'] }), 'labels');
  option(() => xgboostModel(numbers, { read: ['a'] } as object), 'read');
  const imported = xgboostModel(numbers);
  const out = new Float64Array(1);
  const refused = (blocks: Parameters<typeof imported.score>[0]) => {
    t.throws(() => imported.score(blocks, out), { instanceOf: ModelError });
  };
  refused([]);
  refused([denseBlock(1, 3, new Float32Array(3))]);
  refused([denseBlock(1, 1, new Float32Array(1)), denseBlock(2, 1, new Float32Array(2))]);
  refused([denseBlock(2, 2, new Float32Array(4))]);
});

test('files that are not whole models of a known version are refused, saying which way', (t) => {
  const good = model([stump({ threshold: 1, left: 10, right: 20 })]);
  const reason = (source: string | Uint8Array, expected: ArtifactError['reason']) => {
    t.is(
      t.throws(() => xgboostModel(source), { instanceOf: ArtifactError })?.reason,
      expected,
      String(source).slice(0, 40),
    );
  };
  const changed = (change: object) =>
    JSON.stringify(model([stump({ threshold: 1, left: 10, right: 20, change })]));
  reason(JSON.stringify(good).slice(0, -1), 'damaged');
  reason('', 'foreign');
  reason('[]', 'foreign');
  reason(new Uint8Array(0), 'foreign');
  reason(Buffer.from('binf and what the old binary format goes on with'), 'foreign');
  reason(Buffer.from('{L'), 'damaged');
  reason(JSON.stringify(good).replace('"tree_info":[0]', '"tree_info":[0.5]'), 'damaged');
  reason(JSON.stringify(good).replace('"tree_info":[0]', '"tree_info":[1]'), 'damaged');
  reason(JSON.stringify({ ...good, version: [4, 0, 0] }), 'version');
  reason(JSON.stringify({ ...good, version: [0, 90, 0] }), 'version');
  reason(JSON.stringify({ ...good, version: undefined }), 'damaged');
  reason(changed({ left_children: [0, -1, -1] }), 'damaged');
  reason(changed({ left_children: [3, -1, -1] }), 'damaged');
  reason(changed({ right_children: [-2, -1, -1] }), 'damaged');
  reason(changed({ right_children: [2] }), 'damaged');
  reason(changed({ split_indices: [2, 0, 0] }), 'damaged');
  reason(
    changed({
      split_type: [1, 0, 0],
      categories: [],
      categories_nodes: [],
      categories_segments: [],
      categories_sizes: [],
    }),
    'damaged',
  );
  reason(changed({ tree_param: { num_nodes: '3', size_leaf_vector: '4' } }), 'unsupported');
  reason(JSON.stringify(model([], { objective: 'binary:hinge' })), 'unsupported');
  reason(JSON.stringify(model([], { booster: 'gblinear' })), 'unsupported');
  reason(JSON.stringify(model([], { targets: 2 })), 'unsupported');
  reason(JSON.stringify(model([], { classes: 3 })), 'damaged');
  reason(JSON.stringify(model([], { classes: 1e9, objective: 'multi:softprob' })), 'damaged');
});
