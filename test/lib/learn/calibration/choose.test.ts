import test from 'ava';
import { DataError } from '../../../../lib/errors.js';
import {
  type CalibratorKind,
  chooseCalibrator,
  isotonic,
  logLoss,
} from '../../../../lib/learn/calibration/index.js';
import { random, stratifiedFolds } from '../../../../lib/stats/index.js';
import { apart, binaryWorld, type ScoredWorld, softWorld } from '../exits/worlds.js';

const choose = ({ scores, truth }: { scores: Float64Array; truth: Int32Array }) =>
  chooseCalibrator(scores, scores.length / truth.length, truth, stratifiedFolds(truth, 5, random(1)));

/** Two scores in truth, whatever is said. */
const stairs = (p: number) => (p < 0.4 ? 0.1 : 0.7);

const logit = (p: number) => Math.log(p / (1 - p));

test('the kind whose map is the true one is chosen', async (t) => {
  const worlds: [CalibratorKind, ScoredWorld][] = [
    ['temperature', softWorld('choose', 8_000, 3, 2)],
    ['platt', binaryWorld('choose', 8_000, (p) => 1 / (1 + Math.exp(-0.5 * logit(p) - 1)))],
    ['isotonic', binaryWorld('choose', 8_000, stairs)],
  ];
  for (const [kind, world] of worlds) {
    const { calibrator, losses, held } = await choose(world);
    t.is(calibrator.kind, kind);
    t.true(losses[calibrator.kind] === Math.min(...Object.values(losses)));
    t.is(logLoss(held, held.length / world.truth.length, world.truth), losses[calibrator.kind]);
    t.true(losses[calibrator.kind] < losses.identity - 0.02);
    t.true(apart(held, world.calibrated) < 0.2 * apart(world.scores, world.calibrated));
  }
});

test('scores that mean what they say lose almost nothing by the choice', async (t) => {
  for (const classes of [2, 4]) {
    const world = softWorld(`true ${classes}`, 4_000, classes, 1);
    const { losses, held } = await choose(world);
    t.true(losses.identity - Math.min(...Object.values(losses)) < 0.002, JSON.stringify(losses));
    t.true(apart(held, world.calibrated) < 0.01);
  }
});

test('with few rows, a curve of any shape costs more than it mends', async (t) => {
  const worlds = Array.from({ length: 20 }, (_, seed) => binaryWorld(`few ${seed}`, 60, (p) => p));
  const chosen = await Promise.all(worlds.map(choose));
  const mean = (kind: 'identity' | 'isotonic') =>
    chosen.reduce((sum, { losses }) => sum + losses[kind], 0) / 20;
  t.true(mean('isotonic') > mean('identity'), `${mean('isotonic')} ${mean('identity')}`);
});

test('what is held out of a fold does not know its classes', async (t) => {
  const { scores, truth } = binaryWorld('held', 2_000, stairs);
  const folds = stratifiedFolds(truth, 4, random(2));
  const before = await chooseCalibrator(scores, 2, truth, folds);
  const row = folds.indexOf(3);
  const after = await chooseCalibrator(scores, 2, truth.with(row, 1 - truth[row]), folds);
  t.is(before.calibrator.kind, 'isotonic');
  t.is(after.calibrator.kind, 'isotonic');
  let changed = 0;
  folds.forEach((fold, r) => {
    if (fold === 3) t.is(after.held[2 * r + 1], before.held[2 * r + 1]);
    else if (after.held[2 * r + 1] !== before.held[2 * r + 1]) changed++;
  });
  t.true(changed > 0);
});

test('the calibrator is fitted to all rows, and the scores stay as they were', async (t) => {
  const { scores, truth } = binaryWorld('all', 2_000, stairs);
  const before = scores.slice();
  t.deepEqual((await choose({ scores, truth })).calibrator.state, isotonic.fit(scores, 2, truth).state);
  t.deepEqual(scores, before);
});

test('without distributions in two folds nothing is chosen, and the losses say so', async (t) => {
  const scores = Float64Array.of(Number.NaN, 0.5, 0, 0, 0.3, 0.7, 0.6, 0.4);
  const { calibrator, losses, held } = await chooseCalibrator(
    scores,
    2,
    Int32Array.of(0, 0, 1, 0),
    Int32Array.of(0, 1, 2, 2),
  );
  t.is(calibrator.kind, 'identity');
  t.true(Object.values(losses).every(Number.isNaN));
  t.deepEqual(held, scores);
});

test('a row that is no distribution stays out of the choice', async (t) => {
  const { scores, truth } = softWorld('some', 300, 3, 2);
  const folds = stratifiedFolds(truth, 5, random(3));
  const plain = await chooseCalibrator(scores, 3, truth, folds);
  const more = await chooseCalibrator(
    Float64Array.of(...scores, Number.NaN, 0, 1),
    3,
    Int32Array.of(...truth, 2),
    Int32Array.of(...folds, 9),
  );
  t.deepEqual(more.losses, plain.losses);
  t.deepEqual(more.calibrator.state, plain.calibrator.state);
  t.true(more.held.subarray(900).every(Number.isNaN));
});

test('folds of another length are refused', async (t) => {
  const refused = () => chooseCalibrator(Float64Array.of(0.5, 0.5), 2, Int32Array.of(0), Int32Array.of(0, 1));
  await t.throwsAsync(refused, { instanceOf: DataError, message: /2 folds for 1 rows/ });
});

test('other work runs between the parts of a fit, and an abort ends the choice', async (t) => {
  const { scores, truth } = softWorld('many classes', 400, 8, 2);
  const folds = stratifiedFolds(truth, 5, random(4));
  let turns = 0;
  let isOver = false;
  const turn = () => {
    if (isOver) return;
    turns++;
    setImmediate(turn);
  };
  setImmediate(turn);
  await chooseCalibrator(scores, 8, truth, folds);
  isOver = true;
  // In five folds, eight curves of two kinds each.
  t.true(turns >= 80, `${turns}`);
  const controller = new AbortController();
  const reason = new Error('enough');
  setImmediate(() => controller.abort(reason));
  t.is(await t.throwsAsync(chooseCalibrator(scores, 8, truth, folds, controller.signal)), reason);
});
