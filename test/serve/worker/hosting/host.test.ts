import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { TextRow } from '../../../../datasets/index.js';
import { RequestError } from '../../../../lib/protocol/messages/index.js';
import { isRunning } from '../../../../serve/executor.js';
import { Store } from '../../../../serve/store/index.js';
import { InlineExecutor } from '../../../../serve/worker/index.js';
import { answerOf } from '../../../support/answerOf.js';
import {
  featuresText,
  servingFolder,
  silentText,
  textModel,
  textProfile,
  textSlice,
  writeModel,
} from '../../../support/servedModels.js';

const folder = await servingFolder();
const { cascade, rows } = await textModel();
test.after.always(() => rm(folder.folder, { recursive: true }));

/** Features that write down how many rows they compute, into a global list. */
const counted = (list: string) => `import { define, tfidf } from '../../library.mjs';
const computed = (globalThis.${list} ??= []);
const counting = (name, feature) => ({ ...feature, load(state) {
  const fitted = feature.load(state);
  return { ...fitted, compute: (view) => { computed.push([name, view.length]); return fitted.compute(view); } };
} });
export const inputs = { title: 'BYTES', body: 'BYTES' };
export const row = ({ title, body }, i) => ({ title: title[i], body: body[i] });
export default define({ title: counting('title', tfidf((row) => row.title)), body: counting('body', tfidf((row) => row.body)) });`;

function listOf(name: string): [name: string, rows: number][] {
  const list: unknown = Reflect.get(globalThis, name);
  if (!Array.isArray(list)) throw new TypeError(`${name} is no list`);
  return list;
}

function totals(name: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [feature, count] of listOf(name)) sums[feature] = (sums[feature] ?? 0) + count;
  return sums;
}

test('on the thread of the caller answers are the same', async (t) => {
  const inline = new InlineExecutor();
  const { key, labels } = await inline.load(await writeModel(folder, 'inline', cascade));
  const some = rows.slice(0, 100);
  const expected = await cascade.predict(some);
  const started = inline.run(textSlice(key, some));
  if (isRunning(started)) return t.fail('nothing waits here');
  const { answers, scores, exits } = started;
  t.deepEqual(
    Array.from(answers, (code) => labels[code]),
    expected.labels,
  );
  t.deepEqual(scores, expected.scores);
  t.deepEqual(exits, expected.exits);
  await inline.unload(key);
  const error = await t.throwsAsync(answerOf(inline, textSlice(key, some)), { instanceOf: RequestError });
  t.is(error.reason, 'unavailable');
  await inline.close();
});

test('tables of terms are made once, in memory that threads share', async (t) => {
  const store = new Store();
  const files = await writeModel(folder, 'tables', cascade);
  const opened = await store.open(files);
  const { tensors } = opened.model.states['feature body'];
  t.true(tensors.table.buffer instanceof SharedArrayBuffer);
  const { octets } = store.memory;
  const again = await store.open(files);
  t.is(again.model.states['feature body'].tensors.table, tensors.table);
  t.is(store.memory.octets, octets);
  // What is loaded over them is the same feature.
  const inline = new InlineExecutor(store);
  const some = rows.slice(0, 50);
  const { key, labels, held } = await inline.load(files);
  const { answers } = await answerOf(inline, textSlice(key, some));
  t.deepEqual(
    Array.from(answers, (code) => labels[code]),
    (await cascade.predict(some)).labels,
  );
  t.is(store.memory.octets, octets);
  const ofThread = held.filter(({ digest }) => digest.startsWith('inline '));
  t.is(ofThread.length, 2, 'what a thread makes of them is accounted for, by feature');
  for (const each of ofThread) t.true(each.octets > 1_000);
  await inline.close();
  store.release(opened);
  store.release(again);
  t.is(store.memory.octets, 0);
  const anew = await store.open(files);
  t.is(store.memory.octets, octets, 'made again after they were given up');
  store.release(anew);
});

test('what models share is warmed once at the sizes that the profile measured', async (t) => {
  const { title, body } = textProfile.features;
  const batches = [1, 8, 64].map((rows) => ({ rows, time: 100 * rows }));
  const { cascade: measured } = await textModel(1, 1_000, 0.1, {
    ...textProfile,
    features: { title, body: { ...body, cost: { ...body.cost, batches } } },
  });
  const inline = new InlineExecutor();
  t.teardown(() => inline.close());
  const sizes = () => listOf('warmSizes').map(([name, count]) => `${name} ${count}`);
  const wanted = ['title', 'body'].flatMap((name) => [8, 64].map((count) => `${name} ${count}`));
  await inline.load(await writeModel(folder, 'warm first', measured, counted('warmSizes')));
  for (const each of wanted)
    t.is(sizes().filter((size) => size === each).length, 1, `${each} once when it is loaded`);
  const first = sizes().length;
  await inline.load(await writeModel(folder, 'warm second', measured, counted('warmSizes')));
  const second = sizes().slice(first);
  t.true(second.length > 0, 'its own part is warmed by a few rows');
  t.false(second.some((size) => size.endsWith(' 64')));
  t.true(second.length < 8, `once, not until that gets no quicker: ${second.join(', ')}`);
});

test('an executor in place and another share one store', async (t) => {
  const store = new Store();
  const [one, other] = [new InlineExecutor(store), new InlineExecutor(store)];
  const files = await writeModel(folder, 'one store', cascade);
  await one.load(files);
  const { octets } = store.memory;
  await other.load(files);
  t.is(store.memory.octets, octets);
  await one.close();
  t.is(store.memory.octets, octets);
  await other.close();
  t.is(store.memory.octets, 0);
});

test('rows that are the same, octet for octet, are computed once in a slice', async (t) => {
  const inline = new InlineExecutor();
  const files = await writeModel(folder, 'equal rows', cascade, counted('equalRows'));
  const { key } = await inline.load(files);
  const [a, b, c] = rows;
  const requested = [a, b, a, c, b, a];
  listOf('equalRows').length = 0;
  const { answers, scores, exits } = await answerOf(inline, textSlice(key, requested));
  t.is(totals('equalRows').title, 3);
  const expected = await cascade.predict(requested);
  t.deepEqual(
    Array.from(answers, (code) => cascade.plan.classes[code]),
    expected.labels,
  );
  t.deepEqual(scores, expected.scores);
  t.deepEqual(exits, expected.exits);
  await inline.close();
});

test('a mode answers as the cascade in that mode, and is void where the cascade is', async (t) => {
  const modal = (await textModel(1, 1_000, 0.03)).cascade.withModes([0.1, 0.3]);
  t.true(modal.modes.length > 1);
  const inline = new InlineExecutor();
  const { key, modes } = await inline.load(await writeModel(folder, 'modes', modal));
  t.deepEqual(
    modes.map(({ epsilon, verdict }) => [epsilon, verdict]),
    modal.modes.map(({ epsilon }) => [epsilon, 'certified']),
  );
  t.deepEqual(
    modes.map(({ cost }) => cost),
    modal.modes.map(({ cost }) => cost),
  );
  const some = rows.slice(0, 200);
  for (const mode of modes.keys()) {
    const { exits, scores, verdict } = await answerOf(inline, textSlice(key, some, { mode }));
    const expected = await modal.inMode(mode).predict(some);
    t.deepEqual(exits, expected.exits);
    t.deepEqual(scores, expected.scores);
    t.is(verdict, 'certified');
  }
  const none = answerOf(inline, textSlice(key, some, { mode: modes.length }));
  t.is((await t.throwsAsync(none, { instanceOf: RequestError })).reason, 'invalid');
  const changed = featuresText({ title: "row.title + ' bada'" });
  const other = await inline.load(await writeModel(folder, 'modes changed', modal, changed));
  t.deepEqual(
    other.modes.map(({ epsilon, verdict }) => [epsilon, verdict]),
    modes.map(() => [null, 'void']),
  );
  await inline.close();
});

test('a feature of which one row fails degrades that row alone', async (t) => {
  const inline = new InlineExecutor();
  const text = `import { define, tfidf } from '../../library.mjs';
const body = tfidf((row) => row.body);
export const inputs = { title: 'BYTES', body: 'BYTES' };
export const row = ({ title, body }, i) => ({ title: title[i], body: body[i] });
export default define({
  title: tfidf((row) => row.title),
  body: { ...body, load(state) {
    const fitted = body.load(state);
    return { ...fitted, compute: (view, context) => {
      view.rows().forEach((row, i) => { if (row.body.startsWith('lost')) context.missing(i, new Error('lost')); });
      return fitted.compute(view);
    } };
  } },
});`;
  const { key } = await inline.load(await writeModel(folder, 'fails', cascade, text));
  const expected = await cascade.predict(rows.slice(0, 50));
  const late = expected.exits.indexOf(cascade.plan.stages.length);
  t.true(late >= 0);
  const requested: TextRow[] = rows
    .slice(0, 50)
    .map((row, i) => (i === late ? { ...row, body: `lost ${row.body}` } : row));
  const { degraded, exits } = await answerOf(inline, textSlice(key, requested));
  t.deepEqual(
    [...degraded.keys()].filter((i) => degraded[i] === 1),
    [late],
  );
  t.deepEqual(
    exits.filter((_, i) => i !== late),
    expected.exits.filter((_, i) => i !== late),
  );
  await inline.close();
});

test('a module that is changed in place answers beside what was loaded before; what it imports is refused', async (t) => {
  const inline = new InlineExecutor();
  const files = await writeModel(
    folder,
    'changed in place',
    cascade,
    featuresText({ more: "import './beside.js';" }),
  );
  const beside = join(files.features, '..', 'beside.js');
  await writeFile(beside, '// first');
  const own = await inline.load(files);
  await writeFile(files.features, silentText("import './beside.js';"));
  const changed = await inline.load({ ...files, key: 'changed in place#2' });
  const some = rows.slice(0, 100);
  const scores = async (key: string) => (await answerOf(inline, textSlice(key, some))).scores;
  const silent = some.map(({ body }) => ({ title: 'dage', body }));
  t.deepEqual(await scores(changed.key), (await cascade.predict(silent)).scores);
  t.deepEqual(await scores(own.key), (await cascade.predict(some)).scores);
  await writeFile(beside, '// changed');
  const error = await t.throwsAsync(inline.load({ ...files, key: 'changed in place#3' }), {
    instanceOf: RequestError,
  });
  t.is(error.reason, 'unavailable');
  t.regex(error.message, /changed in place after it was imported/);
  await inline.close();
});

test('a full model rests once no model is loaded with its module, also after a load that fails', async (t) => {
  const inline = new InlineExecutor();
  const text = (global: string) =>
    featuresText({
      more: `globalThis.${global} ??= [];
export const full = { name: 'full', classes: 2, labels: ['a', 'b'], score() {}, async rest() { globalThis.${global}.push('rest'); } };`,
    });
  const rests = (global: string): unknown => Reflect.get(globalThis, global);
  const files = await writeModel(folder, 'rests', cascade, text('restOne'));
  const keys = [1, 2, 3].map((n) => `rests#${n}`);
  await inline.load({ ...files, key: keys[0] });
  // A reload: the next one is there before the old one goes.
  await inline.load({ ...files, key: keys[1] });
  await inline.unload(keys[0]);
  t.deepEqual(rests('restOne'), []);
  await inline.unload(keys[1]);
  t.deepEqual(rests('restOne'), ['rest']);
  await inline.load({ ...files, key: keys[2] });
  await inline.close();
  t.deepEqual(rests('restOne'), ['rest', 'rest']);
  const broken = text('restTwo').replace('export default define({ title', 'export default define({ other');
  const unfit = await writeModel(folder, 'rests, unfit', cascade, broken);
  await t.throwsAsync(new InlineExecutor().load(unfit), { instanceOf: RequestError });
  t.deepEqual(rests('restTwo'), ['rest']);
});

test('numbers of several columns become rows of the declared shape', async (t) => {
  const inline = new InlineExecutor();
  const text = featuresText()
    .replace(
      /export const inputs.*/,
      "export const inputs = [{ name: 'title', datatype: 'BYTES', as: 'bytes' }, { name: 'words', datatype: 'FP32', shape: [-1, 2] }];",
    )
    .replace(
      /export function row.*/,
      `export function row({ title, words }, i) {
  if (words.data !== words || words.shape[1] !== 2 || !(title[i] instanceof Uint8Array)) throw new Error('not as declared');
  return { title: String.fromCharCode(...title[i]), body: [words[2 * i], words[2 * i + 1]].join(' ') };
}`,
    );
  const { key, inputs } = await inline.load(await writeModel(folder, 'numbers', cascade, text));
  t.deepEqual(inputs, [
    { name: 'title', datatype: 'BYTES', shape: [-1], as: 'bytes' },
    { name: 'words', datatype: 'FP32', shape: [-1, 2], as: 'text' },
  ]);
  const titles = rows.slice(0, 20).map(({ title }) => title);
  // A part of a larger request: its memory isn't the slice's alone.
  const elements = Float32Array.from({ length: 44 }, (_, i) => i).subarray(2, 42);
  const expected = await cascade.predict(
    titles.map((title, i) => ({ title, body: `${2 + 2 * i} ${3 + 2 * i}` })),
  );
  const inputsOf = {
    title: { elements: titles.map((title) => new TextEncoder().encode(title)), rowShape: [] },
    words: { elements, rowShape: [2] },
  };
  const { scores } = await answerOf(inline, {
    model: key,
    mode: 0,
    rows: 20,
    inputs: inputsOf,
    scores: true,
  });
  t.deepEqual(scores, expected.scores);
  await inline.close();
});

test('files that change while they are loaded are no version', async (t) => {
  const inline = new InlineExecutor();
  const files = await writeModel(
    folder,
    'racing',
    cascade,
    featuresText({
      more: "import { writeFileSync } from 'node:fs'; import { fileURLToPath } from 'node:url'; writeFileSync(fileURLToPath(new URL('helper.js', 'file://' + PLACE)), 'export const two = 2;'); import './helper.js';".replace(
        'PLACE',
        JSON.stringify(join(folder.folder, 'models', 'racing', 'x')),
      ),
    }),
  );
  await writeFile(join(folder.folder, 'models', 'racing', 'helper.js'), 'export const one = 1;');
  const error = await t.throwsAsync(inline.load(files), { instanceOf: RequestError });
  t.regex(error.message, /changed while they were loaded/);
  await inline.close();
});

test('a module that Node takes for CommonJS: what to do is said', async (t) => {
  const files = await writeModel(folder, 'common', cascade);
  await writeFile(join(dirname(files.features), 'package.json'), '{ "type": "commonjs" }');
  const inline = new InlineExecutor();
  t.teardown(() => inline.close());
  await t.throwsAsync(inline.load(files), {
    instanceOf: RequestError,
    message: /Name it features\.mjs; or put/,
  });
});
