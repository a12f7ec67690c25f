import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ExecutionContext, default as test } from 'ava';
import { checkExpected, identityOf, identityText, loadBatchModel } from '../../../batch/model/index.js';
import { column, define, logisticRegression, oneHot, tune } from '../../../index.js';
import { tableRows } from '../../../lib/data/columns/index.js';
import { ArtifactError, IdentityError, InputError, OptionError, PoisonRow } from '../../../lib/errors.js';
import { featuresModule } from '../../../serve/worker/hosting/module.js';
import { profileOf } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';
import { featuresText, servingFolder, textModel, writeModel } from '../../support/servedModels.js';

/** Models of batches: found, identified, loaded. */

const served = servingFolder();
const texts = textModel();

async function version(name: string): Promise<string> {
  const { cascade } = await texts;
  const files = await writeModel(await served, name, cascade);
  return join(files.artifact, '..');
}

test('a version’s folder answers as the cascade does, of records and of columns', async (t) => {
  const { cascade, rows } = await texts;
  const model = await loadBatchModel(await version('plain'));
  t.teardown(() => model.close());
  const some = rows.slice(0, 50);
  const expected = await cascade.predict(some);
  for (const given of [
    some,
    tableRows({ body: some.map(({ body }) => body), title: some.map(({ title }) => title) }),
  ]) {
    const { labels, scores, exits } = await model.predict(model.rows(given));
    t.deepEqual([labels, scores, exits], [expected.labels, expected.scores, expected.exits]);
  }
  t.deepEqual(
    [model.classes, model.stages, model.inFlight],
    [cascade.plan.classes, cascade.plan.stages.length, 1],
  );
  t.is(model.certificate.verdict, cascade.certificate.verdict);
  t.false(model.isUnchecked);
});

test('a row that can’t be made of the inputs is named', async (t) => {
  const model = await loadBatchModel(await version('unmade'));
  const wrong = t.throws(
    () =>
      model.rows([
        { title: 'a', body: 'b' },
        { title: 3, body: 'b' },
      ]),
    { instanceOf: PoisonRow },
  );
  t.is(wrong.message, "row 1: input 'title': expected well-formed text, got 3");
  const lacks = t.throws(() => model.rows([{ title: 'a', body: 'b' }, { title: 'a' }]), {
    instanceOf: PoisonRow,
  });
  t.regex(lacks.message, /^row 1: input 'body': .*isn't there/);
  const table = t.throws(() => model.rows(tableRows({ title: ['a'] })), { instanceOf: InputError });
  t.regex(table.message, /^the table: input 'body': .*isn't there; there are title/);
});

test('inputs of numbers and of lists arrive as serve hands them to row', async (t) => {
  const at = await version('numbers');
  const text = featuresText()
    .replace(
      "{ title: 'BYTES', body: 'BYTES' }",
      "{ n: 'INT64', p: { datatype: 'FP32', shape: [-1, 2] }, b: { datatype: 'BYTES', as: 'bytes' } }",
    )
    .replace('row({ title, body }, i)', 'row({ n, p, b }, i)')
    .replace(
      '{ title: title[i], body: body[i] }',
      '[n[i], n.shape, [...p.slice(2 * i, 2 * i + 2)], p.shape, p.data === p, b[i]]',
    );
  await writeFile(join(at, 'features.js'), text);
  const model = await loadBatchModel(at);
  const b = Uint8Array.of(1);
  const made = model.rows([
    { n: 1, p: [0.5, 1.5], b },
    { n: 2, p: Float64Array.of(2, 3), b },
  ]);
  t.deepEqual(made[1], [2n, [2], [2, 3], [2, 2], true, b]);
  t.throws(
    () =>
      model.rows([
        { n: 1, p: [1, 2], b },
        { n: 1, p: [1], b },
      ]),
    { message: /^row 1: input 'p': expected a list of 2/ },
  );
  for (const n of ['x', 1.5, Number.NaN, null, 2 ** 63])
    t.throws(() => model.rows([{ n, p: [1, 2], b }]), {
      instanceOf: PoisonRow,
      message: /^row 0: input 'n': expected a whole number from -2\^63 to 2\^63 - 1 \(INT64\), got /,
    });
  const fine = { n: 1, p: [1, 2], b };
  t.throws(() => model.rows([fine, { ...fine, p: [1, 1e39] }]), {
    message: "row 1: input 'p': expected a number that 32 bits hold (FP32), got 1e+39",
  });
  t.throws(() => model.rows([{ ...fine, p: [1, 2, 3] }]), {
    message: /^row 0: input 'p': expected a list of 2/,
  });
});

test('what an input can’t hold is a row’s fault, never another number', async (t) => {
  const at = await version('unheld');
  const text = featuresText()
    .replace("{ title: 'BYTES', body: 'BYTES' }", "{ n: 'INT32', s: 'BYTES', f: 'BOOL', u: 'UINT8' }")
    .replace('export function row', 'function unused');
  await writeFile(join(at, 'features.js'), text);
  const model = await loadBatchModel(at);
  const fine = { n: -5, s: 'a', f: 1, u: 255 };
  t.deepEqual(model.rows([fine]), [{ ...fine, f: true }]);
  const wrong = { n: [2 ** 32 + 50, 1.9, null, true], s: ['\ud83d', 3], f: [2, 'x', null], u: [-1, 256] };
  for (const [name, values] of Object.entries(wrong))
    for (const value of values)
      t.throws(() => model.rows([fine, { ...fine, [name]: value }]), {
        instanceOf: PoisonRow,
        message: new RegExp(`^row 1: input '${name}': expected .*, got `),
      });
  const table = tableRows({ n: [1, null], s: ['a', 'b'], f: [true, false], u: [1, 2] });
  t.throws(() => model.rows(table), { instanceOf: PoisonRow, message: /^row 1: input 'n': .* got NaN/ });
});

test('a module of inputs without row has records of them, as in service', async (t) => {
  const at = await version('records');
  const text = featuresText()
    .replace(
      "{ title: 'BYTES', body: 'BYTES' }",
      "{ title: 'BYTES', body: 'BYTES', size: 'FP32', isNew: 'BOOL' }",
    )
    .replace('export function row', 'function unused');
  await writeFile(join(at, 'features.js'), text);
  const model = await loadBatchModel(at);
  const given = { title: 'a', body: 'b', size: 0.1, isNew: 1, more: 'c' };
  const made = { title: 'a', body: 'b', size: Math.fround(0.1), isNew: true };
  t.deepEqual(model.rows([given]), [made]);
  t.deepEqual(model.rows(tableRows({ title: ['a'], body: ['b'], size: [0.1], isNew: [true] })), [made]);
  const module = await import(pathToFileURL(join(at, 'features.js')).href);
  const tensors = { title: ['a'], body: ['b'], size: Float32Array.of(0.1), isNew: Uint8Array.of(1) };
  t.deepEqual((await featuresModule(module)).row(tensors, 0), made);
  const wide = join(at, 'wide.js');
  await writeFile(wide, text.replace("size: 'FP32'", "size: { datatype: 'FP32', shape: [-1, 2] }"));
  await t.throwsAsync(loadBatchModel(at, { features: wide }), {
    instanceOf: OptionError,
    message: /'size' has more than a value/,
  });
});

test('the identity is of contents: the same elsewhere, another after any change', async (t) => {
  const at = await version('one');
  const { folder } = await served;
  const { identity, placed } = await identityOf(at);
  await cp(at, join(folder, 'models', 'moved'), { recursive: true });
  t.deepEqual((await identityOf(join(folder, 'models', 'moved'))).identity, identity);
  t.is(placed, undefined);
  checkExpected(identity, identityText(identity));
  t.regex(identity.engine, /^node \d+\.\d+\.\d+ \w+ \w+$/);
  await writeFile(join(folder, 'models', 'moved', 'features.js'), featuresText({ more: '// another' }));
  const other = await identityOf(join(folder, 'models', 'moved'));
  t.is(other.identity.artifact, identity.artifact);
  const error = await t.throwsAsync(loadBatchModel(at, { expect: identityText(other.identity) }), {
    instanceOf: IdentityError,
  });
  t.deepEqual(error.differ, ['features']);
  for (const [part, value] of [
    ['artifact', 'a'.repeat(64)],
    ['spillway', '9.9.9-rc.1'],
    ['engine', 'node 1.0.0 mars arm'],
  ] as const) {
    const { differ } = t.throws(() => checkExpected({ ...identity, [part]: value }, identityText(identity)), {
      instanceOf: IdentityError,
    });
    t.deepEqual(differ, [part]);
  }
  t.throws(() => checkExpected(identity, 'x'), { instanceOf: IdentityError, message: /no identity/ });
});

test('what isn’t there, or isn’t a model, is refused by name', async (t) => {
  const folder = await folderFor(t);
  const refused = (path: string, options: object, message: RegExp) =>
    t.throwsAsync(loadBatchModel(path, options), { message });
  await refused(join(folder, 'none'), {}, /'MODEL': there is no file or folder/);
  await refused(folder, {}, /lacks model\.cascade: name a version/);
  const at = await version('whole');
  await refused(at, { features: join(folder, 'f.js') }, /'--features': there is no file/);
  await copyFile(join(at, 'model.cascade'), join(folder, 'alone.cascade'));
  await t.throwsAsync(loadBatchModel(join(folder, 'alone.cascade')), {
    instanceOf: OptionError,
    message: /--features/,
  });
  await writeFile(join(folder, 'model.cascade'), 'nothing');
  await t.throwsAsync(loadBatchModel(folder), { instanceOf: ArtifactError, message: /model\.cascade'/ });
  await t.throwsAsync(identityOf(folder), { instanceOf: ArtifactError });
});

test('a cascade over columns needs no module', async (t) => {
  const model = await overColumns(t);
  const rows = [
    { x: 1, city: 'Bern' },
    { x: 9, city: 'Oslo' },
  ];
  const { labels } = await model.predict(model.rows(rows));
  t.deepEqual(labels, ['low', 'high']);
  t.deepEqual(
    (await model.predict(model.rows(tableRows({ x: [1, 9], city: ['Bern', 'Oslo'] })))).labels,
    labels,
  );
});

async function overColumns(t: ExecutionContext) {
  const folder = await folderFor(t);
  const rows = Array.from({ length: 300 }, (_, i) => ({ x: i % 10, city: i % 3 === 0 ? 'Bern' : 'Oslo' }));
  const cascade = await tune({
    features: define({ x: column<number>('x'), city: oneHot(column<string>('city')) }),
    rows,
    labels: rows.map(({ x }) => (x < 5 ? 'low' : 'high')),
    full: logisticRegression(),
    profile: profileOf({ x: 1, city: 2 }, ['logistic-regression']),
    bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
    repeats: true,
    split: { folds: 2 },
    seed: 1,
  });
  await mkdir(join(folder, 'm'));
  await cascade.save(join(folder, 'm', 'model.cascade'), { reference: 'rows' });
  const model = await loadBatchModel(join(folder, 'm'));
  t.teardown(() => model.close());
  return model;
}
