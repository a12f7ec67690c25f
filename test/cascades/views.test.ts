import { join } from 'node:path';
import test from 'ava';
import { type AgreementRow, agreementWorld } from '../../datasets/index.js';
import { tableRows } from '../../entries/data.js';
import { Cascade, measure, OptionError, RefusedRow, UsedRows } from '../../index.js';
import { loadWorld, sigmoidLearner, tuneWorld, worldsFeatures, worldsFull } from '../support/agreement.js';
import { columnsOf } from '../support/columnsOf.js';
import { folderFor } from '../support/files.js';

/** Rows that are views of a table give what plain objects give. */

const plain = agreementWorld({ rows: 3_000, seed: 1 }).rows;
const batch = agreementWorld({ rows: 600, seed: 77 }).rows;
const viewsOf = (rows: readonly AgreementRow[]) => tableRows<AgreementRow>(columnsOf(rows));
const views = viewsOf(plain);
const viewBatch = viewsOf(batch);

const byObjects = await tuneWorld({ rows: plain });
const byViews = await tuneWorld({ rows: [...views] });

test('tune and predict: the same plan, certificate and answers', async (t) => {
  t.deepEqual(byViews.plan, byObjects.plan);
  t.deepEqual(byViews.certificate, byObjects.certificate);
  t.true(byViews.plan.stages.length > 0);
  t.deepEqual(await byViews.predict(viewBatch), await byObjects.predict(batch));
  t.deepEqual(await byViews.predictOne(viewBatch[3]), await byObjects.predictOne(batch[3]));
});

test('measure and certifyBatch: the same figures and labels', async (t) => {
  const found = async (cascade: typeof byViews, rows: readonly AgreementRow[]) => {
    const { usedRows, stages, losses } = await measure(cascade, rows, undefined, { rounds: 1 });
    return { usedRows, stages, losses };
  };
  t.deepEqual(await found(byViews, viewBatch), await found(byObjects, batch));
  t.is((await found(byViews, plain.slice(0, 50))).usedRows, 50);
  const epsilon = 0.02;
  t.deepEqual(
    await byViews.certifyBatch(viewBatch, { epsilon, seed: 1 }),
    await byObjects.certifyBatch(batch, { epsilon, seed: 1 }),
  );
});

test('certify: used rows are found by content, whether they are views or objects', async (t) => {
  const fresh = agreementWorld({ rows: 1_000, seed: 5 }).rows;
  const again = await byViews.certify(byViews.plan, { rows: viewsOf(fresh) });
  t.deepEqual(again.certificate, (await byObjects.certify(byObjects.plan, { rows: fresh })).certificate);
  const mixed = [...fresh, ...plain.slice(0, 20)];
  for (const rows of [mixed, viewsOf(mixed)])
    for (const cascade of [byViews, byObjects])
      await t.throwsAsync(cascade.certify(cascade.plan, { rows }), { instanceOf: UsedRows });
});

test('reference rows are saved as objects, and found again among views', async (t) => {
  const path = join(await folderFor(t), 'views.cascade');
  await byViews.save(path, { reference: 'rows' });
  const loaded = await loadWorld(path);
  t.deepEqual(loaded.checked, byViews.reference?.positions.length);
  t.deepEqual(await loaded.predict(batch), await byObjects.predict(batch));
  await byViews.save(path);
  const options = { features: worldsFeatures, full: worldsFull, learners: [sigmoidLearner] };
  t.is((await Cascade.load(path, { ...options, rows: viewsOf(plain) })).checked, loaded.checked);
  await t.throwsAsync(Cascade.load(path, { ...options, rows: viewBatch }), { instanceOf: OptionError });
});

test('a row that no feature can compute is refused by itself, as an object is', async (t) => {
  const odd = batch.map((row, i) => (i === 5 ? { ...row, cheap: Number.NaN } : row));
  const refusals = [byViews.predict(viewsOf(odd)), byObjects.predict(odd)].map((answers) =>
    t.throwsAsync(answers, { instanceOf: RefusedRow }),
  );
  const [ofView, ofObject] = await Promise.all(refusals);
  t.is(ofView.message, ofObject.message);
  t.regex(ofView.message, /row 5/);
});

test('an array that is refilled between two calls counts as the rows that it has then', async (t) => {
  const array = [...views.slice(0, 50)];
  const refill = (rows: readonly AgreementRow[]) => array.splice(0, array.length, ...rows);
  const used = async () => (await measure(byViews, array, undefined, { rounds: 1 })).usedRows;
  t.is(await used(), 50);
  refill(viewBatch.slice(0, 50));
  t.is(await used(), 0);
  t.deepEqual(await byViews.predict(array), await byObjects.predict(batch.slice(0, 50)));
  refill(views.slice(0, 1_000));
  await t.throwsAsync(byViews.certify(byViews.plan, { rows: array }), { instanceOf: UsedRows });
  refill(viewsOf(agreementWorld({ rows: 1_000, seed: 6 }).rows));
  await t.notThrowsAsync(byViews.certify(byViews.plan, { rows: array }));
});
