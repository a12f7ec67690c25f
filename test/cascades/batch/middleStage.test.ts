import test from 'ava';
import { partsOf, unclaimed } from '../../../bench/harness/parts.js';
import { pathOfBatch } from '../../../cascades/batch/batchPath.js';
import { BatchScores } from '../../../cascades/batch/batchScores.js';
import { fromRows, pretrained } from '../../../entries/full.js';
import { define, dense, logisticRegression, tune } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';

/** A row of three signals, from the cheapest to the truth. */
interface Signals {
  readonly cheap: number;
  readonly middle: number;
  readonly truth: number;
}

function signals(count: number, seed: number): Signals[] {
  const draw = random(seed).fork('signals');
  return Array.from({ length: count }, () => {
    const truth = 3 * draw.normal();
    return { cheap: truth + 2 * draw.normal(), middle: truth + 0.4 * draw.normal(), truth };
  });
}

function asked(name: string, price: number, of: (row: Signals) => number) {
  const count = { rows: 0, each: new Map<Signals, number>() };
  const model = fromRows({
    name,
    labels: ['no', 'yes'],
    price,
    score: (rows: readonly Signals[]) => {
      count.rows += rows.length;
      for (const row of rows) count.each.set(row, (count.each.get(row) ?? 0) + 1);
      return rows.map((row) => {
        const yes = 1 / (1 + Math.exp(-4 * of(row)));
        return [1 - yes, yes];
      });
    },
  });
  return { model, count };
}

const middle = asked('middle', 0.1, ({ middle: value }) => value);
const full = asked('full', 1, ({ truth }) => truth);
const cascade = await tune({
  features: define({
    cheap: dense(1, (rows: readonly Signals[]) => Float32Array.from(rows, (row) => row.cheap)),
  }),
  rows: signals(4_000, 1),
  full: full.model,
  approximate: [logisticRegression(), pretrained(middle.model)],
  bound: { loss: 'disagreement', epsilon: 0.03, delta: 0.05 },
  objective: 'price',
  seed: 1,
});

const batch = signals(3_000, 2);

test('the middle stage is worth its price here, after a cheaper one', (t) => {
  t.deepEqual(
    cascade.plan.stages.map(({ learner }) => learner),
    ['logistic-regression', 'middle'],
  );
});

test.serial(
  'of a batch a model in the middle is asked about the sample and the rows that reach it, each once',
  async (t) => {
    middle.count.each.clear();
    full.count.each.clear();
    const { labels, exits, byFull, certificate, plan } = await unclaimed(cascade).certifyBatch(batch, {
      epsilon: 0.03,
      seed: 1,
    });
    t.is(certificate.verdict, 'certified');
    const place = plan.stages.findIndex(({ learner }) => learner === 'middle');
    t.true(place >= 0);
    const early = exits.filter((exit) => exit < place).length;
    t.true(early > 400, `${early}`);
    const { each } = middle.count;
    t.true([...each.values()].every((times) => times === 1));
    // Rows that left before were asked about where they were sampled alone, and these the full model has answered.
    batch.forEach((row, i) => {
      if (exits[i] < place) t.false(each.has(row));
      if (exits[i] === place) t.true(each.has(row));
      t.is(full.count.each.get(row) ?? 0, byFull[i]);
    });
    t.true(each.size <= batch.length - early);
    const truth = batch.map((row) => (row.truth > 0 ? 'yes' : 'no'));
    t.true(labels.filter((label, i) => label !== truth[i]).length <= 0.03 * batch.length);
  },
);

test.serial('of a plan with a stage that is asked late any row may be drawn', async (t) => {
  const parts = partsOf(cascade);
  const { path, chain, seen } = pathOfBatch(parts);
  const scored = await BatchScores.of(parts, chain, batch, undefined);
  const { opens, open, leaving } = scored.lettingOut(path, seen);
  // As many are open as may be drawn, plan by plan.
  t.deepEqual(
    open,
    path.map((_, j) => opens.filter((first) => first <= j).length),
  );
  const first = path.findIndex((at) => at[1].some(Number.isFinite));
  t.true(first >= 0);
  t.deepEqual(open.slice(first), new Array(path.length - first).fill(batch.length));
  t.true(leaving.every((count, j) => count <= open[j]));
});

test.serial('the promise holds over draws of the sample', async (t) => {
  const truth = batch.map((row) => (row.truth > 0 ? 'yes' : 'no'));
  let broken = 0;
  for (let seed = 0; seed < 10; seed++) {
    const { labels } = await unclaimed(cascade).certifyBatch(batch, { epsilon: 0.03, seed });
    broken += Number(labels.filter((label, i) => label !== truth[i]).length > 0.03 * batch.length);
  }
  t.true(broken <= 2, `${broken} of 10`);
});

test.serial(
  'a wrong model in the middle is found by the sample, and nothing is answered by it',
  async (t) => {
    const shifted = batch.map((row) => ({ ...row, middle: -row.middle }));
    const { labels, certificate } = await unclaimed(cascade).certifyBatch(shifted, {
      epsilon: 0.03,
      seed: 1,
    });
    const truth = shifted.map((row) => (row.truth > 0 ? 'yes' : 'no'));
    t.true(
      labels.filter((label, i) => label !== truth[i]).length <= 0.03 * batch.length,
      certificate.verdict,
    );
  },
);

test.serial('in service it is asked about the rows that reach it alone', async (t) => {
  middle.count.each.clear();
  const { exits } = await cascade.predict(batch);
  batch.forEach((row, i) => {
    t.is(middle.count.each.get(row) ?? 0, Number(exits[i] > 0));
  });
});
