import test from 'ava';
import { type AgreementRow, agreementWorld } from '../../../datasets/index.js';
import { cached, featureCache } from '../../../entries/lookup.js';
import {
  type Certificate,
  define,
  dense,
  type Feature,
  lookup,
  OptionError,
  oneHot,
  transform,
  UnstableFeature,
} from '../../../index.js';
import { tuneWorld } from '../../support/agreement.js';

const world = agreementWorld({ rows: 1_500, seed: 1 });
const cheapOf = (rows: readonly AgreementRow[]) => Float32Array.from(rows, (row) => row.cheap);
const costlyOf = (rows: readonly AgreementRow[]) => Float32Array.from(rows, (row) => row.costly);
const steady = { cheap: dense(1, cheapOf), costly: dense(1, costlyOf) };

const tuned = (own: Partial<Record<'cheap' | 'costly', Feature<AgreementRow>>>) =>
  tuneWorld(world, { features: define<AgreementRow, 'cheap' | 'costly'>({ ...steady, ...own }) });

const refused = async (own: Parameters<typeof tuned>[0]) => {
  try {
    await tuned(own);
  } catch (error) {
    if (error instanceof UnstableFeature) return error;
    throw error;
  }
  throw new Error('it was certified');
};

/** Fills one array for all batches, and gives the part that is used. */
function reusing(of: (row: AgreementRow) => number): (rows: readonly AgreementRow[]) => Float32Array {
  const buffer = new Float32Array(2_048);
  return (rows) => {
    rows.forEach((row, i) => {
      buffer[i] = of(row);
    });
    return buffer.subarray(0, rows.length);
  };
}

test('two features that share a scratch array are refused', async (t) => {
  const scratch = new Float32Array(2_048);
  const into = (of: (row: AgreementRow) => number) => (rows: readonly AgreementRow[]) => {
    rows.forEach((row, i) => {
      scratch[i] = of(row);
    });
    return scratch.subarray(0, rows.length);
  };
  const error = await refused({
    cheap: dense(
      1,
      into((row) => row.cheap),
    ),
    costly: dense(
      1,
      into((row) => row.costly),
    ),
  });
  t.is(error.code, 'FEATURE');
  t.regex(error.message, /'cheap'.*memory.*'costly'|'costly'.*memory.*'cheap'/);
  t.regex(error.message, /new array/);
});

test('an array that is filled anew for each batch is refused', async (t) => {
  const error = await refused({
    costly: dense(
      1,
      reusing((row) => row.costly),
    ),
  });
  t.is(error.feature, 'costly');
  t.regex(error.message, /overwritten/);
});

test('an array that is reused for single rows alone is refused', async (t) => {
  const one = new Float32Array(1);
  const error = await refused({
    costly: dense(1, (rows: readonly AgreementRow[]) => {
      if (rows.length > 1) return costlyOf(rows);
      one[0] = rows[0].costly;
      return one;
    }),
  });
  t.is(error.feature, 'costly');
  t.regex(error.message, /overwritten/);
});

test('one array for all rows without a value is nobody’s mistake', async (t) => {
  const none = new Float32Array(1);
  const { certificate } = await tuned({
    cheap: dense(1, (rows: readonly AgreementRow[]) =>
      rows.length === 1 && rows[0].cheap < 0 ? none : cheapOf(rows).map((x) => Math.max(0, x)),
    ),
  });
  t.not(certificate.stability, undefined);
});

test('z-scores within the batch are refused, with the row and both numbers', async (t) => {
  const scored = (rows: readonly AgreementRow[]) => {
    const values = cheapOf(rows);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    return values.map((x) => (x - mean) / (spread || 1));
  };
  const error = await refused({ cheap: dense(1, scored) });
  t.is(error.feature, 'cheap');
  t.is(error.column, 0);
  t.is(error.tolerance, 1e-5);
  t.is(error.rows, 1);
  t.is(error.alone, 0);
  t.is(typeof error.row, 'number');
  t.not(error.batch, error.alone);
  t.true(Math.abs(error.batch ?? 0) > 1e-5);
  t.true(error.message.includes(`row ${error.row}`));
  t.true(error.message.includes(String(error.batch)));
  t.regex(error.message, /tolerance.*live/s);
});

test('what depends on the others of a few rows alone is refused', async (t) => {
  const ranked = (rows: readonly AgreementRow[]) =>
    rows.length > 1 && rows.length < 16 ? cheapOf(rows).sort() : cheapOf(rows);
  t.is((await refused({ cheap: dense(1, ranked) })).feature, 'cheap');
});

test('chance is refused', async (t) => {
  const noisy = (rows: readonly AgreementRow[]) => cheapOf(rows).map((x) => x + 0.1 * Math.random());
  t.is((await refused({ cheap: dense(1, noisy) })).feature, 'cheap');
});

test('chance in an accessor or a transform is refused', async (t) => {
  const chance = oneHot((row: AgreementRow) => (row.cheap + Math.random() > 0 ? 'more' : 'less'));
  t.is((await refused({ cheap: chance })).feature, 'cheap');
  const drawn = transform((row: AgreementRow) => row.cheap + Math.random());
  const of = dense(1, drawn, (values: readonly number[]) => Float32Array.from(values));
  t.is((await refused({ cheap: of })).feature, 'cheap');
});

test('asynchronous features that share a scratch array are refused', async (t) => {
  const scratch = new Float32Array(2_048);
  const into = (of: (row: AgreementRow) => number) => async (rows: readonly AgreementRow[]) => {
    rows.forEach((row, i) => {
      scratch[i] = of(row);
    });
    await new Promise((resolve) => setImmediate(resolve));
    return scratch.slice(0, rows.length);
  };
  const error = await refused({
    cheap: dense(
      1,
      into((row) => row.cheap),
    ),
    costly: dense(
      1,
      into((row) => row.costly),
    ),
  });
  t.true(['cheap', 'costly'].includes(error.feature));
});

test('a scratch array that only calls under way together share is refused', async (t) => {
  const scratch = new Float32Array(2_048);
  const error = await refused({
    costly: dense(1, async (rows: readonly AgreementRow[]) => {
      rows.forEach((row, i) => {
        scratch[i] = row.costly;
      });
      await new Promise((resolve) => setImmediate(resolve));
      return scratch.slice(0, rows.length);
    }),
  });
  t.is(error.feature, 'costly');
});

test('what a feature does to what others read is refused', async (t) => {
  const box = transform((row: AgreementRow) => ({ value: row.cheap }));
  const spoiling = dense(1, box, (values: readonly { value: number }[]) => {
    const numbers = Float32Array.from(values, ({ value }) => value);
    for (const each of values) each.value = 0;
    return numbers;
  });
  const reading = dense(1, box, (values: readonly { value: number }[]) =>
    Float32Array.from(values, ({ value }) => value),
  );
  const { feature } = await refused({ cheap: spoiling, costly: reading });
  t.is(feature, 'costly');
});

test('last bits may differ within a tolerance, which the certificate names where it is not the usual', async (t) => {
  const rounding = (by: number) => (rows: readonly AgreementRow[]) =>
    cheapOf(rows).map((x) => x * (rows.length === 1 ? 1 + by : 1));
  const usual = (await tuned({ cheap: dense(1, rounding(1e-6)) })).certificate;
  t.deepEqual(usual.stability?.tolerance, {});
  await t.throwsAsync(tuned({ cheap: dense(1, rounding(1e-3)) }), { instanceOf: UnstableFeature });
  const wide = await tuned({ cheap: dense(1, rounding(1e-3), { tolerance: 0.01 }) });
  t.deepEqual(wide.certificate.stability?.tolerance, { cheap: 0.01 });
  t.regex(wide.summary(), /within 0\.01 \(cheap\)/);
  await t.throwsAsync(tuned({ cheap: dense(1, rounding(1e-6), { tolerance: 0 }) }), {
    instanceOf: UnstableFeature,
  });
});

test('how many answers changed between sizes of batches is counted', async (t) => {
  const flipping = (rows: readonly AgreementRow[]) => costlyOf(rows).map((x) => (rows.length === 1 ? -x : x));
  const { certificate } = await tuned({ costly: dense(1, flipping, { tolerance: 1e6 }) });
  const { rows, changed } = certificate.stability as NonNullable<Certificate['stability']>;
  t.true(rows >= 32 && rows <= 256);
  t.true((changed ?? 0) > 0 && (changed ?? 0) <= rows);
  t.is((await tuned({})).certificate.stability?.changed, 0);
});

test('a lookup whose source changes is refused, unless it says so, and then the promise does', async (t) => {
  const changing = (live: boolean) => {
    let requested = 0;
    return lookup({
      key: (row: AgreementRow) => row.cheap,
      fetch: async (keys: readonly number[]) => {
        requested++;
        return keys.map((key) => [key + 0.01 * requested]);
      },
      width: 1,
      ...(live ? { live } : {}),
    });
  };
  const error = await refused({ cheap: changing(false) });
  t.is(error.feature, 'cheap');
  const cascade = await tuned({ cheap: changing(true) });
  t.deepEqual(cascade.certificate.stability?.live, ['cheap']);
  t.regex(
    cascade.summary().replace(/\s+/g, ' '),
    /Live features \(cheap\) may give other values at each read/,
  );
});

test('a key that different numbers share is refused, before the cache serves one for the other', async (t) => {
  const cache = featureCache({ maxBytes: 1e6 });
  const error = await refused({
    cheap: cached(dense(1, cheapOf), { cache, key: (row: AgreementRow) => Math.round(row.cheap) }),
  });
  t.is(error.feature, 'cheap');
  t.regex(error.message, /key/);
  const fine = await tuned({
    cheap: cached(dense(1, cheapOf), { cache, key: (row: AgreementRow) => row.cheap }),
  });
  t.is(fine.certificate.verdict, 'certified');
});

test('it takes at most 256 rows of a feature more than one for each', async (t) => {
  const requested = { cheap: 0, costly: 0 };
  const counted = (name: 'cheap' | 'costly', of: (rows: readonly AgreementRow[]) => Float32Array) =>
    dense(1, (rows: readonly AgreementRow[]) => {
      requested[name] += rows.length;
      return of(rows);
    });
  await tuned({ cheap: counted('cheap', cheapOf), costly: counted('costly', costlyOf) });
  for (const name of ['cheap', 'costly'] as const) {
    t.true(requested[name] > world.rows.length, 'something was compared');
    t.true(
      requested[name] <= world.rows.length + 256,
      `${name}: ${requested[name] - world.rows.length} more`,
    );
  }
});

test('a tolerance below 0 is none', (t) => {
  t.throws(() => dense(1, cheapOf, { tolerance: -1 }), { instanceOf: OptionError, message: /tolerance/ });
  t.throws(() => dense(1, cheapOf, { tolerance: Number.NaN }), { instanceOf: OptionError });
});

test('a feature that changes its rows, so that another has other numbers without it, is refused', async (t) => {
  type Ordered = AgreementRow & { readonly order?: number[] };
  const rows: Ordered[] = world.rows.map((row) => ({ ...row, order: [row.cheap, row.cheap - 1] }));
  const sorting = define<Ordered, 'cheap' | 'costly'>({
    costly: dense(1, (all) =>
      Float32Array.from(all, ({ order, costly }) => {
        order?.sort((a, b) => a - b);
        return costly;
      }),
    ),
    cheap: dense(1, (all) => Float32Array.from(all, ({ order }) => order?.[0] ?? 0)),
  });
  await t.throwsAsync(tuneWorld({ rows }, { features: sorting }), {
    instanceOf: UnstableFeature,
    message: /feature 'cheap'.* without the other features .* without changing the row/,
  });
});

test('a feature may keep what it has found out on the row itself', async (t) => {
  const rows: (AgreementRow & { found?: number })[] = world.rows.map((row) => ({ ...row }));
  const remembering = define<(typeof rows)[number], 'cheap' | 'costly'>({
    costly: dense(1, (all) =>
      Float32Array.from(all, (row) => {
        row.found ??= row.costly;
        return row.found;
      }),
    ),
    cheap: dense(1, cheapOf),
  });
  t.is((await tuneWorld({ rows }, { features: remembering })).certificate.stability?.changed, 0);
});
