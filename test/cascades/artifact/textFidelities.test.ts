import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type TextRow, textWorld } from '../../../datasets/index.js';
import { tableRows } from '../../../entries/data.js';
import { Cascade as Runtime } from '../../../entries/runtime.js';
import { Cascade, column, define, logisticRegression, tfidf, tune, UsedRows } from '../../../index.js';
import { FREE } from '../../../lib/costs/index.js';
import { folderFor } from '../../support/files.js';

/** From `tune` to a server: a text feature whose beginning a stage reads. */

const world = textWorld({ rows: 1_000, seed: 1, classes: 2, bodyWords: 60, easy: 0.7 });
const features = define({ title: tfidf(column('title')), body: tfidf(column('body')) });
const cost = (perRow: number) => ({ ...FREE, perRow });

/** Reading the beginning takes a tenth of what reading all of it does, and hardly less tells as much. */
const profile = {
  features: {
    title: { cost: cost(200), entries: 2, reads: [] },
    body: {
      cost: cost(100),
      entries: 40,
      reads: [],
      goingOn: { cost: cost(5), reads: ['1. begin', '2. end'] },
    },
    'body@120': { cost: cost(5), entries: 15, reads: ['1. begin'] },
  },
  transforms: { '1. begin': cost(5), '2. end': cost(85) },
  models: { 'logistic-regression': { fixed: 0, perRow: 0.01, perEntry: 0.0001 } },
  full: cost(0.02),
};

const made = tune({
  features,
  rows: world.rows,
  labels: world.labels,
  full: logisticRegression({ l2: 0.1 }),
  profile,
  split: { folds: 2 },
  bound: { loss: 'disagreement', epsilon: 0.1, modes: [0.3] },
  seed: 1,
});

test('tuned, saved and loaded by the file alone, a cascade answers bit for bit by the beginnings of texts', async (t) => {
  const cascade = await made;
  t.is(cascade.certificate.verdict, 'certified');
  t.deepEqual(cascade.plan.stages[0].features, ['body@120']);
  t.deepEqual(cascade.plan.full.features, ['title', 'body']);
  const path = join(await folderFor(t), 'text.cascade');
  await cascade.save(path, { reference: 'rows', evidence: true });
  const loaded = await Cascade.load<object, string, string>(path);
  t.is(loaded.checked, 32);
  t.is(loaded.certificate.verdict, 'certified');
  const fresh = textWorld({ rows: 200, seed: 2, classes: 2, bodyWords: 60, easy: 0.7 }).rows;
  const table = tableRows({ title: fresh.map(({ title }) => title), body: fresh.map(({ body }) => body) });
  const answers = await cascade.predict(fresh);
  t.true(new Set(answers.exits).size > 1, 'rows leave at several stages');
  for (const rows of [fresh, table]) t.deepEqual(await loaded.predict(rows), answers);
  for (const mode of cascade.modes.keys())
    t.deepEqual(await loaded.inMode(mode).predict(fresh), await cascade.inMode(mode).predict(fresh));
  t.deepEqual(await loaded.full.predict(fresh), await cascade.full.predict(fresh));
  t.deepEqual(await loaded.predictOne(fresh[7]), await cascade.predictOne(fresh[7]));
  t.deepEqual(loaded.retune({ epsilon: 0.2 }).plan, cascade.retune({ epsilon: 0.2 }).plan);
  const runtime = await Runtime.load<object, string, string>(await readFile(path), { features });
  t.deepEqual(await runtime.predict(fresh), answers);
  t.deepEqual(runtime.predictSync(fresh), answers);
  const again = join(await folderFor(t), 'again.cascade');
  await loaded.save(again, { reference: 'rows', evidence: true });
  t.is(Buffer.compare(await readFile(again), await readFile(path)), 0);
});

test('a loaded cascade certifies again, certifies a batch, is audited and counted, by the beginnings of texts', async (t) => {
  const cascade = await made;
  const path = join(await folderFor(t), 'text.cascade');
  await cascade.save(path, { reference: 'rows' });
  const loaded = await Cascade.load<TextRow, string, string>(path, { features });
  const fresh = textWorld({ rows: 700, seed: 3, classes: 2, bodyWords: 60, easy: 0.7 });
  const { rows } = fresh;
  const later = { rows: rows.slice(200), labels: fresh.labels.slice(200) };
  const batch = await loaded.certifyBatch(rows.slice(0, 200), { epsilon: 0.2, seed: 1 });
  t.deepEqual(batch.labels.length, 200);
  t.is(batch.verdict, 'certified');
  const audit = loaded.audit({ rate: 0.5, seed: 1, onAlarm: () => t.fail('nothing has changed') });
  t.deepEqual((await audit.predict(rows)).labels, (await cascade.predict(rows)).labels);
  const { features: counted } = loaded.statistics();
  t.deepEqual(Object.keys(counted), ['title', 'body', 'body@120']);
  t.true(Reflect.get(counted, 'body@120').rows >= rows.length);
  const renewed = await loaded.certify(loaded.path, later);
  t.is(renewed.certificate.verdict, 'certified');
  t.deepEqual(renewed.plan.stages[0].features, ['body@120']);
  await t.throwsAsync(renewed.certify(loaded.path, later), { instanceOf: UsedRows });
  const again = join(await folderFor(t), 'again.cascade');
  await renewed.save(again, { reference: 'rows' });
  const last = await Cascade.load<TextRow, string, string>(again, { features });
  t.deepEqual(await last.predict(rows), await renewed.predict(rows));
  await t.throwsAsync(last.certify(last.path, later), { instanceOf: UsedRows });
});
