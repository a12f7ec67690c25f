import test from 'ava';
import { type ExitsState, exitsStart, exitsStep } from '../../../cascades/monitoring/exitDrift.js';
import { binomialLower, binomialUpper, random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { near } from '../../support/near.js';

const heldBack = (samples: number) => 0.5 / Math.log2(samples + 2);
const capital = (state: ExitsState) =>
  state.logCapitals.reduce((sum, log) => sum + Math.exp(log), heldBack(state.samples));

test('limits are what chance and the tolerance allow on either side', (t) => {
  const { limits } = exitsStart([0.5, 0.5], 1_000, 0.05, 0.04);
  // Four sides, each with a quarter of alpha.
  near(t, limits[0][0], binomialLower(500, 1_000, 0.01) - 0.05, 1e-12);
  near(t, limits[0][1], binomialUpper(500, 1_000, 0.01) + 0.05, 1e-12);
  t.deepEqual(exitsStart([0, 1], 1_000, 0.05, 0.04).limits[1][1], 1);
});

test('the capital is an average of likelihood ratios, evaluated row by row', (t) => {
  const start = exitsStart([0.6, 0.3, 0.1], 400, 0.02, 0.05);
  const batches = [
    [3, 1, 1],
    [0, 2, 0],
  ];
  const state = batches.reduce((before, batch) => exitsStep(before, batch), start);
  t.deepEqual([state.samples, state.counts], [7, [3, 3, 1]]);
  const sides = start.limits.flatMap(([from, to], stage) => [
    { limit: to, beyond: (s: number) => s === stage },
    { limit: 1 - from, beyond: (s: number) => s !== stage },
  ]);
  const open = sides.filter(({ limit }) => limit < 1);
  const rowsOf = (batch: number[]) => batch.flatMap((count, s) => new Array<number>(count).fill(s));
  let expected = heldBack(7);
  for (const { limit, beyond } of open) {
    for (const odds of [1.1, 1.3, 2, 4, 16]) {
      const risk = (odds * limit) / (1 - limit + odds * limit);
      const ratio = (rows: number[]) =>
        rows.reduce((all, s) => all * (beyond(s) ? risk / limit : (1 - risk) / (1 - limit)), 1);
      const each = 1 / (5 * open.length);
      expected += each * (1 - heldBack(5)) * ratio([...rowsOf(batches[0]), ...rowsOf(batches[1])]);
      expected += each * (heldBack(5) - heldBack(7)) * ratio(rowsOf(batches[1]));
    }
  }
  near(t, capital(state), expected, 1e-12);
});

test('a row of which nobody knows where it left is, to every bet, one that is not beyond its limit', (t) => {
  const start = exitsStart([0.6, 0.3, 0.1], 400, 0.02, 0.05);
  const state = exitsStep(exitsStep(start, [3, 1, 1], 2), [0, 0, 0], 3);
  t.like(state, { samples: 10, counts: [3, 1, 1], unknown: 5 });
  for (let stage = 0; stage < 3; stage++) {
    // Wherever they left, no bet has more without them.
    const all = (count: number) => [0, 1, 2].map((s) => (s === stage ? count : 0));
    const first = [3, 1, 1].map((count, s) => count + all(2)[s]);
    const there = exitsStep(exitsStep(start, first), all(3));
    state.logCapitals.forEach((log, j) => {
      t.true(log <= there.logCapitals[j] + 1e-12);
    });
  }
});

/** Batches of 50 rows of two stages until the alarm, Infinity without one. */
function alarmAfter(start: ExitsState, share: number, most: number, rng: ReturnType<typeof random>): number {
  let state = start;
  while (!state.alarm && state.samples < most) {
    let early = 0;
    for (let i = 0; i < 50; i++) if (rng.uniform() < share) early++;
    state = exitsStep(state, [early, 50 - early]);
  }
  return state.alarm ? state.samples : Infinity;
}

test('with shares right at a limit, false alarms are rarer than alpha', (t) => {
  const rng = random('exits');
  const [alpha, trials] = [0.2, atLength(80, 200)];
  const start = exitsStart([0.7, 0.3], 2_000, 0.05, alpha);
  for (const side of [0, 1] as const) {
    const share = start.limits[0][side];
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++)
      if (alarmAfter(start, share, 4_000, rng) < Infinity) alarms++;
    t.true(alarms <= alpha * trials, `${alarms} of ${trials}`);
    t.true(alarms > 0, 'the limit is sharp enough for some');
  }
});

test('a stage that loses a fifth of its rows is noticed within a thousand, also after a long good time', (t) => {
  const rng = random('shift');
  const start = exitsStart([0.7, 0.3], 2_000, 0.05, 0.01);
  const median = (from: ExitsState) =>
    Array.from({ length: 51 }, () => alarmAfter(from, 0.5, from.samples + 100_000, rng) - from.samples).sort(
      (a, b) => a - b,
    )[25];
  t.true(median(start) < 1_000, `${median(start)}`);
  let calm = start;
  for (let i = 0; i < 1_000; i++) calm = exitsStep(calm, [700, 300]);
  t.false(calm.alarm);
  t.true(median(calm) < 2_000, `${median(calm)}`);
});

test('an alarm stays, and begun anew the test asks for half the level', (t) => {
  const start = exitsStart([0.7, 0.3], 2_000, 0.05, 0.01);
  const alarmed = exitsStep(start, [0, 200]);
  t.true(alarmed.alarm);
  t.true(exitsStep(alarmed, [7_000, 3_000]).alarm);
  let again = exitsStart([0.7, 0.3], 2_000, 0.05, 0.01, 2);
  t.deepEqual({ ...again, restarts: 0 }, start);
  let last = 1;
  while (!again.alarm) {
    last = again.pValue;
    again = exitsStep(again, [0, 1]);
  }
  t.true(last > 0.0025 && again.pValue <= 0.0025);
});
