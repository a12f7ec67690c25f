import test from 'ava';
import { type CalibratorKind, chooseCalibrator, isotonic, logLoss } from '../../../lib/calibration/index.js';
import { DataError } from '../../../lib/errors.js';
import { random, stratifiedFolds } from '../../../lib/stats/index.js';
import { apart, binaryWorld, type ScoredWorld, softWorld } from '../exits/worlds.js';

const choose = ({ scores, truth }: { scores: Float64Array; truth: Int32Array }) =>
  chooseCalibrator(scores, scores.length / truth.length, truth, stratifiedFolds(truth, 5, random(1)));

/** Two scores in truth, whatever is said. */
const stairs = (p: number) => (p < 0.4 ? 0.1 : 0.7);

const logit = (p: number) => Math.log(p / (1 - p));

test('the kind whose map is the true one is chosen', (t) => {
  const worlds: [CalibratorKind, ScoredWorld][] = [
    ['temperature', softWorld('choose', 8_000, 3, 2)],
    ['platt', binaryWorld('choose', 8_000, (p) => 1 / (1 + Math.exp(-0.5 * logit(p) - 1)))],
    ['isotonic', binaryWorld('choose', 8_000, stairs)],
  ];
  for (const [kind, world] of worlds) {
    const { calibrator, losses, held } = choose(world);
    t.is(calibrator.kind, kind);
    t.true(losses[calibrator.kind] === Math.min(...Object.values(losses)));
    t.is(logLoss(held, held.length / world.truth.length, world.truth), losses[calibrator.kind]);
    t.true(losses[calibrator.kind] < losses.identity - 0.02);
    t.true(apart(held, world.calibrated) < 0.2 * apart(world.scores, world.calibrated));
  }
});

test('scores that mean what they say lose almost nothing by the choice', (t) => {
  for (const classes of [2, 4]) {
    const world = softWorld(`true ${classes}`, 4_000, classes, 1);
    const { losses, held } = choose(world);
    t.true(losses.identity - Math.min(...Object.values(losses)) < 0.002, JSON.stringify(losses));
    t.true(apart(held, world.calibrated) < 0.01);
  }
});

test('with few rows, a curve of any shape costs more than it mends', (t) => {
  const losses = Array.from(
    { length: 20 },
    (_, seed) => choose(binaryWorld(`few ${seed}`, 60, (p) => p)).losses,
  );
  const mean = (kind: 'identity' | 'isotonic') => losses.reduce((sum, loss) => sum + loss[kind], 0) / 20;
  t.true(mean('isotonic') > mean('identity'), `${mean('isotonic')} ${mean('identity')}`);
});

test('what is held out of a fold does not know its classes', (t) => {
  const { scores, truth } = binaryWorld('held', 2_000, stairs);
  const folds = stratifiedFolds(truth, 4, random(2));
  const before = chooseCalibrator(scores, 2, truth, folds);
  const row = folds.indexOf(3);
  const after = chooseCalibrator(scores, 2, truth.with(row, 1 - truth[row]), folds);
  t.is(before.calibrator.kind, 'isotonic');
  t.is(after.calibrator.kind, 'isotonic');
  let changed = 0;
  folds.forEach((fold, r) => {
    if (fold === 3) t.is(after.held[2 * r + 1], before.held[2 * r + 1]);
    else if (after.held[2 * r + 1] !== before.held[2 * r + 1]) changed++;
  });
  t.true(changed > 0);
});

test('the calibrator is fitted to all rows, and the scores stay as they were', (t) => {
  const { scores, truth } = binaryWorld('all', 2_000, stairs);
  const before = scores.slice();
  t.deepEqual(choose({ scores, truth }).calibrator.state, isotonic.fit(scores, 2, truth).state);
  t.deepEqual(scores, before);
});

test('without distributions in two folds nothing is chosen, and the losses say so', (t) => {
  const scores = Float64Array.of(Number.NaN, 0.5, 0, 0, 0.3, 0.7, 0.6, 0.4);
  const { calibrator, losses, held } = chooseCalibrator(
    scores,
    2,
    Int32Array.of(0, 0, 1, 0),
    Int32Array.of(0, 1, 2, 2),
  );
  t.is(calibrator.kind, 'identity');
  t.true(Object.values(losses).every(Number.isNaN));
  t.deepEqual(held, scores);
});

test('a row that is no distribution stays out of the choice', (t) => {
  const { scores, truth } = softWorld('some', 300, 3, 2);
  const folds = stratifiedFolds(truth, 5, random(3));
  const plain = chooseCalibrator(scores, 3, truth, folds);
  const more = chooseCalibrator(
    Float64Array.of(...scores, Number.NaN, 0, 1),
    3,
    Int32Array.of(...truth, 2),
    Int32Array.of(...folds, 9),
  );
  t.deepEqual(more.losses, plain.losses);
  t.deepEqual(more.calibrator.state, plain.calibrator.state);
  t.true(more.held.subarray(900).every(Number.isNaN));
});

test('folds of another length are refused', (t) => {
  const refused = () => chooseCalibrator(Float64Array.of(0.5, 0.5), 2, Int32Array.of(0), Int32Array.of(0, 1));
  t.throws(refused, { instanceOf: DataError, message: /2 folds for 1 rows/ });
});
