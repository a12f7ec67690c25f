import test from 'ava';
import fc from 'fast-check';
import { type AgreementRow, agreementWorld, type TextRow, textWorld } from '../../../datasets/index.js';
import {
  define,
  dense,
  type Feature,
  FeatureError,
  logisticRegression,
  oneHot,
  RefusedRow,
  tfidf,
  transform,
  tune,
} from '../../../index.js';
import { RowView } from '../../../lib/features/define/index.js';
import { distinctKeys, keyFault } from '../../../lib/features/define/keys.js';
import { profileOf, tuneWorld } from '../../support/agreement.js';

/** Rows that are refused by themselves, before any stage sees them: nothing has failed, and others keep their promise. */

const world = agreementWorld({ rows: 1_500, seed: 1 });
const { rows } = world;
const state = { isDown: false, computed: 0 };
const features = define({
  cheap: dense(1, (batch: readonly AgreementRow[]) => {
    state.computed += batch.length;
    return Float32Array.from(batch, (row) => row.cheap);
  }),
  costly: dense(1, (batch: readonly AgreementRow[]) => {
    if (state.isDown || batch.some(({ costly }) => costly === 77)) throw new Error('is down');
    return Float32Array.from(batch, (row) => (row.costly === -1e300 ? 0 : row.costly));
  }),
});
const made = await tuneWorld(world, { features });
/** A cascade that nothing is known of yet, certified by the band. */
const fresh = () => made.retune({ epsilon: made.certificate.epsilon });
const sound = await fresh().predict(rows);
const easy = rows[sound.exits.indexOf(0)];
const hard = rows[sound.exits.indexOf(1)];
/** A row as a caller of plain JavaScript may give it. */
const given = (row: unknown) => row as AgreementRow;

test.beforeEach(() => {
  Object.assign(state, { isDown: false, computed: 0 });
});

const bad: readonly (readonly [what: string, row: AgreementRow, feature: string])[] = [
  ['nothing', given(null), 'cheap'],
  ['not there', given(undefined), 'cheap'],
  ['NaN in the first stage', { ...easy, cheap: Number.NaN }, 'cheap'],
  ['NaN that only the full model reads', { ...easy, costly: Number.NaN }, 'costly'],
  ['a number beyond single precision', { ...easy, costly: 1e300 }, 'costly'],
  ['a number that is missing', given({ cheap: easy.cheap }), 'costly'],
  ['text for a number', given({ ...easy, costly: 'many' }), 'costly'],
];

for (const [what, row, feature] of bad) {
  test.serial(`refused, and others keep their promise: ${what}`, async (t) => {
    const cascade = fresh();
    t.is(cascade.certificate.verdict, 'certified');
    const refused = (position: number) => ({
      instanceOf: RefusedRow,
      message: new RegExp(`^feature '${feature}', row ${position}: `),
    });
    const batch = [easy, row, hard];
    for (const onFault of ['throw', 'degrade'] as const) {
      await t.throwsAsync(cascade.predict(batch, { onFault }), refused(1));
      t.throws(() => cascade.predictSync(batch, { onFault }), refused(1));
      await t.throwsAsync(cascade.predictOne(row, { onFault }), refused(0));
      t.throws(() => cascade.predictOneSync(row, { onFault }), refused(0));
      await t.throwsAsync(cascade.full.predict(batch, { onFault }), refused(1));
    }
    t.throws(() => cascade.check(batch), refused(1));
    await t.throwsAsync(cascade.certifyBatch(batch, { epsilon: 0.2 }), refused(1));
    t.is((await cascade.predictOne(easy)).verdict, 'certified');
    t.is((await cascade.predict([easy])).verdict, 'certified');
    t.like(cascade.statistics().health, { isDegraded: false, spells: 0 });
  });
}

/** Rows with lists, of which null and other lists are told apart. */
const pairs = rows.map(({ cheap, costly }) => ({ left: [cheap], right: [costly, 1], note: 'new' }));
type Pair = (typeof pairs)[number];
const tunePairs = () =>
  tune({
    features: define({
      cheap: dense(1, (batch: readonly Pair[]) => Float32Array.from(batch, ({ left }) => left[0])),
      costly: dense(2, (batch: readonly Pair[]) => Float32Array.from(batch.flatMap(({ right }) => right))),
    }),
    rows: pairs,
    labels: world.labels,
    full: logisticRegression({ l2: 0.1 }),
    profile: profileOf({ cheap: 1, costly: 100 }),
    bound: { loss: 'disagreement', epsilon: 0.2 },
  });

test.serial('lists are checked for null, their length and their items, field by field', async (t) => {
  const cascade = await tunePairs();
  const [{ left, right, note }] = pairs;
  const throwing = {
    get left(): number[] {
      throw new Error('gone');
    },
    right,
    note,
  };
  for (const row of [
    { left: null, right, note },
    { left: [], right, note },
    { left: ['x'], right, note },
    { left, right: null, note },
    { left, right: [1], note },
    { left, right: [1, 2, 3], note },
    throwing,
    [1],
    'text',
  ]) {
    const error = await t.throwsAsync(cascade.predictOne(row as Pair), { instanceOf: RefusedRow });
    t.regex(error.message, /^feature '(cheap|costly)', row 0: /);
  }
  // A field that varies says nothing any more; the others still do.
  await cascade.predict(pairs.slice(0, 120).map((row) => ({ ...row, note: null as unknown as string })));
  await t.throwsAsync(cascade.predictOne({ left: [], right, note }), { instanceOf: RefusedRow });
  t.is((await cascade.predictOne(pairs[0])).verdict, 'certified');
  t.like(cascade.statistics().health, { isDegraded: false, spells: 0 });
});

test.serial('nothing is computed of the rows beside it', async (t) => {
  const cascade = fresh();
  await t.throwsAsync(cascade.predict([...rows.slice(0, 100), given({ ...easy, costly: Number.NaN })]));
  t.true(state.computed <= 2, `${state.computed}: the row, and one that tells whether the feature works`);
});

test.serial('a row that fails in a feature begins a spell: its content is no sign', async (t) => {
  const cascade = fresh();
  const error = await t.throwsAsync(cascade.predictOne({ ...hard, costly: 77 }), {
    instanceOf: FeatureError,
  });
  t.false(error instanceof RefusedRow);
  t.is((await cascade.predictOne(easy)).verdict, 'degraded');
});

test.serial('while a feature computes nothing, an odd row is no excuse', async (t) => {
  const cascade = fresh();
  state.isDown = true;
  const error = await t.throwsAsync(cascade.predictOne({ ...hard, costly: Number.NaN }));
  t.false(error instanceof RefusedRow);
  t.is((await cascade.predictOne(easy)).verdict, 'degraded');
});

test.serial('an odd row that features compute is answered', async (t) => {
  const cascade = fresh();
  t.is((await cascade.predictOne({ ...easy, costly: -1e300 })).verdict, 'certified');
  t.is((await cascade.full.predictOne({ ...easy, costly: -1e300 })).exit, cascade.plan.stages.length);
});

test.serial('an audit draws none of them', async (t) => {
  const cascade = fresh();
  const audit = cascade.audit({ rate: 1, alpha: 0.01 });
  for (const [, row] of bad) await t.throwsAsync(audit.predictOne(row), { instanceOf: RefusedRow });
  t.like(audit.state, { rows: 0, missed: 0 });
});

test.serial('no certification row is one: tune and certify throw', async (t) => {
  const others = agreementWorld({ rows: 400, seed: 2 }).rows;
  for (const [what, row] of bad) {
    await t.throwsAsync(tuneWorld({ rows: [...rows, row] }, { features }), undefined, what);
    await t.throwsAsync(made.certify(made.path, { rows: [...others, row] }), undefined, what);
  }
});

const texts = textWorld({ rows: 600, seed: 1, classes: 2, bodyWords: 12, easy: 0.7 });
const tuneTexts = (body: Feature<TextRow>) =>
  tune({
    features: define({ title: tfidf((row: TextRow) => row.title), body }),
    rows: texts.rows,
    labels: texts.labels,
    full: logisticRegression({ l2: 0.1 }),
    profile: profileOf({ title: 1, body: 100 }),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.1 },
  });
const noBody = (row: TextRow) => ({ ...row, body: null }) as unknown as TextRow;

test.serial(
  'what a feature declares to read is checked, though the stage that answers does without',
  async (t) => {
    const cascade = await tuneTexts(tfidf((row: TextRow) => row.body));
    const { exits } = await cascade.predict(texts.rows);
    const left = texts.rows[exits.indexOf(0)];
    const error = await t.throwsAsync(cascade.predictOne(noBody(left)), { instanceOf: RefusedRow });
    t.is(error.message, "feature 'body', row 0: expected a text, got null: where text is missing, give ''");
    t.is((await cascade.predictOne(left)).verdict, 'certified');
  },
);

test.serial('what a transform makes is computed by the stage that needs it', async (t) => {
  let made = 0;
  const body = transform((row: TextRow) => {
    made++;
    return row.body;
  });
  const cascade = await tuneTexts(tfidf(body));
  const { exits } = await cascade.predict(texts.rows);
  const left = texts.rows[exits.indexOf(0)];
  made = 0;
  t.is((await cascade.predictOne(left)).exit, 0);
  t.is(made, 0);
});

/** Whether a feature computes a row by itself. */
function computes(feature: Feature<unknown>, row: unknown): boolean {
  try {
    feature.load({ json: ['a'], tensors: {} }).compute(RowView.of([row]));
    return true;
  } catch {
    return false;
  }
}

function passes({ check }: Feature<unknown>, row: unknown): boolean {
  try {
    check?.(row);
    return true;
  } catch {
    return false;
  }
}

const anything = fc.oneof(
  fc.anything(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300, '', 'a', null, undefined, -0, 5n),
  fc.string(),
);

test('a feature checks what it computes: neither more nor less', async (t) => {
  const category = (row: unknown) => row as string;
  const own = [oneHot(category), oneHot(category, { missing: true }), oneHot(category, { missing: ['?'] })];
  const text = tfidf((row: unknown) => row as string);
  const fitted = await text.fit(RowView.of(['a word', 'another word']));
  const words: Feature<unknown> = { ...text, load: () => fitted };
  fc.assert(
    fc.property(anything, (row) => {
      for (const feature of [...own, words]) t.is(passes(feature, row), computes(feature, row));
      if (row === null || row === undefined) return;
      t.is(keyFault(row) === undefined, distinctKeys([row as string], 's').wrong.size === 0);
    }),
  );
  t.is(oneHot(transform(category)).check, undefined);
});
