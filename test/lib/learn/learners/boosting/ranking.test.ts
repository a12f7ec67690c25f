import test from 'ava';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { gradientBoosting, type TrainingSet } from '../../../../../lib/learn/learners/index.js';
import { uniform } from '../problem.js';
import { scores } from './problem.js';

const QUERIES = 120;
const EACH = 12;

/** Relevance 0 … 4 by two columns, and a third that lifts all rows of a query alike. */
function candidates(seed: number): TrainingSet {
  const random = uniform(seed);
  const rows = QUERIES * EACH;
  const values = new Float32Array(rows * 3);
  const relevance = new Float64Array(rows);
  for (let query = 0; query < QUERIES; query++) {
    const lift = random();
    for (let i = 0; i < EACH; i++) {
      const row = query * EACH + i;
      const [a, b] = [random(), random()];
      values.set([a, b, lift], row * 3);
      relevance[row] = Math.min(4, Math.max(0, Math.floor(6 * a * b + lift + random() - 0.5)));
    }
  }
  const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / EACH) * 7);
  return {
    blocks: [denseBlock(rows, 3, values)],
    rows,
    classes: 1,
    labels: new Int32Array(0),
    values: relevance,
    groups,
  };
}

/** Of the pairs of a query's rows whose relevance differs, how many are in order. */
function ordered(set: TrainingSet, answers: Float64Array): number {
  const { values = new Float64Array(0) } = set;
  let right = 0;
  let pairs = 0;
  for (let a = 0; a < set.rows; a++) {
    for (let b = a - (a % EACH); b < a - (a % EACH) + EACH; b++) {
      if (!(values[a] > values[b])) continue;
      pairs++;
      right += Number(answers[a] > answers[b]);
    }
  }
  return right / pairs;
}

for (const loss of ['pairwise', 'listwise'] as const) {
  test(`${loss}: rows of new queries come in order`, async (t) => {
    const learner = gradientBoosting({ loss, rounds: 40 });
    t.is(learner.task, 'regression');
    const model = await learner.fit(candidates(1), { seed: 1 });
    const fresh = candidates(2);
    const best = ordered(
      fresh,
      Float64Array.from({ length: fresh.rows }, (_, r) => {
        const { values } = fresh.blocks[0];
        return values[3 * r] * values[3 * r + 1];
      }),
    );
    const found = ordered(fresh, scores(model, fresh));
    t.true(found > best - 0.03, `${found} of ${best}`);
    t.true(found > 0.8);
    // What is the same for all rows of a query can't put them in order.
    t.true(model.importance[2] < 0.1 * Math.min(model.importance[0], model.importance[1]));
  });

  test(`${loss}: no query is torn apart by what is held out`, async (t) => {
    const set = candidates(3);
    const options = { loss, rounds: 60, earlyStopping: { heldOut: 0.25, patience: 5 } };
    const model = await gradientBoosting(options).fit(set, { seed: 1 });
    t.true(model.forest.roots.length > 5);
    const fresh = candidates(4);
    t.true(ordered(fresh, scores(model, fresh)) > 0.8);
  });
}
