import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type AgreementRow, agreementWorld, groupedWorld } from '../../../datasets/index.js';
import { tableRows } from '../../../entries/data.js';
import { DataError, UsedRows } from '../../../index.js';
import { SameRows } from '../../../lib/data/rows/index.js';
import { loadWorld, tuneWorld } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

const world = agreementWorld({ rows: 1_000, seed: 1 });
const freshRows = (seed: number) => agreementWorld({ rows: 400, seed }).rows;

type Tuned = Awaited<ReturnType<typeof tuneWorld>>;

async function refused(t: ExecutionContext, cascade: Tuned, rows: readonly AgreementRow[], what: string) {
  const error = await t.throwsAsync(cascade.certify(cascade.path, { rows }), { instanceOf: UsedRows }, what);
  t.is(error?.rows.length, rows.length);
}

test('rows that one cascade was certified on are used for all that share its beginning, and in its files', async (t) => {
  const path = join(await folderFor(t), 'lineage.cascade');
  const cascade = await tuneWorld(world);
  const [retuned, explored] = [cascade.retune({ epsilon: 0.05 }), cascade.explore(cascade.path[0])];
  const rows = freshRows(7);
  const renewed = await cascade.certify(cascade.path, { rows });
  await refused(t, cascade, rows, 'the original');
  await refused(t, retuned, rows, 'retuned');
  await refused(t, explored, rows, 'explored');
  await refused(t, renewed, rows, 'renewed');
  await refused(t, cascade.whatIf({}), rows, 'what if');
  await refused(t, cascade, structuredClone(rows), 'copies');
  await cascade.save(path);
  await refused(t, await loadWorld(path), rows, 'a file');
  const repeated = await cascade.certify(cascade.path, { rows: structuredClone(rows), repeats: true });
  t.is(repeated.certificate.n, rows.length);
});

test('the very rows that tuned or tested are no new draws, also where inputs repeat', async (t) => {
  const path = join(await folderFor(t), 'same.cascade');
  const cascade = await tuneWorld(world, { repeats: true });
  const again = (rows: readonly AgreementRow[]) => cascade.certify(cascade.path, { rows, repeats: true });
  const rows = freshRows(7);
  const error = await t.throwsAsync(again([...rows, ...world.rows.slice(0, 3)]), {
    instanceOf: UsedRows,
    message: /made or tested this cascade themselves.*give new draws as objects of their own/,
  });
  t.deepEqual(error?.rows, Int32Array.of(400, 401, 402), 'tuned on or certified on');
  await t.throwsAsync(again(world.rows), { instanceOf: UsedRows, message: /^1000 of 1000/ });
  const signal = AbortSignal.abort(new Error('stop'));
  await t.throwsAsync(cascade.certify(cascade.path, { rows, repeats: true, signal }), { message: 'stop' });
  t.is((await again(rows)).certificate.n, 400, 'rows of a call that read no loss are free');
  await t.throwsAsync(again(rows), { instanceOf: UsedRows });
  await t.throwsAsync(tuneWorld(world, { certify: { rows: world.rows.slice(0, 500), repeats: true } }), {
    instanceOf: UsedRows,
    message: /among the rows to tune on/,
  });
  await t.notThrowsAsync(again(structuredClone(rows)), 'equal ones are draws');
  const batch = freshRows(8);
  const { certificate } = await cascade.certifyBatch(batch, { epsilon: 0.02 });
  const drawn = await t.throwsAsync(again(batch), { instanceOf: UsedRows });
  t.is(drawn?.rows.length, certificate.n);
  await cascade.save(path);
  await t.notThrowsAsync(
    (await loadWorld(path)).certify(cascade.path, { rows, repeats: true }),
    'a file has contents alone',
  );
});

test('rows of a table are the same by their table and position, however often they are read', (t) => {
  const table = { a: [1, 2, 1] };
  const same = SameRows.of(tableRows(table).slice(0, 2));
  t.deepEqual(same.where(tableRows(table)), Int32Array.of(0, 1));
  t.deepEqual(same.where(tableRows({ ...table })), new Int32Array(0));
  t.deepEqual(same.where(['a', null, 3, { a: 1 }]), new Int32Array(0), 'what has no identity');
  same.delete(tableRows(table));
  t.deepEqual(same.where(tableRows(table)), new Int32Array(0));
});

test('rows of a certification that failed after a loss was read are used, of one that failed before are free', async (t) => {
  const loss = { name: 'own', loss: (answer: string, full: string) => Number(answer !== full) };
  const cascade = await tuneWorld(world, { bound: { loss, epsilon: 0.03 } });
  const [rows, others] = [freshRows(7), freshRows(8)];
  const broken = {
    ...loss,
    loss: () => {
      throw new Error('broken');
    },
  };
  await t.throwsAsync(cascade.certify(cascade.path, { rows, losses: [broken] }), { message: /broken/ });
  const again = (given: readonly AgreementRow[]) =>
    cascade.certify(cascade.path, { rows: given, losses: [loss] });
  await t.throwsAsync(again(rows), { instanceOf: UsedRows });
  const signal = AbortSignal.abort(new Error('stop'));
  await t.throwsAsync(cascade.certify(cascade.path, { rows: others, losses: [loss], signal }), {
    message: 'stop',
  });
  t.is((await again(others)).certificate.n, others.length);
});

test('of two certifications at once on the same rows one is refused, before a model is asked', async (t) => {
  const cascade = await tuneWorld(world);
  const rows = freshRows(7);
  const both = await Promise.allSettled([1, 2].map(() => cascade.certify(cascade.path, { rows })));
  t.deepEqual(
    both.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  const other = freshRows(8);
  const renamed = other.map((row, id) => ({ ...row, id }));
  const alike = await Promise.allSettled(
    [other, renamed].map((given) => cascade.certify(cascade.path, { rows: given })),
  );
  t.is(alike.filter(({ status }) => status === 'rejected').length, 1, 'equal in every feature');
});

test('rows that a batch’s sample was drawn from are used where the full model answered for the test', async (t) => {
  const cascade = await tuneWorld(world);
  const rows = freshRows(7);
  const { certificate } = await cascade.certifyBatch(rows, { epsilon: 0.02 });
  const error = await t.throwsAsync(cascade.certify(cascade.path, { rows }), { instanceOf: UsedRows });
  t.is(error?.rows.length, certificate.n);
});

test('groups that were used are refused, and equal fresh rows count once', async (t) => {
  const { rows } = groupedWorld({ groups: 500, seed: 1 });
  const groups = (row: { group: number }) => row.group;
  const cascade = await tuneWorld({ rows }, { groups, bound: { epsilon: 0.1 } } as object);
  const others = groupedWorld({ groups: 100, seed: 2 }).rows;
  const grouped = { groups } as object;
  const error = await t.throwsAsync(cascade.certify(cascade.path, { rows: others, ...grouped }), {
    instanceOf: UsedRows,
    message: /of groups/,
  });
  t.is(error?.rows.length, others.length);
  const elsewhere = others.map((row) => ({ ...row, group: row.group + 1_000 }));
  const mixed = { rows: [...elsewhere, rows[3], others[5]], ...grouped };
  const all = await t.throwsAsync(cascade.certify(cascade.path, mixed), { instanceOf: UsedRows });
  t.deepEqual([...(all?.rows ?? [])], [others.length, others.length + 1]);
  const plain = await tuneWorld(world);
  const thrice = freshRows(9).flatMap((row) => [row, { ...row }, row]);
  const { certificate } = await plain.certify(plain.path, { rows: thrice });
  t.deepEqual([certificate.n, certificate.copies, certificate.observed.rows], [400, 800, 1_200]);
  const few = freshRows(10).slice(0, 100);
  await t.throwsAsync(plain.certify(plain.path, { rows: [...few, ...few] }), {
    instanceOf: DataError,
    message: /100 different rows/,
  });
});
