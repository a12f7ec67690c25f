import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Fields } from '../../../exchange/fields.js';
import { PipelineGraph } from '../../../exchange/sklearn/graph.js';
import { sklearnPipeline } from '../../../exchange/sklearn/index.js';
import { ColumnReader } from '../../../exchange/sklearn/rows.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import { ArtifactError } from '../../../lib/errors.js';
import { RowView } from '../../../lib/features/define/index.js';
import type { JsonValue, Tensor } from '../../../lib/util/state.js';
import { runSklearn, sklearnTest } from '../../support/sklearn.js';

const fixtures = new URL('../../fixtures/sklearn/texts/', import.meta.url);

/** What scikit-learn makes of texts: by vectorizer, each row's columns and values. */
interface Answers {
  readonly texts: readonly string[];
  readonly answers: Readonly<Record<string, readonly (readonly [readonly number[], readonly number[]])[]>>;
}

function contentOf(file: Uint8Array) {
  const { json, tensors } = decode(file);
  const fields = Fields.of('test', json);
  const cut = fields.list('cut').map((each) => Fields.of('test', each));
  return { nodes: fields.list('nodes'), tensors, cut };
}

/** Compares every entry of every row in double precision, stored zeros included. */
function checkAnswers(t: ExecutionContext, file: Uint8Array, { texts, answers }: Answers): void {
  const { nodes, tensors, cut } = contentOf(file);
  const places = cut.map((each) => each.count('node'));
  const reader = new ColumnReader({ kind: 'text' });
  const graph = new PipelineGraph(nodes, new Map(Object.entries(tensors)), reader, places);
  t.deepEqual(
    cut.map((each) => each.text('name')),
    Object.keys(answers),
  );
  for (const [at, [name, rows]] of Object.entries(answers).entries()) {
    const values = graph.values(places[at], RowView.of(texts));
    if (values.kind !== 'sparse') {
      t.fail(`${name} is ${values.kind}`);
      continue;
    }
    const limit = name === 'float32' ? 2e-7 : 1e-12;
    rows.forEach(([columns, expected], row) => {
      const [from, to] = [values.offsets[row], values.offsets[row + 1]];
      const own = new Map(
        Array.from(values.indices.subarray(from, to), (c, i) => [c, values.values[from + i]]),
      );
      const wrong = columns.filter((c, i) => !(Math.abs((own.get(c) ?? Number.NaN) - expected[i]) <= limit));
      if (wrong.length > 0 || own.size !== columns.length)
        t.fail(`${name}, ${JSON.stringify(texts[row])}: ${[...own]}, expected ${columns} ${expected}`);
    });
  }
  // Reading the whole compares its answers with scikit-learn's.
  t.notThrows(() => sklearnPipeline(file));
}

test('vectorizers of all kinds give scikit-learn’s values of odd texts', (t) => {
  const answers: Answers = JSON.parse(readFileSync(new URL('text.json', fixtures), 'utf8'));
  checkAnswers(t, readFileSync(new URL('text.pipeline', fixtures)), answers);
});

/** Changes a node's parameters, or a tensor: of the node's own by a name without a slash; undefined removes it. */
interface Change {
  readonly parameters?: Readonly<Record<string, JsonValue>>;
  readonly tensors?: Readonly<Record<string, ((was: Tensor) => Tensor) | undefined>>;
}

/** The fixture with a change. */
function changed(path: string, { parameters = {}, tensors: others = {} }: Change): Uint8Array {
  const { json, tensors } = decode(readFileSync(new URL('text.pipeline', fixtures)));
  const content: { nodes: Record<string, JsonValue>[] } = JSON.parse(JSON.stringify(json));
  const at = content.nodes.findIndex(({ path: own, op }) => own === path && op !== 'input');
  Object.assign(content.nodes[at], parameters);
  const all = { ...tensors };
  for (const [name, change] of Object.entries(others)) {
    const whole = name.startsWith('characters/') ? name : `${at}/${name}`;
    if (change === undefined) delete all[whole];
    else all[whole] = change(all[whole]);
  }
  return encode({ json: JSON.parse(JSON.stringify(content)), tensors: all });
}

test('a file with parts that can’t be is refused, by the step’s path', (t) => {
  const tensor = (name: string, change?: (was: Tensor) => Tensor): Change => ({
    tensors: { [name]: change },
  });
  const damaged: [path: string, change: Change, message: RegExp][] = [
    ['text.counts', tensor('terms.units', ({ length }) => new Uint16Array(length)), /term twice/],
    ['text.counts', tensor('terms.units', () => new Uint16Array(3)), /outside their units/],
    ['text.words', tensor('idf', ({ length }) => new Float64Array(length).fill(Number.NaN)), /idf holds NaN/],
    ['text.words', tensor('idf', () => Float64Array.of(1)), /1 numbers in idf/],
    ['text.words', { parameters: { ngrams: [0, 2] } }, /n-grams of 0 to 2/],
    ['text.words', { parameters: { ngrams: [1, 5000] } }, /n-grams of 5000/],
    ['text.words', { parameters: { analyzer: 'chars' } }, /analyzer 'chars'/],
    ['text.words', { parameters: { norm: 'l3' } }, /norm 'l3'/],
    ['text.hashed', { parameters: { columns: 0 } }, /no terms/],
    ['text.hashed', { parameters: { columns: 2 ** 40 } }, /is the most/],
    ['text.hashed', tensor('characters/ascii.from'), /no tensor ascii.from/],
    ['text.words', tensor('characters/word'), /no tensor word/],
    ['text.words', tensor('characters/word', () => Uint32Array.of(5, 4)), /word out of order/],
    ['text.words', tensor('characters/cased', () => Uint32Array.of(0x200000, 0x200000)), /out of order/],
  ];
  for (const [path, change, message] of damaged) {
    const make = () => sklearnPipeline(changed(path, change));
    t.is(t.throws(make, { instanceOf: ArtifactError, message })?.reason, 'damaged');
  }
  const slow = changed('text.letters', { parameters: { tokenPattern: '(?:a+)+b' } });
  const error = t.throws(() => sklearnPipeline(slow), { instanceOf: ArtifactError });
  t.is(error?.reason, 'unsupported');
  t.regex(
    error?.message ?? '',
    /text\.letters has a token_pattern that isn't read: within a repeat .*can take too long/,
  );
});

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`the same beside the scikit-learn of ${variable}, on other texts`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'spillway-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    await runSklearn(variable, 'test/fixtures/sklearn/texts/make.py', folder, '300', '11');
    const answers: Answers = JSON.parse(readFileSync(join(folder, 'text.json'), 'utf8'));
    checkAnswers(t, readFileSync(join(folder, 'text.pipeline')), answers);
  });
}
