import { join } from 'node:path';
import test from 'ava';
import { inWords } from '../../cascades/losses/index.js';
import { type NumberRow, numberWorld } from '../../datasets/index.js';
import type { TrainedRegression } from '../../entries/full.js';
import {
  absoluteError,
  Cascade,
  DataError,
  define,
  dense,
  type Learner,
  logisticRegression,
  measure,
  profile as measured,
  OptionError,
  ridgeRegression,
  type TuneOptions,
  tune,
  VacuousBound,
} from '../../index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

const features = define({
  cheap: dense(2, (rows: readonly NumberRow[]) =>
    Float32Array.from(rows.flatMap(({ base, doubt }) => [base, doubt])),
  ),
  rest: dense(1, (rows: readonly NumberRow[]) => Float32Array.from(rows, ({ rest }) => rest)),
});
const profile = profileOf({ cheap: 1, rest: 100 }, ['ridge-regression']);
const world = numberWorld({ rows: 3_000, seed: 1 });
const SCALE = 4;

type Options = TuneOptions<NumberRow, number, 'cheap' | 'rest'>;

function tuneNumbers(options: Partial<Options> = {}) {
  return tune({
    features,
    rows: world.rows,
    labels: world.labels,
    full: ridgeRegression(),
    profile,
    bound: { loss: absoluteError(SCALE), epsilon: 0.05 },
    ...options,
  });
}

/** What no test of it changes. */
const tuned = tuneNumbers();

/** The sum itself, of which labels are noisy copies. */
const sum: TrainedRegression = {
  name: 'sum',
  task: 'regression',
  classes: 1,
  score([{ values }, rest], out) {
    for (let row = 0; row < rest.rows; row++) out[row] = 3 * values[2 * row] + rest.values[row];
  },
};

interface Answering {
  predict(rows: readonly NumberRow[]): Promise<{ readonly labels: readonly unknown[] }>;
}

async function lossOf(cascade: Answering & { readonly full: Answering }, rows: readonly NumberRow[]) {
  const [{ labels }, whole] = await Promise.all([cascade.predict(rows), cascade.full.predict(rows)]);
  const loss = (answer: unknown, row: number) =>
    Math.min(1, Math.abs(Number(answer) - Number(whole.labels[row])) / SCALE);
  return labels.reduce((total: number, answer, row) => total + loss(answer, row), 0) / rows.length;
}

test('rows leave by the error that the stage expects of them, and the promise is kept on new rows', async (t) => {
  const cascade = await tuned;
  const { certificate, plan } = cascade;
  t.is(certificate.verdict, 'certified');
  t.deepEqual(certificate.loss, { absoluteError: SCALE });
  t.regex(certificate.method, /betting/);
  t.deepEqual(plan.classes, []);
  t.deepEqual(plan.decision, { kind: 'value' });
  const [stage] = plan.stages;
  t.deepEqual(stage.features, ['cheap']);
  t.deepEqual(stage.exit, { calibration: 'identity', score: 'interval', scale: SCALE });
  t.is(stage.thresholds.length, 1);
  t.true(stage.exits > 0.2 && stage.exits < 0.8, `${stage.exits}`);

  const fresh = numberWorld({ rows: 20_000, seed: 2 }).rows;
  const loss = await lossOf(cascade, fresh);
  t.true(loss > 0.02 && loss < 0.052, `${loss}`);
  const { exits, scores } = await cascade.predict(fresh);
  // Who leaves is less in doubt than who doesn't, and the stage's expected errors are of the right size.
  const doubt = (exit: number) => {
    const some = fresh.filter((_, row) => exits[row] === exit);
    return some.reduce((total, row) => total + row.doubt, 0) / some.length;
  };
  t.true(doubt(0) < doubt(1) - 0.8, `${doubt(0)} and ${doubt(1)}`);
  const early = [...exits.keys()].filter((row) => exits[row] === 0);
  const expected = early.reduce((total, row) => total + scores[row], 0) / early.length;
  const found = early.reduce((total, row) => total + Math.abs(fresh[row].rest), 0) / early.length;
  t.true(expected / found > 0.5 && expected / found < 2, `${expected} expected, ${found} found`);
  t.true(
    exits.every((exit, row) => exit === 0 || scores[row] === 0),
    'the full model expects no error of itself',
  );
});

/** The same world, bounded in its units. */
const inUnits = tuneNumbers({ bound: { loss: absoluteError({ atMost: 0.2 }), also: [0.4] } });

test('a bound in the units of the answers is kept in them, and all that is said of it is in them', async (t) => {
  const cascade = await inUnits;
  const { certificate } = cascade;
  t.is(certificate.verdict, 'certified');
  const { scale = Number.NaN } = inWords(certificate.loss);
  t.is(certificate.epsilon, 0.2 / scale);
  t.deepEqual(certificate.also, [0.4 / scale]);
  const fresh = numberWorld({ rows: 20_000, seed: 2 });
  const [{ labels }, whole] = [await cascade.predict(fresh.rows), await cascade.full.predict(fresh.rows)];
  const differences = labels.map((answer, row) => Math.min(scale, Math.abs(answer - whole.labels[row])));
  // The cap is seldom reached.
  t.true(differences.filter((each) => each === scale).length < 20);
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  t.true(mean > 0.05 && mean < 0.208, `${mean}`);

  const measured = await measure(cascade, fresh.rows.slice(0, 500), undefined, { rounds: 1 });
  const text = cascade.summary({ measured }).replace(/\s+/g, ' ');
  t.true(text.includes(`answers, each counted as at most ${scale}, is at most 0.2 on data drawn like`), text);
  t.regex(text, /bound at most 0\.2 on average.*on these rows; bound: at most 0\.2 on average/);
  t.notRegex(text, /epsilon = /);
  const page = await cascade.report();
  t.regex(page, /the mean difference allowed →/);
  t.regex(page, /0\.2, as served/);
  t.regex(page, /data-said="at most 0\.4: /);
  t.false(page.includes('>Epsilon<'));
});

test('a cap has one spelling in all that is said', (t) => {
  const { title, bound, found } = inWords({ absoluteError: 4.128 });
  const texts = [title, bound(0.05), found({ n: 10, lost: 1, unit: 'rows' })];
  for (const text of texts) t.regex(text, /4\.128/);
  t.notRegex(texts.join(), /4\.13/);
});

test('certification rows don’t choose the cap', async (t) => {
  const split = (_: NumberRow, row: number) => (['train', 'tune', 'certify'] as const)[row % 3];
  const bound = { loss: absoluteError({ atMost: 0.2 }) };
  const rows = world.rows.slice(0, 900);
  const large = rows.map(({ rest, base, doubt }, row) => ({
    rest,
    base: (row % 3 === 2 ? 9 : 1) * base,
    doubt,
  }));
  const [own, other] = await Promise.all(
    [rows, large].map((each) =>
      tuneNumbers({ rows: each, labels: world.labels.slice(0, 900), split, bound }),
    ),
  );
  t.deepEqual(other.certificate.loss, own.certificate.loss);
});

test('another limit is asked for in the same units, also from a file', async (t) => {
  const cascade = await inUnits;
  const path = join(await folderFor(t), 'units.cascade');
  await cascade.save(path, { evidence: true });
  const loaded = await Cascade.load<NumberRow, number, 'cheap' | 'rest'>(path, { features });
  t.deepEqual(loaded.certificate, cascade.certificate);
  const { scale = Number.NaN } = inWords(cascade.certificate.loss);
  const looser = loaded.retune({ atMost: 0.4 });
  t.is(looser.certificate.epsilon, 0.4 / scale);
  t.deepEqual(looser.plan, loaded.retune({ epsilon: 0.4 / scale }).plan);
  t.true(looser.plan.expected.cost < cascade.plan.expected.cost);
  const { rows } = numberWorld({ rows: 1_500, seed: 12 });
  const renewed = await loaded.certify(loaded.path, { rows, atMost: 0.3 });
  t.like(renewed.certificate, { verdict: 'certified', epsilon: 0.3 / scale });
  t.throws(() => loaded.retune({ atMost: scale }), {
    instanceOf: OptionError,
    message: /'atMost'.*below the cap/,
  });
  t.throws(() => loaded.retune({ atMost: 0.3, epsilon: 0.1 } as never), {
    message: /'atMost'.*one of the two/,
  });
  t.throws(() => loaded.retune({ atMost: 5 }), {
    instanceOf: VacuousBound,
    message: /a mean difference of \d\.\d, each counted as at most [\d.]+, .*within a mean difference of 5/,
  });
  await t.throwsAsync(loaded.certify(loaded.path, { rows: rows.slice(0, 9), atMost: 0.3 }), {
    instanceOf: DataError,
    message: /needed for a mean difference of 0\.3 at delta/,
  });
  t.throws(() => loaded.retune({ atMost: Number.MIN_VALUE }), {
    message: /'atMost'.*too small beside the cap/,
  });
  await t.throwsAsync(loaded.certify(loaded.path, { rows, atMost: Number.MIN_VALUE }), {
    message: /'certify.atMost'.*too small beside the cap/,
  });
});

test('of several losses each keeps its limit, whichever way another is asked for', async (t) => {
  const all = [
    { loss: absoluteError({ atMost: 0.4, cap: 4 }) },
    { loss: absoluteError({ atMost: 0.5, cap: 8 }) },
  ];
  const joint = await tuneNumbers({
    rows: world.rows.slice(0, 900),
    labels: world.labels.slice(0, 900),
    split: { folds: 2 },
    bound: { all },
  });
  const { rows } = numberWorld({ rows: 300, seed: 13 });
  for (const [asked, option] of [
    [{ atMost: 0.3 }, 'certify.atMost'],
    [{ epsilon: 0.05 }, 'certify.epsilon'],
  ] as const) {
    const error = await t.throwsAsync(joint.certify(joint.path, { rows, ...asked }), {
      message: /each of several/,
    });
    t.is(error instanceof OptionError && error.option, option);
  }
  // @ts-expect-error one of the two
  await t.throwsAsync(joint.certify(joint.path, { rows, epsilon: 0.1, atMost: 0.4 }), {
    message: /one of the two/,
  });
});

test('limits of modes are given in the same units, and shares are told to be that', async (t) => {
  const cascade = await inUnits;
  const { scale = Number.NaN } = inWords(cascade.certificate.loss);
  t.deepEqual(
    cascade.withModes({ atMost: [0.4] }).modes.map(({ epsilon }) => epsilon),
    [0.2 / scale, 0.4 / scale],
  );
  const refuses = (given: unknown, message: RegExp) =>
    t.throws(() => cascade.withModes(given as never), { instanceOf: OptionError, message });
  refuses(
    { atMost: [0.4, 0.1] },
    /'atMost\[1\]': a mean difference of 0\.1 is below .* 0\.2, .*retune\(\{ atMost: 0\.1 \}\)/,
  );
  refuses([0.1 / scale], /'epsilons\[0\]': a mean difference of 0\.1 is below/);
  refuses({ atMost: [scale] }, /'atMost\[0\]'.*below the cap/);
  refuses({ atMost: 0.4 }, /'atMost': expected \{ atMost: \[ … \] \}, each above 0\.2, got 0\.4/);
  refuses({ atMost: [0.4], epsilons: [0.1] }, /'epsilons': unknown/);
  refuses([2], /'epsilons\[0\]'.*a share of the cap.*give atMost/);
  t.throws(() => cascade.retune({} as never), { message: /'epsilon'.*got undefined.*give atMost/ });
});

test('a trained full model needs no labels, and stages are fitted to its answers', async (t) => {
  const cascade = await tune({
    features,
    rows: world.rows,
    profile,
    bound: { loss: absoluteError(SCALE), epsilon: 0.05 },
    full: sum,
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.is(cascade.plan.stages[0].target, 'answers');
  t.true((await lossOf(cascade, numberWorld({ rows: 20_000, seed: 3 }).rows)) < 0.052);
});

test('a split by hand learns expected errors on the tuning rows alone', async (t) => {
  const cascade = await tuneNumbers({
    split: (_, row) => (['train', 'tune', 'certify'] as const)[row % 3],
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.true((await lossOf(cascade, numberWorld({ rows: 20_000, seed: 4 }).rows)) < 0.053);
});

test('a loss of one’s own is of the numbers themselves', async (t) => {
  const late = {
    name: 'late by more than 3',
    loss: (answer: number, full: number) => Number(full - answer > 3),
  };
  const cascade = await tuneNumbers({ bound: { loss: late, epsilon: 0.02 } });
  t.is(cascade.certificate.verdict, 'certified');
  const fresh = numberWorld({ rows: 20_000, seed: 5 }).rows;
  const [{ labels }, whole] = await Promise.all([cascade.predict(fresh), cascade.full.predict(fresh)]);
  const share =
    labels.reduce((total, answer, row) => total + late.loss(answer, whole.labels[row]), 0) / 20_000;
  t.true(share < 0.023, `${share}`);
});

test('what is saved answers alike, to the bit, and can be certified and audited', async (t) => {
  const cascade = await tuned;
  const path = join(await folderFor(t), 'numbers.cascade');
  await cascade.save(path, { evidence: true });
  const loaded = await Cascade.load<NumberRow, number, 'cheap' | 'rest'>(path, { features });
  const fresh = numberWorld({ rows: 2_000, seed: 6 });
  t.deepEqual(await loaded.predict(fresh.rows), { ...(await cascade.predict(fresh.rows)), unchecked: true });
  const again = await loaded.certify(loaded.path, { rows: fresh.rows });
  t.is(again.certificate.verdict, 'certified');
  const audit = loaded.audit({ rate: 0.5, alpha: 0.01 });
  await audit.predict(fresh.rows);
  t.is(audit.uncertified, null);
  t.regex(loaded.summary(), /expected difference ≤/);
});

test('a stage that gives some rows no number keeps the others, and says so', async (t) => {
  const plain = ridgeRegression();
  const gappy: Learner = {
    name: 'ridge-regression',
    task: 'regression',
    work: plain.work,
    async fit(set, context) {
      const model = await plain.fit(set, context);
      return {
        name: model.name,
        classes: 1,
        score(blocks, out) {
          model.score(blocks, out);
          // Of the first column: some rows of every batch.
          const [{ values, rows }] = blocks;
          for (let row = 0; row < rows; row++)
            if (values[(row * values.length) / rows] > 1.5) out[row] = Number.NaN;
        },
      };
    },
  };
  const cascade = await tuneNumbers({ full: sum, approximate: gappy });
  t.is(cascade.certificate.verdict, 'certified');
  t.regex(cascade.summary(), /Stage 1 of the chain: the scores of \d+ of/);
});

test('a label that comes late is a number, and differing is no loss of numbers', async (t) => {
  const far = {
    name: 'far',
    loss: (answer: number, full: number, label?: number) =>
      Number(label !== undefined && Math.abs(answer - label) > Math.abs(full - label) + 3),
  };
  const cascade = await tuneNumbers({ bound: { loss: far, epsilon: 0.1 } });
  const audit = cascade.audit({ rate: 1, losses: [far], labelled: true });
  const { drawn } = await audit.predict(numberWorld({ rows: 50, seed: 9 }).rows);
  const waiting = drawn.find(({ awaitsLabel }) => awaitsLabel);
  t.true(waiting !== undefined && audit.label(waiting.id, 1.5));
  t.throws(() => audit.label(waiting?.id ?? 0, Number.NaN), {
    instanceOf: DataError,
    message: /finite number/,
  });
  t.throws(() => cascade.audit({ rate: 1, losses: [far], disagreement: 0.1 }), {
    instanceOf: OptionError,
    message: /'disagreement'/,
  });
});

test('more doubt than was certified raises an alarm', async (t) => {
  const cascade = await tuned;
  const audit = cascade.audit({ rate: 1, alpha: 0.01 });
  const drifted = numberWorld({ rows: 4_000, seed: 7, spread: 6 }).rows;
  await audit.predict(drifted);
  t.is(audit.uncertified, 'drift');
});

test('what isn’t of numbers is refused, by name', async (t) => {
  const refuses = (
    options: Partial<Options>,
    message: RegExp,
    kind: typeof DataError | typeof OptionError = OptionError,
  ) => t.throwsAsync(tuneNumbers(options), { instanceOf: kind, message });
  await refuses({ bound: { loss: 'accuracy', epsilon: 0.05 } }, /'bound.loss'.*accuracy is of classes/);
  await refuses({ bound: { epsilon: 0.05 } }, /'bound.loss'.*missing/);
  await refuses({ bound: { loss: absoluteError(0), epsilon: 0.05 } }, /'bound.loss'.*scale/);
  await refuses({ decision: { threshold: 0.5 } }, /'decision'/);
  await refuses({ approximate: logisticRegression() }, /'approximate'.*gives classes/);
  await refuses({ labels: world.labels.with(7, Number.NaN) }, /labels: row 7/, DataError);
  await refuses({ full: { ...sum, classes: 2 } }, /'full'/);
  await t.throwsAsync(tuneNumbers({ bound: { loss: absoluteError(1_000), epsilon: 0.05 } }), {
    instanceOf: VacuousBound,
    message: /a mean difference of .*, each counted as at most 1,000, .*within a mean difference of 50/,
  });
});

test('a full model that gives no number is refused by the row', async (t) => {
  const broken: TrainedRegression = {
    ...sum,
    score(blocks, out) {
      sum.score(blocks, out);
      out[0] = Number.POSITIVE_INFINITY;
    },
  };
  await t.throwsAsync(tuneNumbers({ full: broken }), { message: /row \d+.*finite number/ });
});

test('classes that are numbers may lose by their distance', async (t) => {
  const stars = world.labels.map((label) => Math.max(1, Math.min(5, Math.round(3 + label / 3))));
  const cascade = await tune({
    features,
    rows: world.rows,
    labels: stars,
    full: logisticRegression(),
    profile: profileOf({ cheap: 1, rest: 100 }),
    split: { folds: 2 },
    bound: { loss: absoluteError(4), epsilon: 0.03 },
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.deepEqual(cascade.plan.classes, [1, 2, 3, 4, 5]);
  const fresh = numberWorld({ rows: 20_000, seed: 8 }).rows;
  t.true((await lossOf(cascade, fresh)) < 0.033);
});

test('importance is the variance that a feature explains', async (t) => {
  const { features: found } = await measured({
    features,
    rows: world.rows.slice(0, 400),
    labels: world.labels.slice(0, 400),
    full: ridgeRegression(),
  });
  t.true((found.cheap.importance?.mean ?? 0) > (found.rest.importance?.mean ?? 0));
  t.true((found.rest.importance?.mean ?? 0) > 0.05);
});
