import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {
  type Allowance,
  counts,
  type Feature,
  type KeptRows,
  RowView,
  tfidf,
} from '../../../../lib/features/define/index.js';
import { random } from '../../../../lib/stats/index.js';
import { atLength } from '../../../support/atLength.js';
import { computeOn, fitOn, textTfidf } from '../../../support/features.js';
import { anyTermOptions, anyText } from '../../../support/plainTerms.js';

/** Memory without a limit, and how much of it is taken. */
function unlimited(): Allowance & { taken: number } {
  return {
    taken: 0,
    take(bytes) {
      this.taken += bytes;
      return true;
    },
    give(bytes) {
      this.taken -= bytes;
    },
  };
}

async function keep<Row>(feature: Feature<Row>, rows: readonly Row[], allowance: Allowance = unlimited()) {
  const keeping = feature.fitAndKeep?.(allowance);
  if (keeping === undefined) throw new TypeError('this feature keeps nothing');
  // In two batches, as rows may come.
  const half = rows.length >> 1;
  for (const some of [rows.slice(0, half), rows.slice(half)]) keeping.fit.add(RowView.of(some));
  return { fitted: keeping.fit.end(), kept: keeping.kept };
}

/** Compares the kept rows' blocks with those of a feature that reads its rows. @returns whether there are any */
async function agrees(
  feature: Feature<string>,
  texts: readonly string[],
  kept: KeptRows<string>,
  fit: readonly number[],
  others: readonly number[],
): Promise<boolean> {
  const of = (rows: readonly number[]) => rows.map((row) => texts[row]);
  const refitted = kept.refit(Int32Array.from(fit));
  if (refitted === undefined) return false;
  const fitted = await fitOn(feature, of(fit));
  for (const rows of [fit, others]) {
    const read = await computeOn(fitted, of(rows));
    const block = refitted.block(Int32Array.from(rows));
    if (JSON.stringify(plain(block)) !== JSON.stringify(plain(read))) {
      throw new Error(`${JSON.stringify(plain(block))} instead of ${JSON.stringify(plain(read))}`);
    }
  }
  // Its vocabulary and weights in their order: versions are computed by these.
  if (!isDeepStrictEqual(refitted.fitted?.state, fitted.state)) throw new Error('another state');
  return true;
}

function plain(block: Awaited<ReturnType<typeof computeOn>>) {
  if (block.kind !== 'sparse') throw new TypeError('terms are sparse');
  const { rows, columns, offsets, indices, values } = block;
  return { rows, columns, offsets: [...offsets], indices: [...indices], values: [...values] };
}

const RUNS = atLength(100, 300);

const parted = fc
  .array(anyText, { minLength: 1, maxLength: 9 })
  .chain((texts) =>
    fc.tuple(
      fc.constant(texts),
      fc.subarray([...texts.keys()], { minLength: 1 }),
      fc.array(fc.nat(texts.length - 1), { maxLength: 9 }),
    ),
  );

test('a feature that is fitted to some of the rows that it keeps has the blocks of one that reads them, bit for bit', async (t) => {
  let known = 0;
  await fc.assert(
    fc.asyncProperty(parted, anyTermOptions, async ([texts, fit, others], chosen) => {
      const feature = textTfidf(chosen);
      const { kept } = await keep(feature, texts);
      const isKnown = await agrees(feature, texts, kept, fit, others);
      known += Number(isKnown);
      if ('maxFeatures' in chosen || isKnown) return;
      // Without a limit on columns only a feature without any needs the texts, to explain that.
      const own = fit.map((row) => texts[row]);
      t.is((await fitOn(feature, own)).columns, 0);
    }),
    { numRuns: RUNS },
  );
  t.true(known > RUNS / 5, `${known} of ${RUNS} are known`);
});

const draw = random('kept terms');
const WORDS = Array.from({ length: 300 }, (_, i) => `w${i}`);
/** Texts of words of which a few come often. */
const texts = Array.from({ length: 200 }, () =>
  Array.from({ length: 30 }, () => WORDS[Math.floor(WORDS.length * draw.uniform() ** 3)]).join(' '),
);
const folds = Array.from({ length: 5 }, (_, fold) => ({
  fit: [...texts.keys()].filter((row) => row % 5 !== fold),
  score: [...texts.keys()].filter((row) => row % 5 === fold),
}));

for (const [name, feature] of Object.entries({
  words: textTfidf({ maxFeatures: 100, sublinear: true }),
  'rare and frequent words left out': textTfidf({ maxFeatures: 80, minDf: 3, maxDf: 0.3 }),
  'characters, as many columns as there are': textTfidf({ analyzer: 'char', ngrams: [2, 4] }),
  counts: counts((text: string) => text, { maxFeatures: 150 }),
  hashed: textTfidf({ hashing: 64 }),
})) {
  test(`folds need no text: ${name}`, async (t) => {
    const { fitted, kept } = await keep(feature, texts);
    t.deepEqual(fitted.state, (await fitOn(feature, texts)).state);
    for (const { fit, score } of folds) t.true(await agrees(feature, texts, kept, fit, score));
  });
}

test("a part in which other terms could be the most frequent isn't known", async (t) => {
  // 'rare' is in no other text, so that it isn't kept.
  const some = ['common common common often often often', 'rare', 'common often'];
  const { kept } = await keep(textTfidf({ maxFeatures: 2 }), some);
  t.is(kept.refit(Int32Array.of(1)), undefined);
  t.true(await agrees(textTfidf({ maxFeatures: 2 }), some, kept, [0, 2], [1]));
});

test('nothing is kept beyond the allowance, and all is given back', async (t) => {
  const given: number[] = [];
  const small: Allowance = { take: () => false, give: (bytes) => void given.push(bytes) };
  const { fitted, kept } = await keep(textTfidf(), texts, small);
  t.deepEqual(fitted.state, (await fitOn(textTfidf(), texts)).state);
  t.is(kept.refit(Int32Array.of(0, 1)), undefined);

  const allowance = unlimited();
  const other = await keep(textTfidf({ maxFeatures: 20 }), texts, allowance);
  const most = allowance.taken;
  t.true(most > 0);
  t.not(other.kept.refit(Int32Array.from(folds[0].fit)), undefined);
  other.kept.forget();
  t.is(allowance.taken, 0);
  t.is(other.kept.refit(Int32Array.from(folds[0].fit)), undefined);
});

test('a long text has a piece of its own', async (t) => {
  const long = Array.from({ length: 70_000 }, (_, i) => `${i}x${i}`).join(' ');
  const some = ['0x0 short', long, 'short 1x1', ''];
  const feature = textTfidf();
  const { kept } = await keep(feature, some);
  t.true(await agrees(feature, some, kept, [0, 1], [0, 1, 2, 3]));
  t.true(await agrees(feature, some, kept, [0, 2, 3], [2, 1]));
});

test('a copy of a feature with a fit of its own keeps nothing', (t) => {
  const feature = tfidf((text: string) => text);
  const own: Feature<string> = { ...feature, fit: (view) => feature.fit(view) };
  t.not(feature.fitAndKeep?.(unlimited()), undefined);
  t.is(own.fitAndKeep?.(unlimited()), undefined);
});
