import test from 'ava';
import { type AgreementRow, agreementWorld } from '../../../datasets/index.js';
import { define, dense, type PredictOptions } from '../../../index.js';
import { tuneWorld } from '../../support/agreement.js';

/** What answers say of themselves while the feature that only the full model reads is down. */

const world = agreementWorld({ rows: 1_500, seed: 1 });
const { rows } = world;
const state = { broken: false, waits: false };
const features = define({
  cheap: dense(1, (batch: readonly AgreementRow[]) => Float32Array.from(batch, (row) => row.cheap)),
  costly: dense(1, (batch: readonly AgreementRow[]) => {
    if (state.broken) throw new Error('timed out');
    const numbers = Float32Array.from(batch, (row) => row.costly);
    return state.waits ? new Promise<Float32Array>((done) => setTimeout(() => done(numbers), 5)) : numbers;
  }),
});
const made = await tuneWorld(world, { features });
/** A cascade that nothing is known of yet. */
const fresh = () => made.explore(made.plan);
/** The same, certified by the band. */
const certified = () => made.retune({ epsilon: made.certificate.epsilon });
const sound = await certified().predict(rows);
const easy = rows[sound.exits.indexOf(0)];
const hard = rows[sound.exits.indexOf(1)];

async function verdictOf(row: AgreementRow, options?: PredictOptions): Promise<string> {
  try {
    return (await cascade.predictOne(row, options)).verdict;
  } catch {
    return 'thrown';
  }
}

let cascade = made;
test.beforeEach(() => {
  Object.assign(state, { broken: false, waits: false });
  cascade = certified();
});

for (const onFault of ['throw', 'degrade'] as const) {
  const lost = onFault === 'throw' ? 'thrown' : 'degraded';

  test.serial(
    `one row after the other: none is certified while the full model is down (${onFault})`,
    async (t) => {
      t.is(await verdictOf(easy, { onFault }), 'certified');
      state.broken = true;
      t.is(await verdictOf(hard, { onFault }), lost);
      t.is(await verdictOf(easy, { onFault }), 'degraded');
      t.is(await verdictOf(easy), 'degraded');
      t.is(cascade.predictOneSync(easy, { onFault }).verdict, 'degraded');
      state.broken = false;
      t.is(await verdictOf(easy, { onFault }), 'degraded', 'nothing has shown that it works again');
      t.is(await verdictOf(hard, { onFault }), 'certified');
      t.is(await verdictOf(easy, { onFault }), 'certified');
      t.is(cascade.certificate.verdict, 'certified', 'what was certified stays so');
    },
  );
}

test.serial('batches: the one that lost rows, and those that need nothing, in any grouping', async (t) => {
  const some = rows.slice(0, 100);
  const early = rows.filter((_, i) => sound.exits[i] === 0).slice(0, 10);
  state.broken = true;
  const answers = await cascade.predict(some, { onFault: 'degrade' });
  t.true(answers.degraded.includes(1) && answers.degraded.includes(0), 'the case is one');
  t.is(answers.verdict, 'degraded');
  t.is((await cascade.predict(early)).verdict, 'degraded');
  t.is(cascade.predictSync(early, { onFault: 'degrade' }).verdict, 'degraded');
  state.broken = false;
  t.is(cascade.predictSync(early).verdict, 'degraded');
  t.is(cascade.predictSync(some).verdict, 'certified');
  t.is((await cascade.predict(early)).verdict, 'certified');
  const { isDegraded, spells, rows: counted } = cascade.statistics().health;
  t.deepEqual([isDegraded, spells, counted], [false, 1, 130]);
});

test.serial('a fault that the whole pipeline meets counts; its own answers stay certified', async (t) => {
  state.broken = true;
  await t.throwsAsync(cascade.full.predict([easy]));
  t.is(await verdictOf(easy), 'degraded');
  state.broken = false;
  t.is((await cascade.full.predict([easy])).verdict, 'certified');
  t.is(await verdictOf(easy), 'degraded');
});

test.serial(
  'in shadow mode the full model’s answers keep the verdict, the cascade’s have their own',
  async (t) => {
    state.broken = true;
    t.is(await verdictOf(hard), 'thrown');
    state.broken = false;
    const { verdict, shadow } = await cascade.predict([easy], { mode: 'shadow' });
    t.is(verdict, 'certified');
    t.is(shadow?.verdict, 'degraded');
    t.deepEqual(shadow?.degraded, Uint8Array.of(0));
  },
);

test.serial('a missed deadline concerns calls with deadlines like it, not those that wait', async (t) => {
  state.waits = true;
  const prompt = { deadlineMs: 0, onFault: 'degrade' } as const;
  t.is(await verdictOf(easy, prompt), 'certified');
  t.is(await verdictOf(hard, prompt), 'degraded');
  t.is(await verdictOf(easy, prompt), 'degraded');
  t.is(await verdictOf(easy), 'certified');
  t.is(await verdictOf(hard, { deadlineMs: 20_000 }), 'certified');
  t.is(await verdictOf(easy, prompt), 'degraded');
  state.waits = false;
  t.is(
    cascade.predictOneSync(hard, prompt).verdict,
    'degraded',
    'the deadline has passed before it is needed',
  );
});

test.serial('an aborted call says nothing of the parts', async (t) => {
  await t.throwsAsync(cascade.predictOne(hard, { signal: AbortSignal.abort(new Error('enough')) }));
  t.is(await verdictOf(easy), 'certified');
});

test.serial('calls under way when the fault is found', async (t) => {
  state.waits = true;
  const waiting = cascade.predictOne(hard);
  state.broken = true;
  t.is(await verdictOf(hard), 'thrown');
  t.is((await waiting).verdict, 'certified', 'an answer of the full model loses nothing');
  t.is(await verdictOf(easy), 'degraded');
});

test.serial('where nothing is promised anyway, why stays in sight', async (t) => {
  cascade = fresh();
  state.broken = true;
  t.is(await verdictOf(hard), 'thrown');
  t.is(await verdictOf(easy), 'exploratory');
});

test.serial('an audit’s answers say it too', async (t) => {
  const audit = cascade.audit({ rate: 0.01, alpha: 0.01, seed: 1 });
  t.is((await audit.predictOne(easy)).verdict, 'certified');
  state.broken = true;
  await t.throwsAsync(audit.predictOne(hard));
  t.is((await audit.predictOne(easy)).verdict, 'degraded');
  state.broken = false;
  t.is((await audit.predict([hard, easy])).verdict, 'certified');
});

test.serial('a finite batch is certified whole or not at all', async (t) => {
  state.broken = true;
  await t.throwsAsync(cascade.certifyBatch(rows.slice(0, 300), { epsilon: 0.05, sample: 300, seed: 1 }));
  state.broken = false;
  const answers = await cascade.certifyBatch(rows.slice(0, 300), { epsilon: 0.05, sample: 300, seed: 1 });
  t.is(answers.verdict, answers.certificate.verdict);
});
