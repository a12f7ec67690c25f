import test from 'ava';
import { pretrained, type TrainedModel } from '../../../entries/full.js';
import {
  type Cascade,
  define,
  dense,
  OptionError,
  type TuneOptions,
  tune,
  UsedRows,
} from '../../../index.js';
import { FREE } from '../../../lib/costs/index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf, sigmoidLearner } from '../../support/agreement.js';

/**
 * A full model that knows its training rows by heart: it answers them as the stage does, and one in five new rows
 * otherwise. So the loss of the plan that lets all rows out is 0 on rows that it was fitted on, and .2 on new ones.
 */
interface Case {
  readonly id: number;
  readonly x: number;
  readonly odd: boolean;
}
type Answer = 'no' | 'yes';

function draw(count: number, from: number): Case[] {
  const drawn = random(1).fork(`cases ${from}`);
  return Array.from({ length: count }, (_, i) => ({
    id: from + i,
    x: (drawn.uniform() < 0.5 ? -1 : 1) * (3 + drawn.uniform()),
    odd: drawn.uniform() < 0.2,
  }));
}

const trained = draw(1_000, 0);
const fresh = draw(1_000, 10_000);
const later = draw(4_000, 50_000);
const isTrained = ({ id }: Case) => id < 1_000;
const fittedOn = { rows: 1_000, has: isTrained };

const features = define({
  cheap: dense(1, (rows: readonly Case[]) => Float32Array.from(rows, ({ x }) => x)),
  costly: dense(1, (rows: readonly Case[]) =>
    Float32Array.from(rows, (row) => (row.odd && !isTrained(row) ? -row.x : row.x)),
  ),
});
const byHeart: TrainedModel<Answer> = {
  name: 'by heart',
  labels: ['no', 'yes'],
  classes: 2,
  reads: ['costly'],
  score: ([{ rows, values }], out) => {
    for (let row = 0; row < rows; row++) out.set(values[row] < 0 ? [0.9, 0.1] : [0.1, 0.9], 2 * row);
  },
};
const honest = { ...byHeart, fittedOn };

const tuneOn = (more: Partial<TuneOptions<Case, Answer, 'cheap' | 'costly'>> = {}) =>
  tune({
    features,
    rows: trained,
    full: honest,
    approximate: sigmoidLearner,
    profile: { ...profileOf({ cheap: 1, costly: 100 }, ['sigmoid']), full: { ...FREE, perRow: 1 } },
    bound: { epsilon: 0.05 },
    seed: 1,
    ...more,
  });

async function lossOn(cascade: Cascade<Case, Answer, 'cheap' | 'costly'>, rows: readonly Case[]) {
  const [{ labels }, full] = [await cascade.predict(rows), await cascade.full.predict(rows)];
  return labels.filter((label, row) => label !== full.labels[row]).length / rows.length;
}

test('without its training rows told a model certifies what doesn’t hold on new rows', async (t) => {
  const cascade = await tuneOn({ full: byHeart });
  t.is(cascade.certificate.verdict, 'certified');
  t.true((await lossOn(cascade, later)) > 0.15, 'three times epsilon');
});

test('rows that the full model was fitted on are refused before anything is fitted', async (t) => {
  let fits = 0;
  const counting = {
    ...sigmoidLearner,
    fit: (...given: Parameters<typeof sigmoidLearner.fit>) => {
      fits++;
      return sigmoidLearner.fit(...given);
    },
  };
  const rows = [...fresh.slice(0, 500), ...trained.slice(0, 3), ...fresh.slice(500)];
  const error = await t.throwsAsync(tuneOn({ rows, approximate: counting }), { instanceOf: UsedRows });
  t.deepEqual(error?.rows, Int32Array.of(500, 501, 502));
  t.is(
    error?.message,
    "3 of 1003 rows (rows 500, 501, 502) were in the training data of the model 'by heart': they are no evidence " +
      'any more. Leave them out (their positions are in error.rows), or pass repeats: true if inputs repeat and ' +
      'these are new draws',
  );
  t.is(fits, 0);
  const left = rows.filter((_, row) => !error?.rows.includes(row));
  const cascade = await tuneOn({ rows: left });
  t.true((await lossOn(cascade, later)) <= 0.05);
  // Streams are looked through, too; inputs that repeat by nature are new draws.
  const streamed = async function* () {
    yield* rows;
  };
  const again = await t.throwsAsync(tuneOn({ rows: streamed }), { instanceOf: UsedRows });
  t.deepEqual(again?.rows, error?.rows);
  await t.notThrowsAsync(tuneOn({ repeats: true }));
});

test('they may tune where others certify', async (t) => {
  const cascade = await tuneOn({ certify: { rows: fresh } });
  t.is(cascade.certificate.n, 1_000);
  t.true((await lossOn(cascade, later)) <= 0.05);
  const mixed = [...fresh, trained[7]];
  const error = await t.throwsAsync(tuneOn({ certify: { rows: mixed } }), { instanceOf: UsedRows });
  t.deepEqual(error?.rows, Int32Array.of(1_000));
  t.regex(error?.message ?? '', /^1 of 1001 rows \(row 1000\) of certify.rows were in the training data/);
  const split = (row: Case) => (row.id >= 10_000 ? 'certify' : row.id % 2 === 0 ? 'train' : 'tune');
  const apart = await tuneOn({ rows: [...trained, ...fresh], split });
  t.is(apart.certificate.n, 1_000);
  const wrong = await t.throwsAsync(
    tuneOn({ rows: [...trained, ...fresh], split: (row) => (row.id === 5 ? 'certify' : split(row)) }),
    { instanceOf: UsedRows },
  );
  t.deepEqual(wrong?.rows, Int32Array.of(5));
});

test('no later certificate takes them', async (t) => {
  const cascade = await tuneOn({ bound: { epsilon: 0.3 }, certify: { rows: fresh } });
  t.is(cascade.certificate.verdict, 'certified');
  const rows = [...draw(400, 20_000), trained[3]];
  const error = await t.throwsAsync(cascade.certify(cascade.path, { rows }), { instanceOf: UsedRows });
  // It is a row to tune on as well: that it trained the model is told first.
  t.regex(error?.message ?? '', /were in the training data of the model 'by heart'/);
  t.deepEqual(error?.rows, Int32Array.of(400));
  const again = await cascade.certify(cascade.path, { rows: rows.slice(0, 400) });
  t.is(again.certificate.n, 400);
  // A batch is promised about itself, whatever its rows are.
  const batch = trained.slice(0, 300);
  t.is((await cascade.certifyBatch(batch, { epsilon: 0.1 })).labels.length, 300);
});

test('a stage that was fitted before has rows of its own', async (t) => {
  const small = {
    ...byHeart,
    name: 'small',
    reads: ['cheap'],
    fittedOn: { rows: 1, has: ({ id }: Case) => id === 10_004 },
  };
  const options = { rows: fresh, approximate: [sigmoidLearner, pretrained(small)] };
  const profile = {
    ...profileOf({ cheap: 1, costly: 100 }, ['sigmoid', 'small']),
    full: { ...FREE, perRow: 1 },
  };
  const error = await t.throwsAsync(tuneOn({ ...options, profile }), { instanceOf: UsedRows });
  t.deepEqual(error?.rows, Int32Array.of(4));
  t.regex(error?.message ?? '', /of the model 'small'/);
});

test('training rows that aren’t told as such are refused', async (t) => {
  const given = { ...byHeart, fittedOn: trained } as unknown as typeof honest;
  const error = await t.throwsAsync(tuneOn({ full: given }), { instanceOf: OptionError });
  t.is(error?.option, 'full.fittedOn');
  const stage = pretrained({ ...given, name: 'stage' });
  const ofStage = await t.throwsAsync(tuneOn({ approximate: [stage] }), { instanceOf: OptionError });
  t.is(ofStage?.option, 'approximate.fittedOn');
  const set = { ...byHeart, fittedOn: { rows: 1, has: (row: Case) => row === trained[2] } };
  t.deepEqual((await t.throwsAsync(tuneOn({ full: set }), { instanceOf: UsedRows }))?.rows, Int32Array.of(2));
});
