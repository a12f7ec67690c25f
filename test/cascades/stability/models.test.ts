import test from 'ava';
import { type AgreementRow, agreementWorld } from '../../../datasets/index.js';
import type { Block } from '../../../entries/extend.js';
import type { TrainedModel } from '../../../entries/full.js';
import { type Learner, UnstableModel } from '../../../index.js';
import { sigmoidLearner, tuneWorld, worldsFull } from '../../support/agreement.js';

const world = agreementWorld({ rows: 1_500, seed: 2 });
type Full = TrainedModel<'no' | 'yes'>;

const refusedFull = async (score: Full['score'], more: Partial<Full> = {}) =>
  t_(tuneWorld(world, { full: { ...worldsFull, ...more, score } }));

async function t_(tuning: Promise<unknown>): Promise<UnstableModel> {
  try {
    await tuning;
  } catch (error) {
    if (error instanceof UnstableModel) return error;
    throw error;
  }
  throw new Error('it was certified');
}

const yes = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
const write = (values: ArrayLike<number>, out: Float64Array) => {
  for (let row = 0; row < values.length; row++) out.set([1 - yes(values[row]), yes(values[row])], 2 * row);
};

test('a full model that keeps its blocks is refused', async (t) => {
  let kept: Block | undefined;
  const error = await refusedFull(([block], out) => {
    kept ??= block;
    write(kept.values.subarray(0, block.rows), out);
  });
  t.is(error.model, 'full');
  t.is(error.code, 'MODEL');
  t.is(typeof error.row, 'number');
  t.not(error.batch, error.alone);
  t.regex(error.message, /row \d+.*score 0/s);
});

test('one that depends on the batch is refused, unless its tolerance allows it', async (t) => {
  // As a network does that is quantised with a scale taken over the batch.
  const quantised =
    (steps: number): Full['score'] =>
    ([{ values }], out) => {
      const most = values.reduce((max, x) => Math.max(max, Math.abs(x)), 1e-9);
      write(
        values.map((x) => (Math.round((x / most) * steps) / steps) * most),
        out,
      );
    };
  const error = await refusedFull(quantised(127), { reads: ['cheap'] });
  t.is(error.tolerance, 1e-5);
  const { certificate } = await tuneWorld(world, {
    full: { ...worldsFull, reads: ['cheap'], tolerance: 0.2, score: quantised(127) },
  });
  t.deepEqual(certificate.stability?.tolerance, { full: 0.2 });
});

test('one that is random is refused', async (t) => {
  const random: Full['score'] = ([{ values }], out) =>
    write(
      values.map((x) => x + Math.random()),
      out,
    );
  t.is((await refusedFull(random)).model, 'full');
});

test('one that writes into its blocks is refused', async (t) => {
  const error = await refusedFull(([{ values }], out) => {
    write(values, out);
    if (values.length < 100) values.fill(0);
  });
  t.regex(error.message, /changed the numbers/);
});

test('one that keeps where scores go, and writes there later, is refused', async (t) => {
  let last: Float64Array | undefined;
  const error = await refusedFull(async ([{ values }], out) => {
    last?.fill(0.5);
    last = out;
    write(values, out);
  });
  t.regex(error.message, /after it had answered/);
});

test('calls under way together that share memory are refused', async (t) => {
  const scratch = new Float32Array(4_096);
  const error = await refusedFull(async ([{ values }], out) => {
    scratch.set(values);
    await new Promise((resolve) => setImmediate(resolve));
    write(scratch.subarray(0, values.length), out);
  });
  t.is(error.model, 'full');
});

test('a stage’s model that is random, or keeps its blocks, is refused', async (t) => {
  const learner = (score: Full['score']): Learner => ({
    ...sigmoidLearner,
    fit: () => ({ name: 'own', classes: 2, score }),
  });
  const random = learner(([{ values }], out) =>
    write(
      values.map((x) => x + 0.2 * Math.random()),
      out,
    ),
  );
  t.is((await t_(tuneWorld(world, { approximate: random }))).model, 'own');
  const sorted = learner(([{ values }], out) =>
    write(values.length < 100 ? values.slice().sort() : values, out),
  );
  t.is((await t_(tuneWorld(world, { approximate: sorted }))).model, 'own');
});

test('a full model is asked about at most 256 rows more', async (t) => {
  let requested = 0;
  await tuneWorld(world, {
    full: {
      ...worldsFull,
      score(blocks, out, context) {
        requested += blocks[0].rows;
        return worldsFull.score(blocks, out, context);
      },
    },
  });
  t.true(
    requested > world.rows.length && requested <= world.rows.length + 256,
    `${requested - world.rows.length} more`,
  );
});

test('nothing of it depends on who is asked: the same rows give the same certificate', async (t) => {
  const [one, other] = [await tuneWorld(world), await tuneWorld(world)];
  t.deepEqual(one.certificate, other.certificate);
  t.deepEqual(one.certificate.stability, { rows: 64, changed: 0, tolerance: {}, live: [] });
  const first: AgreementRow = world.rows[0];
  t.deepEqual((await one.predict([first])).labels, [(await one.predictOne(first)).label]);
});
