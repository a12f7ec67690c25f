import { join } from 'node:path';
import test from 'ava';
import { type GaussianRow, gaussianWorld } from '../../datasets/index.js';
import { worldRandom } from '../../datasets/worlds/random.js';
import type { TrainedModel } from '../../entries/full.js';
import {
  Cascade,
  define,
  dense,
  type Learner,
  logisticRegression,
  type Model,
  type Profile,
  tune,
} from '../../index.js';
import { EXIT_SCORES } from '../../lib/learn/exits/index.js';
import { profileOf } from '../support/agreement.js';
import { atLength } from '../support/atLength.js';
import { folderFor } from '../support/files.js';

/** A row that says what its stage's probabilities are, and what the full model answers. */
interface Stated {
  readonly scores: readonly number[];
  readonly answer: number;
}

const features = define({
  cheap: dense(3, (rows: readonly Stated[]) => Float32Array.from(rows.flatMap(({ scores }) => scores))),
  costly: dense(1, (rows: readonly Stated[]) => Float32Array.from(rows, ({ answer }) => answer)),
});
const stage: Model = {
  name: 'said',
  classes: 3,
  score: ([{ values }], out) => {
    for (let row = 0; row < out.length; row += 3) {
      const sum = values[row] + values[row + 1] + values[row + 2];
      for (let c = row; c < row + 3; c++) out[c] = values[c] / sum;
    }
  },
  state: { json: null, tensors: {} },
};
const learner: Learner = { name: 'said', work: () => 1, fit: () => stage, load: () => stage };
const full: TrainedModel<string> = {
  name: 'truth',
  classes: 3,
  labels: ['a', 'b', 'c'],
  reads: ['costly'],
  score: ([{ values }], out) => {
    out.fill(0);
    for (let row = 0; row < values.length; row++) out[3 * row + values[row]] = 1;
  },
};

/** Half the rows are torn between two classes with .49 each; the others lean to one with less, and are right. */
function tornRows(count: number, seed: number): Stated[] {
  const source = worldRandom(seed);
  return Array.from({ length: count }, () => {
    const [torn, first] = [source.chance(0.5), source.below(3)];
    const [second, third] = [(first + 1) % 3, (first + 2) % 3];
    const lead = 0.005 + 0.01 * source.uniform();
    const scores = [0, 0, 0];
    if (torn) [scores[first], scores[second], scores[third]] = [0.49 + lead, 0.49, 0.02 - lead];
    else [scores[first], scores[second], scores[third]] = [0.42 + lead, 0.29, 0.29 - lead];
    return { scores, answer: torn && source.chance(0.4) ? second : first };
  });
}

function tuneStated(rows: readonly Stated[], exits?: Profile['exits']) {
  return tune({
    features,
    rows,
    full,
    approximate: learner,
    profile: { ...profileOf({ cheap: 1, costly: 100 }, ['said']), ...(exits && { exits }) },
    bound: { loss: 'disagreement', epsilon: 0.02 },
  });
}

test('where the plain probability is no sign, something better is exited on', async (t) => {
  const cascade = await tuneStated(tornRows(4_000, 1));
  const [{ exit, exits }] = cascade.plan.stages;
  t.notDeepEqual(exit, { calibration: 'identity', score: 'top' });
  t.true(exits > 0.4, `${exits} of the rows exit, of the half that may`);
  const fresh = tornRows(20_000, 2);
  const { labels, exits: left } = await cascade.predict(fresh);
  const wrong = labels.filter((label, row) => label !== 'abc'[fresh[row].answer]).length;
  t.true(wrong / 20_000 < 0.022, `${wrong}`);
  t.true(left.filter((at) => at === 0).length > 8_000);
  const lines = cascade.summary().split('\n');
  const costOf = (words: RegExp) =>
    Number(/([\d.]+) µs/.exec(lines.find((line) => words.test(line)) ?? '')?.[1]);
  t.true(costOf(/chosen/) < 0.7 * costOf(/of the chain +probability {2}/), lines.join('\n'));
});

test('where exit scores cost more than they save, nothing is cheaper than the full model', async (t) => {
  const calibration = { temperature: 90, platt: 90, isotonic: 90 };
  const { certificate, plan } = await tuneStated(tornRows(4_000, 1), {
    calibration,
    score: Object.fromEntries(Object.keys(EXIT_SCORES).map((kind) => [kind, kind === 'top' ? 0 : 90])),
  });
  t.is(certificate.verdict, 'full-model-only');
  t.deepEqual(plan.stages, []);
});

test('what was chosen is what answers after a file, to the bit', async (t) => {
  const cascade = await tuneStated(tornRows(4_000, 3));
  const path = join(await folderFor(t), 'said.cascade');
  await cascade.save(path, { evidence: true });
  const loaded = await Cascade.load<Stated, string, 'cheap' | 'costly'>(path, {
    features,
    full,
    learners: [learner],
  });
  const fresh = tornRows(2_000, 4);
  t.deepEqual(await loaded.predict(fresh), { ...(await cascade.predict(fresh)), unchecked: true });
  t.deepEqual(loaded.plan, cascade.plan);
  const renewed = await loaded.certify(loaded.path, { rows: fresh, repeats: true });
  t.is(renewed.certificate.verdict, 'certified');
  t.true(loaded.summary().startsWith(cascade.summary({ time: false }).trimEnd()));
});

test('each stage’s exit scores are told, one is chosen, and no other is much cheaper', async (t) => {
  const rows = atLength(1_200, 2_500);
  const world = gaussianWorld({ rows, seed: 1, classes: 3, cheapShift: 2.5, costlyShift: 4 });
  const cascade = await tune({
    features: define({
      cheap: dense(3, (rows: readonly GaussianRow[]) =>
        Float32Array.from(rows.flatMap(({ cheap }) => [...cheap])),
      ),
      costly: dense(3, (rows: readonly GaussianRow[]) =>
        Float32Array.from(rows.flatMap(({ costly }) => [...costly])),
      ),
    }),
    rows: world.rows,
    labels: world.labels,
    full: logisticRegression(),
    profile: profileOf({ cheap: 1, costly: 100 }),
    split: { folds: atLength(2, 5) },
    bound: { loss: 'disagreement', epsilon: atLength(0.05, 0.02) },
  });
  const path = join(await folderFor(t), 'gaussian.cascade');
  await cascade.save(path);
  const text = cascade.summary();
  for (const words of ['probability', 'margin to the runner-up', 'deferral model'])
    t.true(text.includes(words), words);
  t.is(text.match(/chosen/g)?.length, 1);
  const [{ exit }] = cascade.plan.stages;
  t.true(Object.keys(EXIT_SCORES).includes(exit.score));
});

test('rows all of one and the same score stay, however they are calibrated', async (t) => {
  const same = tornRows(3_000, 5).map(({ answer }, row) => ({
    scores: [0.5, 0.3, 0.2],
    answer: row % 33 === 0 ? 1 + (answer % 2) : 0,
    // Each is a row of its own.
    id: row,
  }));
  const cascade = await tuneStated(same);
  t.is(cascade.certificate.verdict, 'full-model-only');
  t.deepEqual(cascade.plan.stages, []);
});
