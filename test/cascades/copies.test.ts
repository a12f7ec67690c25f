import test from 'ava';
import { type AgreementRow, agreementWorld, groupedWorld } from '../../datasets/index.js';
import { DataError, define, OptionError, UsedRows } from '../../index.js';
import { tuneWorld, worldsFeatures } from '../support/agreement.js';

const world = agreementWorld({ rows: 1_000, seed: 1 });
const other = agreementWorld({ rows: 400, seed: 2 }).rows;

test('rows to tune on are refused as rows to certify on, before anything is fitted', async (t) => {
  let fits = 0;
  const features = define({
    cheap: {
      ...worldsFeatures.get('cheap'),
      fit: (...given: Parameters<ReturnType<typeof worldsFeatures.get>['fit']>) => {
        fits++;
        return worldsFeatures.get('cheap').fit(...given);
      },
    },
    costly: worldsFeatures.get('costly'),
  });
  const rows = [...other.slice(0, 300), structuredClone(world.rows[17]), world.rows[900]];
  const error = await t.throwsAsync(tuneWorld(world, { features, certify: { rows } }), {
    instanceOf: UsedRows,
    message: /certify.rows equal rows to tune on/,
  });
  t.deepEqual([...(error?.rows ?? [])], [300, 301]);
  t.is(fits, 0);
  const repeats = await tuneWorld(world, { features, certify: { rows, repeats: true } });
  t.is(repeats.certificate.n, 302);
  t.is((await tuneWorld(world, { features, certify: { rows }, repeats: true })).certificate.n, 302);
});

test('groups that stand in both are refused', async (t) => {
  const groups = (row: { group: number }) => row.group;
  const { rows } = groupedWorld({ groups: 60, seed: 1 });
  const shifted = groupedWorld({ groups: 60, seed: 2 }).rows.map((row) => ({
    ...row,
    group: row.group + 50,
  }));
  const given = { groups, certify: { rows: shifted }, bound: { epsilon: 0.1 } } as object;
  const error = await t.throwsAsync(tuneWorld({ rows }, given), { instanceOf: UsedRows, message: /groups/ });
  const standing = shifted.flatMap(({ group }, row) => (group < 60 ? [row] : []));
  t.deepEqual([...(error?.rows ?? [])], standing);
  const mixed = { ...given, certify: { rows: [...shifted, rows[0]] } };
  const all = await t.throwsAsync(tuneWorld({ rows }, mixed), {
    instanceOf: UsedRows,
    message: /of certify.rows equal rows to tune on or are of groups/,
  });
  t.deepEqual([...(all?.rows ?? [])], [...standing, shifted.length]);
});

test('rows from elsewhere that equal a row in every feature don’t count, and a note says so', async (t) => {
  const copies = world.rows.slice(0, 100).map((row, id) => ({ ...row, id }));
  const { certificate, summary } = await tuneWorld(world, { certify: { rows: [...copies, ...other] } }).then(
    (cascade) => ({ certificate: cascade.certificate, summary: cascade.summary() }),
  );
  t.deepEqual([certificate.n, certificate.copies, certificate.observed.rows], [400, 100, 500]);
  t.regex(
    summary.replace(/\s+/g, ' '),
    /100 of 500 rows in certify.rows equal a tuning row in every feature/,
  );
});

test('rows given three times stay together, count once, and that is said', async (t) => {
  const thrice = world.rows.flatMap((row) => [row, { ...row }, row]);
  const cascade = await tuneWorld({ rows: thrice }, { bound: { epsilon: 0.05 } });
  const { certificate } = cascade;
  t.deepEqual([certificate.n, certificate.copies, certificate.observed.rows], [400, 800, 1_200]);
  t.is(certificate.lost * 3, certificate.observed.changed);
  t.regex(certificate.method, /one of each set of equals/);
  const words = cascade.summary().replace(/\s+/g, ' ');
  t.regex(words, /2,000 of the rows equal an earlier one/);
  t.regex(words, /800 of them repeat another row/);
  t.is(certificate.verdict, 'certified');
  t.regex(words, /covers rows that equal none of the tuning rows.* With repeats: true each row is a draw/);
  const once = await tuneWorld({ rows: thrice }, { bound: { epsilon: 0.05 }, repeats: true });
  t.deepEqual([once.certificate.n, once.certificate.copies], [1_200, undefined]);
  t.notRegex(once.summary().replace(/\s+/g, ' '), /equal none of/);
  t.notRegex(
    (await tuneWorld(world, { bound: { epsilon: 0.05 } })).summary().replace(/\s+/g, ' '),
    /equal none of/,
  );
});

test('a split by a function may not tear equal rows apart', async (t) => {
  const rows = [...world.rows, ...world.rows.slice(0, 3)];
  const split = (_: AgreementRow, index: number) =>
    index < 300 ? ('train' as const) : index < 600 ? ('tune' as const) : ('certify' as const);
  await t.throwsAsync(tuneWorld({ rows }, { split }), {
    instanceOf: OptionError,
    message: /row 1000 is 'certify', but row 0, which it equals, is 'train'/,
  });
  t.is((await tuneWorld({ rows }, { split, repeats: true })).certificate.n, 403);
});

test('small tables, whose inputs repeat by nature, are certified where that is said, and a reason says how', async (t) => {
  const values = agreementWorld({ rows: 200, seed: 5 }).rows;
  const rows = Array.from({ length: 2_000 }, (_, i) => ({ ...values[(i * 7_919) % 200] }));
  const cascade = await tuneWorld({ rows }, { bound: { epsilon: 0.05 }, repeats: true });
  t.is(cascade.certificate.verdict, 'certified');
  t.is(cascade.certificate.n, 800);
  const copied = await tuneWorld({ rows }, { bound: { epsilon: 0.02 } });
  t.is(copied.certificate.verdict, 'full-model-only');
  t.regex(copied.certificate.reason ?? '', /too few certification rows: 80.*; 720 more .* repeats: true/);
  t.regex(copied.summary(), /repeats: true/);
  t.regex(copied.summary(), /different rows in all +at least 373/);
});

test('rows of which hardly any differ are refused, saying what to pass', async (t) => {
  const [no] = world.rows.filter(({ costly }) => costly < 0);
  const [yes] = world.rows.filter(({ costly }) => costly > 0);
  const rows = Array.from({ length: 60 }, (_, i) => ({ ...(i % 2 === 0 ? no : yes) }));
  const labels = rows.map(({ costly }) => (costly > 0 ? ('yes' as const) : ('no' as const)));
  const certify = {
    rows: other,
    labels: other.map(({ costly }) => (costly > 0 ? 'yes' : 'no') as 'yes' | 'no'),
  };
  await t.throwsAsync(tuneWorld({ rows }, { labels, certify }), {
    instanceOf: DataError,
    message: /2 of 60 differ.*repeats: true/,
  });
  await t.throwsAsync(tuneWorld({ rows }), {
    instanceOf: DataError,
    message: /1 different rows.*repeats: true/,
  });
});

test('rows that differ count as draws of their own, also where every feature is equal, and that is said', async (t) => {
  const rows = Array.from({ length: 1_000 }, (_, id) => ({ ...world.rows[id % 500], id }));
  const cascade = await tuneWorld({ rows });
  t.is(cascade.certificate.n, 400);
  t.regex(cascade.summary().replace(/\s+/g, ' '), /certification rows equal a tuning row in every feature/);
});
