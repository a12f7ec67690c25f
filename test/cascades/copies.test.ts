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
  const equal = { rows: structuredClone(rows) };
  const repeats = await tuneWorld(world, { features, certify: { ...equal, repeats: true } });
  t.is(repeats.certificate.n, 302);
  t.is((await tuneWorld(world, { features, certify: equal, repeats: true })).certificate.n, 302);
  const same = await t.throwsAsync(tuneWorld(world, { certify: { rows, repeats: true } }), {
    instanceOf: UsedRows,
  });
  t.deepEqual([...(same?.rows ?? [])], [301], 'the very row is no draw of its own');
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

test('rows given three times are certified either way, or as what they are said to be', async (t) => {
  const thrice = world.rows.flatMap((row) => [row, { ...row }, row]);
  const bound = { epsilon: 0.05 };
  const either = await tuneWorld({ rows: thrice }, { bound });
  const { certificate } = either;
  const { split } = certificate.repeating ?? {};
  t.is(certificate.verdict, 'certified');
  t.deepEqual([split?.repeat, split?.rows, split?.seen], [2_000, 1_200, 0]);
  t.deepEqual([certificate.n, certificate.observed.rows], [split?.different, 1_200]);
  t.regex(certificate.population ?? '', /over all rows if .* draws, and over different rows if .* copies/);
  const words = either.summary().replace(/\s+/g, ' ');
  t.true(words.includes(certificate.population ?? '-'));
  t.regex(words, /2,000 of the rows equal an earlier one/);
  t.true(words.includes(`two: 1,200 rows, and one of each of ${split?.different} different rows`));
  const given = await either.certify(either.path, {
    rows: other.flatMap((row) => [row, { ...row }]),
  });
  t.true(
    given
      .summary()
      .includes(`two: ${2 * other.length} rows, and one of each of ${other.length} different rows`),
    'rows that were given',
  );
  t.regex(words, /repeats: true tests 1,200 rows alone.* repeats: 'copies' tests 400 different rows alone/);

  const draws = await tuneWorld({ rows: thrice }, { bound, repeats: true });
  t.deepEqual([draws.certificate.n, draws.certificate.repeating], [1_200, { are: 'draws' }]);
  t.regex(draws.certificate.population ?? '', /equal rows are draws of their own/);
  const copies = await tuneWorld({ rows: thrice }, { bound, repeats: 'copies' });
  t.deepEqual([copies.certificate.n, copies.certificate.repeating], [400, { are: 'copies' }]);
  t.is(copies.certificate.observed.rows, 400);
  t.regex(copies.certificate.population ?? '', /originals drawn like the 400/);
  t.is((await tuneWorld(world, { bound })).certificate.repeating, undefined);
});

test('rows held back for the certificate reach no fit', async (t) => {
  const fitted = new Set<number>();
  const cheap = worldsFeatures.get('cheap');
  const features = define({
    cheap: {
      ...cheap,
      fit: (...given: Parameters<typeof cheap.fit>) => {
        for (const row of given[0].batch) fitted.add(row.cheap);
        return cheap.fit(...given);
      },
    },
    costly: worldsFeatures.get('costly'),
  });
  const thrice = world.rows.flatMap((row) => [row, { ...row }, row]);
  const { certificate } = await tuneWorld({ rows: thrice }, { features, bound: { epsilon: 0.05 } });
  const { different = 0 } = certificate.repeating?.split ?? {};
  t.true(different > 350);
  t.true(fitted.size > 500);
  t.true(fitted.size <= world.rows.length - different, `${fitted.size} fitted, ${different} held`);
});

test('one popular value costs little, and the limits of other epsilons hold either way too', async (t) => {
  const rows = world.rows.map((row, i) => ({ ...(i % 10 < 3 ? world.rows[0] : row) }));
  const cascade = await tuneWorld({ rows }, { bound: { epsilon: 0.05 } });
  const { split } = cascade.certificate.repeating ?? {};
  t.deepEqual([split?.rows, (split?.spare ?? 9) < 9, (split?.seen ?? 9) <= 1], [400, true, true]);
  const wide = cascade.retune({ epsilon: 0.2 }).certificate;
  t.is(wide.verdict, 'certified');
  t.deepEqual(wide.repeating, cascade.certificate.repeating);
  t.is(wide.population, cascade.certificate.population);
  t.is(wide.n, split?.different ?? 0);
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
  const either = await tuneWorld({ rows }, { bound: { epsilon: 0.02 } });
  t.is(either.certificate.verdict, 'full-model-only');
  t.regex(
    either.certificate.reason ?? '',
    /repeats: true .* repeats: 'copies'.*too few certification rows: .* 149 are needed/,
  );
  t.regex(either.summary(), /different rows in all +at least/);
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
    message: /2 of 60 differ.*repeats: true.*repeats: 'copies'/,
  });
  t.regex(
    (await tuneWorld({ rows })).certificate.reason ?? '',
    /^most rows are equal.*repeats: true .*repeats: 'copies'.*; without it too few/,
  );
});

test('rows that differ count as draws of their own, also where every feature is equal, and that is said', async (t) => {
  const rows = Array.from({ length: 1_000 }, (_, id) => ({ ...world.rows[id % 500], id }));
  const cascade = await tuneWorld({ rows });
  t.is(cascade.certificate.n, 400);
  t.regex(cascade.summary().replace(/\s+/g, ' '), /certification rows equal a tuning row in every feature/);
});
