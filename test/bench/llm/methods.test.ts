import test from 'ava';
import { clusterVote, directions } from '../../../bench/llm/clusterVote.js';
import { type Batch, count, drawOf } from '../../../bench/llm/draw.js';
import { fixedThreshold } from '../../../bench/llm/fixed.js';
import { hypac } from '../../../bench/llm/hypac.js';
import { bargainDraw, oracleShare } from '../../../bench/llm/methods.js';
import { bestOfFive, chosenOnSample, ourDraw, ourTest } from '../../../bench/llm/ours.js';
import { tracerGate } from '../../../bench/llm/tracer.js';
import { brokenAtLeast } from '../../../bench/llm/trials.js';
import { random } from '../../../lib/stats/index.js';

/** A student that is as sure as it is right: confidence from .5 on, and an answer is wrong with what is left of 1. */
function evidence(rows: number, seed: number) {
  const draw = random(seed).fork('evidence');
  const confidence = Float64Array.from({ length: rows }, () => 0.5 + 0.5 * draw.uniform());
  const truth = Int32Array.from({ length: rows }, () => draw.integer(2));
  const answers = Float64Array.from(truth, (own, row) => (draw.uniform() < confidence[row] ? own : 1 - own));
  const loss = Float64Array.from(truth, (own, row) => Number(answers[row] !== own));
  return { truth, stage: { answers, confidence, loss } };
}

const known = evidence(1_000, 1);
const others = evidence(2_000, 2);
const batch: Batch = {
  classes: 2,
  known: known.stage,
  others: others.stage,
  truth: others.truth,
  allowed: 200,
  delta: 0.05,
};

test('a row that leaves and was asked about isn’t wrong', (t) => {
  const asked = new Uint8Array(2_000).fill(1, 0, 500);
  const { requested, wrong, drawn } = drawOf(batch, (row) => row < 1_000, asked);
  t.is(drawn, 500);
  t.is(count(requested), 1_500);
  t.is(
    wrong,
    others.stage.loss.subarray(500, 1_000).reduce((sum, lost) => sum + lost, 0),
  );
});

test('no method asks about fewer rows than who knows the answers', (t) => {
  const least = oracleShare(batch) * 2_000;
  const test1 = ourTest(batch);
  t.true(count(ourDraw(batch, test1, 1).requested) > least);
  t.true(count(bargainDraw(batch, 1).requested) > least);
  t.true(count(hypac(batch, evidence(2_000, 3).stage, random(1)).requested) > least);
  t.is(
    count(fixedThreshold(batch, 0.85).requested),
    others.stage.confidence.filter((sure) => sure < 0.85).length,
  );
});

test('the gate of TRACER: an exact lower limit on 70 % of the rows, and a point estimate on the others', (t) => {
  /** 100 known rows of three confidences, the surest all right; then so many of the second are wrong, and all of the third. */
  const gate = (wrong: number) => {
    const confidence = Float64Array.from({ length: 100 }, (_, row) =>
      row < 50 ? 0.9 : row < 90 ? 0.8 : 0.7,
    );
    const loss = Float64Array.from(confidence, (_, row) =>
      Number(row >= 90 || (row >= 50 && row < 50 + wrong)),
    );
    const stage = { answers: new Float64Array(100), confidence, loss };
    const batch = { ...given, known: stage, others: stage, truth: new Int32Array(100) };
    return 100 - count(tracerGate(batch, random(1)).requested);
  };
  const given: Omit<Batch, 'known' | 'others' | 'truth'> = { classes: 1, allowed: 10, delta: 0.05 };
  // 35 of 35 right: at least 93.6 % at 90 %. The third class of confidence would bring 10 % of errors.
  t.is(gate(0), 90);
  // 60 rows and some errors: the limit falls below 90 %, the estimate doesn't.
  t.is(gate(6), 50);
});

test('rows that a test may ask about, and those that no likely plan lets out, are all others', (t) => {
  const { open, closed, design } = ourTest(batch);
  t.is(new Set([...open, ...closed]).size, 2_000);
  t.true(design.count > 0 && design.count < open.length);
});

test('faults that the trials are to flag are flagged, and the test itself isn’t', (t) => {
  const own = ourTest(batch);
  const over = (draw: (seed: number) => { readonly wrong: number }) => ({
    calls: 0,
    drawn: 0,
    draws: 60,
    broken: Array.from({ length: 60 }, (_, seed) => draw(seed).wrong).filter((wrong) => wrong > 200).length,
  });
  t.true(brokenAtLeast([over((seed) => ourDraw(batch, own, seed))]) <= 0.05);
  t.true(brokenAtLeast([over((seed) => chosenOnSample(batch, own, seed))]) > 0.05);
  t.true(brokenAtLeast([over((seed) => bestOfFive(batch, own, seed))]) > 0.05);
});

test('clusters whose votes are clear are answered by a few of their rows, others row by row', (t) => {
  const kinds = ['red apples grow', 'blue rivers flow', 'green forests stand'];
  const rows = Array.from({ length: 600 }, (_, row) => ({
    text: `${kinds[row % 3]} number${row % 7}`,
    answer: row % 3,
    said: new Float64Array(3),
  }));
  const clear = clusterVote(rows, directions(rows), 0.9, 1);
  t.is(clear.wrong, 0);
  t.true(count(clear.requested) < 300, String(count(clear.requested)));
  const draw = random(5);
  const noise = rows.map((row) => ({ ...row, answer: draw.integer(3) }));
  t.true(count(clusterVote(noise, directions(noise), 0.9, 1).requested) > 500);
});
