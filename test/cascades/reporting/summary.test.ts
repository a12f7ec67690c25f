import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { contentsOf, rowsDigest } from '../../../cascades/holdout/index.js';
import { agreementWorld, type NumberRow, numberWorld } from '../../../datasets/index.js';
import {
  absoluteError,
  define,
  dense,
  inspect,
  measure,
  OptionError,
  type Profile,
  ridgeRegression,
  tune,
} from '../../../index.js';
import { RowReader } from '../../../lib/data/rows/index.js';
import { VERSION } from '../../../lib/util/version.js';
import { profileOf, tuneWorld, worldsProfile } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';
import { near } from '../../support/near.js';

const features = define({
  cheap: dense(2, (rows: readonly NumberRow[]) =>
    Float32Array.from(rows.flatMap(({ base, doubt }) => [base, doubt])),
  ),
  rest: dense(1, (rows: readonly NumberRow[]) => Float32Array.from(rows, ({ rest }) => rest)),
});
const timed = profileOf({ cheap: 1, rest: 100 }, ['ridge-regression']);
const profile: Profile<'cheap' | 'rest'> = {
  ...timed,
  features: {
    ...timed.features,
    rest: { ...timed.features.rest, cost: { ...timed.features.rest.cost, price: 0.01 } },
  },
};
const world = numberWorld({ rows: 2_000, seed: 1 });
const date = new Date('2026-03-01T09:30:00Z');

function numbers(rows = 2_000) {
  return tune({
    features,
    rows: world.rows.slice(0, rows),
    labels: world.labels.slice(0, rows),
    full: ridgeRegression(),
    profile,
    objective: 'price',
    bound: { loss: absoluteError(4), epsilon: 0.05 },
    seed: 3,
    date,
  });
}

const priced = numbers();

/** Paragraphs and facts without their line breaks. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

test('a certified regression is told by its errors and differences, in the units of its answers, and by its price', async (t) => {
  const cascade = await priced;
  const { certificate } = cascade;
  t.is(certificate.verdict, 'certified');
  const fresh = numberWorld({ rows: 400, seed: 2 });
  const measured = await measure(cascade, fresh.rows, fresh.labels, { rounds: 1 });
  const text = flat(cascade.summary({ measured }));
  t.regex(
    text,
    /mean absolute difference from the full model's answers, each counted as at most 4, is at most 0\.2 /,
  );
  t.regex(text, /price a row 0\.0\d+ measured, 0\.0\d+ predicted, 0\.0100 for the full model/);
  t.regex(text, /MAE/);
  t.regex(text, /made 2026-03-01 by spillway .*, seed 3; tuned on 1,200 rows, 800 kept for the certificate/);
  t.regex(
    text,
    /compared with the full model of this pipeline: ridge-regression on all its features, fitted by tune/,
  );
  t.regex(
    text,
    /Not promised - The full model's own errors.*- The size of a single difference: each counts as at most 4/,
  );
  t.notRegex(text, /accuracy|disagreement|money|points(?! of R²)|pointwise|counted up to|1 − mean/);
  // What is said is what was observed: the mean difference is the promised loss times the scale where none is beyond it.
  const { difference = 0, error = 0 } = certificate.observed;
  t.true(4 * (certificate.lost / certificate.n) <= difference + 1e-12);
  t.true(error > 0 && error < (certificate.baseline?.full ?? 0) + difference + 1e-12);
  t.true((certificate.baseline?.constant.error ?? 0) > error);
  const page = await cascade.report({ measured });
  t.notRegex(page.replace(/<style>[\s\S]*?<\/style>/, ''), /Accuracy|Disagreement|times the|money/);
});

test('prices that were measured are those that the exits of these rows pay', async (t) => {
  const cascade = await priced;
  const { rows } = numberWorld({ rows: 300, seed: 4 });
  const { price } = await measure(cascade, rows, undefined, { rounds: 1 });
  const { exits } = await cascade.predict(rows);
  near(t, price?.cascade ?? 0, (0.01 * exits.filter((exit) => exit === 1).length) / 300, 1e-12);
  near(t, price?.predicted ?? 0, cascade.plan.expected.cost, 1e-9);
});

test('where too few rows were there the summary says how many are enough and what they would buy', async (t) => {
  const { certificate, summary } = await numbers(100).then((cascade) => ({
    certificate: cascade.certificate,
    summary: flat(cascade.summary()),
  }));
  t.is(certificate.verdict, 'full-model-only');
  // 63 certification rows of the betting bound, two in five of all.
  t.is(certificate.rowsNeeded, 63);
  t.like(certificate.prospect, { least: 158 });
  t.true((certificate.prospect?.speedup ?? 0) > 1);
  t.true((certificate.prospect?.certify ?? 0) > 63);
  t.is(certificate.baseline?.of, 'tuning');
  t.regex(summary, /rows in all at least 158, with this split/);
  t.regex(
    summary,
    /What to do next - Give [\d,]+ rows in all, of which [\d,]+ to certify on: about 1\.3×, an estimate/,
  );
  t.regex(summary, /for the full model, .* by the labels of the 60 tuning rows, cross-fitted/);
});

test('accuracies are those of the certification rows, and harm is told by class', async (t) => {
  const { rows, labels } = agreementWorld({ rows: 2_000, seed: 5, accuracy: 0.95 });
  const options = { labels, bound: { loss: 'disagreement', epsilon: 0.08 } } as const;
  const cascade = await tuneWorld({ rows }, options);
  t.is(cascade.certificate.verdict, 'certified');
  const { baseline, observed } = cascade.certificate;
  t.is(baseline?.rows, 800);
  t.is(
    baseline?.byClass.reduce((sum, count) => sum + count, 0),
    800,
  );
  t.true(Math.abs((baseline?.full ?? 0) - 0.05) < 0.03);
  t.true(observed.changed > 0);
  const text = flat(cascade.summary());
  t.regex(
    text,
    /accuracy 9\d\.\d+ % for the full model, \d+\.\d+ % for the cascade, \d+\.\d+ % for the constant answer "(no|yes)"; by the labels of the 800 certification rows/,
  );
  t.regex(text, /by class (no|yes) \d+ worse, \d+ better of \d+/);
  t.regex(text, /larger than the full model's own error rate/);
  const bare = await tuneWorld({ rows }, { bound: { loss: 'disagreement', epsilon: 0.08 } });
  t.is(bare.certificate.baseline, undefined);
  t.notRegex(flat(bare.summary()), /accuracy|by class|for the worse/);
});

test('the slider goes on beyond the served epsilon, as far as the band certifies', async (t) => {
  const { rows } = agreementWorld({ rows: 2_000, seed: 5 });
  for (const epsilon of [0.02, 0.055]) {
    const cascade = await tuneWorld({ rows }, { bound: { loss: 'disagreement', epsilon } });
    const page = await cascade.report();
    const stops = [...page.matchAll(/<template data-epsilon="([^"]+)"/g)].map(([, stop]) => Number(stop));
    const last = Math.max(...stops);
    t.true(last > epsilon, `${last}`);
    const mostAggressive = cascade.retune({ epsilon: 0.9, allowVacuous: true }).plan.expected.cost;
    t.is(cascade.retune({ epsilon: last }).plan.expected.cost, mostAggressive);
    // Not a stop further: the last but one serves something more conservative, or is less than one two-digit step below.
    t.true(last <= 1.06 * (cascade.retune({ epsilon: last }).certificate.upper ?? 0) + 0.011);
  }
});

test('when and from what it was made is kept in its file, and what was certified anew says its own', async (t) => {
  const { rows } = agreementWorld({ rows: 2_000, seed: 6 });
  const cascade = await tuneWorld({ rows }, { seed: 'x', date });
  const digests = cascade.made?.digests;
  const made = {
    date: date.toISOString(),
    version: VERSION,
    seed: 'x',
    rows: { tune: 1_200, certify: 800 },
    digests,
  };
  t.deepEqual(cascade.made, made);
  t.regex(digests?.tune ?? '', /^[0-9a-f]{32}$/);
  t.not(digests?.tune, digests?.certify);
  const folder = await folderFor(t);
  const [first, second] = [join(folder, 'a.cascade'), join(folder, 'b.cascade')];
  await cascade.save(first, { evidence: true });
  t.deepEqual((await inspect(first)).made, made);
  t.regex((await inspect(first)).summary(), /2026-03-01 by spillway/);
  // The same call on the same date gives the same file, bit for bit.
  await (await tuneWorld({ rows }, { seed: 'x', date, profile: worldsProfile })).save(second, {
    evidence: true,
  });
  t.deepEqual(await readFile(second), await readFile(first));
  const later = new Date('2026-04-01T00:00:00Z');
  const fresh = agreementWorld({ rows: 900, seed: 7 }).rows;
  const renewed = await cascade.certify(cascade.path, { rows: fresh, date: later });
  t.deepEqual(renewed.made, {
    ...made,
    date: later.toISOString(),
    seed: null,
    rows: { tune: 1_200, certify: 900 },
    digests: { tune: digests?.tune, certify: rowsDigest(contentsOf(new RowReader(), fresh, undefined)) },
  });
  t.true(flat(renewed.summary()).includes(`900 rows to certify are ${renewed.made?.digests?.certify}`));
  await t.throwsAsync(tuneWorld({ rows }, { date: '2026' as unknown as Date }), {
    instanceOf: OptionError,
    message: /'date'.*valid Date/,
  });
});
