import test from 'ava';
import { ownWork } from '../../../lib/costs/ownWork.js';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import { type Decision, EXIT_SCORES } from '../../../lib/learn/exits/index.js';
import { near } from '../../support/near.js';

const ROWS = 60;
const WIDTH = 3;
const truth = Float64Array.from({ length: ROWS }, (_, row) => row % WIDTH);
/** The true class has half of the probability, or a quarter. */
const scores = Float64Array.from({ length: ROWS * WIDTH }, (_, i) => {
  const row = Math.floor(i / WIDTH);
  const isTrue = i % WIDTH === truth[row];
  return row % 4 === 0 ? (isTrue ? 0.25 : 0.375) : isTrue ? 0.5 : 0.25;
});
const kinds = Object.keys(EXIT_SCORES);
/** Of each exit score, the first to be measured, what {@link readOf} makes it take. */
const own = Object.fromEntries(kinds.map((kind, i) => [kind, 10 * (i + 1)]));
const blocks = [denseBlock(ROWS, 2, new Float32Array(2 * ROWS).fill(1))];

/** What is read where each subject takes ten microseconds a row more than the one before it. */
async function readOf(decision: Decision, of: Float64Array, width: number) {
  const { subjects, read } = await ownWork(decision, of, width, truth, blocks);
  const { exits, engine } = read(subjects.map((_, i) => [{ rows: 1024, time: 1024 * 10 * (i + 1) }]));
  return { names: subjects.map(({ name }) => name), subjects, exits, engine };
}

test('of classes every exit score and calibration is measured, calibrations beyond the probability alone', async (t) => {
  const { names, exits, engine } = await readOf({ kind: 'argmax' }, scores, WIDTH);
  const rules = [...kinds, 'temperature', 'platt', 'isotonic'];
  t.deepEqual(names, [...rules, 'an engine of 0 stages', 'an engine of 1 stages', 'cutting blocks']);
  t.deepEqual(exits.score, own);
  const past = 10 * kinds.length;
  t.deepEqual(exits.calibration, { temperature: past, platt: past + 10, isotonic: past + 20 });
  // The fourth and the fifth after exit scores, and the sixth for each of two numbers a row.
  t.deepEqual({ ...engine, perEntry: 0 }, { perRow: past + 40, perStage: 10, perEntry: 0 });
  near(t, engine.perEntry, (past + 60) / 2, 1e-12);
});

test('of numbers the one exit score is measured', async (t) => {
  const { exits } = await readOf({ kind: 'value' }, truth, 1);
  t.deepEqual(exits, { score: { interval: 10 }, calibration: {} });
});

test('scores that are no probabilities are calibrated by nothing', async (t) => {
  const { exits } = await readOf(
    { kind: 'argmax' },
    scores.map((score) => 2 + score),
    WIDTH,
  );
  t.deepEqual(exits, { score: own, calibration: {} });
});

test('each subject runs on batches larger than the rows that there are', async (t) => {
  const { subjects } = await readOf({ kind: 'argmax' }, scores, WIDTH);
  for (const { name, ready } of subjects) {
    const run = await ready(1024, 3);
    await t.notThrowsAsync(async () => run(), name);
  }
});
