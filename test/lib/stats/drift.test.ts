import test from 'ava';
import fc from 'fast-check';
import { DataError, OptionError } from '../../../lib/errors.js';
import {
  type DriftLosses,
  type DriftState,
  driftRestart,
  driftRun,
  driftStart,
  driftStep,
  leastLoss,
  random,
} from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { near } from '../../support/near.js';

/** The whole capital: what the bets have in play, and what is held back. */
const capital = (state: DriftState) =>
  state.logCapitals.reduce((sum, log) => sum + Math.exp(log), 0.5 / Math.log2(state.samples + 2));

const after = (start: DriftState, losses: readonly number[]) => losses.reduce(driftStep, start);

/** Samples until the alarm, Infinity without one. */
function alarmAfter(start: DriftState, most: number, draw: (sample: number) => number): number {
  let state = start;
  while (!state.alarm && state.samples < most) state = driftStep(state, draw(state.samples));
  return state.alarm ? state.samples : Infinity;
}

function median(trials: number, trial: () => number): number {
  return Array.from({ length: trials }, trial).sort((a, b) => a - b)[trials >> 1];
}

test('the first loss, by hand', (t) => {
  const start = driftStart(0.1, 0.05);
  near(t, capital(start), 1, 1e-15);
  // Odds of 1/9, raised: risks of 1/7, 2/11, 5/23, 4/13 and 8/17, each over .1.
  const risks = [1 / 7, 2 / 11, 5 / 23, 4 / 13, 8 / 17];
  const [inPlay, heldBack] = [1 - 0.5 / Math.log2(3), 0.5 / Math.log2(3)];
  const wrong = risks.reduce((sum, m) => sum + m / 0.1, 0) / 5;
  near(t, 1 / driftStep(start, 1).pValue, inPlay * wrong + heldBack, 1e-13);
  const right = risks.reduce((sum, m) => sum + (1 - m) / 0.9, 0) / 5;
  near(t, capital(driftStep(start, 0)), inPlay * right + heldBack, 1e-13);
  t.is(driftStep(start, 0).pValue, 1);
  // Between them the capital is a straight line.
  near(t, capital(driftStep(start, 0.3)), inPlay * (0.3 * wrong + 0.7 * right) + heldBack, 1e-13);
});

test('the capital is an average of products, over bets and over when they begin, evaluated plainly', (t) => {
  const [epsilon, losses] = [0.05, [0, 1, 0, 0, 0.5, 1, 1, 0, 0.2, 0]];
  const heldBack = (samples: number) => 0.5 / Math.log2(samples + 2);
  let expected = heldBack(losses.length);
  for (const odds of [1.5, 2, 2.5, 4, 8]) {
    const lambda = (odds - 1) / (1 + (odds - 1) * epsilon);
    for (let begin = 0; begin < losses.length; begin++) {
      const share = heldBack(begin) - heldBack(begin + 1) + (begin === 0 ? 0.5 : 0);
      const product = losses.slice(begin).reduce((all, x) => all * (1 + lambda * (x - epsilon)), 1);
      expected += (share / 5) * product;
    }
  }
  near(t, capital(after(driftStart(epsilon, 0.01), losses)), expected, 1e-12);
});

/** Over all sequences of so many losses, each with its chance: the mean capital, and the chance of an alarm. */
function overAll(
  start: DriftState,
  length: number,
  steps: readonly (readonly [loss: number, chance: number])[],
) {
  let [mean, alarms] = [0, 0];
  const visit = (state: DriftState, chance: number): void => {
    if (state.samples === length) {
      mean += chance * capital(state);
      if (state.alarm) alarms += chance;
      return;
    }
    for (const [loss, share] of steps) if (share > 0) visit(driftStep(state, loss), chance * share);
  };
  visit(start, 1);
  return { mean, alarms };
}

test('over all sequences at exactly epsilon, the capital stays 1 on average and the alarm is rarer than alpha', (t) => {
  const [epsilon, alpha, length] = [0.2, 0.1, 13];
  const steps = [
    [0, 1 - epsilon],
    [1, epsilon],
  ] as const;
  const { mean, alarms } = overAll(driftStart(epsilon, alpha), length, steps);
  near(t, mean, 1, 1e-12);
  t.true(alarms > 0.005 && alarms <= alpha, `${alarms}`);
});

test('over all sequences of losses that are any numbers in [0, 1], likewise', (t) => {
  // Each with a mean of exactly epsilon.
  const worlds = [
    {
      epsilon: 0.2,
      steps: [
        [0.1, 0.5],
        [0.2, 0.25],
        [0.4, 0.25],
      ],
    },
    {
      epsilon: 0.2,
      steps: [
        [0, 0.7],
        [0.5, 0.2],
        [1, 0.1],
      ],
    },
    {
      epsilon: 0.05,
      steps: [
        [0.04, 0.95],
        [0.24, 0.05],
      ],
    },
  ] as const;
  for (const { epsilon, steps } of worlds) {
    const { mean, alarms } = overAll(driftStart(epsilon, 0.1), 9, steps);
    near(t, mean, 1, 1e-12);
    t.true(alarms <= 0.1, `${alarms}`);
  }
});

test('over all sequences of paired losses, likewise', (t) => {
  const [epsilon, alpha, length] = [0.1, 0.2, 9];
  for (const gained of [0, 0.05, 0.3]) {
    const { mean, alarms } = overAll(driftStart(epsilon, alpha, 'paired'), length, [
      [1, gained + epsilon],
      [0, 1 - 2 * gained - epsilon],
      [-1, gained],
    ]);
    near(t, mean, 1, 1e-12);
    t.true(alarms <= alpha, `${alarms}`);
  }
});

test('in a long trial at exactly epsilon, false alarms are rarer than alpha, and there are some', (t) => {
  const rng = random('false alarms');
  const [epsilon, alpha, trials] = [0.05, 0.2, atLength(60, 150)];
  let alarms = 0;
  for (let trial = 0; trial < trials; trial++) {
    const found = alarmAfter(driftStart(epsilon, alpha), 2_000, () => (rng.uniform() < epsilon ? 1 : 0));
    if (found < Infinity) alarms++;
  }
  t.true(alarms <= alpha * trials, `${alarms} of ${trials}`);
  t.true(alarms > 0.3 * alpha * trials, `${alarms} of ${trials}`);
});

test('a risk that has doubled is noticed after some 1,200 losses, one five times as high after some 130', (t) => {
  const rng = random('drift');
  const start = driftStart(0.01, 0.01);
  const at = (risk: number) => () => (rng.uniform() < risk ? 1 : 0);
  const doubled = median(atLength(51, 201), () => alarmAfter(start, 20_000, at(0.02)));
  t.true(doubled > 900 && doubled <= 1_300, `${doubled}`);
  const fivefold = median(atLength(201, 801), () => alarmAfter(start, 20_000, at(0.05)));
  t.true(fivefold > 100 && fivefold <= 130, `${fivefold}`);
});

test('a drift after a long good time is noticed hardly later than one at the start', (t) => {
  const rng = random('late');
  const good = 10_000;
  let calm = driftStart(0.01, 0.01);
  for (let i = 0; i < good; i++) calm = driftStep(calm, rng.uniform() < 0.005 ? 1 : 0);
  t.false(calm.alarm);
  const late = median(101, () => alarmAfter(calm, 2 * good, () => (rng.uniform() < 0.05 ? 1 : 0))) - good;
  t.true(late < 500, `${late}`);
});

test('accuracy lost by late labels is noticed, gains that outweigh it are not', (t) => {
  const rng = random('labels');
  const draw = (lost: number, gained: number) => () => {
    const u = rng.uniform();
    return u < lost ? 1 : u < lost + gained ? -1 : 0;
  };
  const start = driftStart(0.01, 0.01, 'paired');
  t.true(median(101, () => alarmAfter(start, 10_000, draw(0.06, 0.01))) < 700);
  t.is(alarmAfter(start, 10_000, draw(0.06, 0.06)), Infinity);
});

test('a larger loss never raises the p-value, and a larger epsilon never lowers it', (t) => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom<DriftLosses>('bounded', 'paired'),
      fc.array(unit, { minLength: 1, maxLength: 40 }),
      fc.double({ min: 1e-4, max: 0.9, noNaN: true }),
      unit,
      unit,
      (kind, shares, epsilon, where, more) => {
        const losses = shares.map((share) => (kind === 'paired' ? 2 * share - 1 : share));
        const p = after(driftStart(epsilon, 0.05, kind), losses).pValue;
        const i = Math.floor(where * (losses.length - 1));
        const worse = losses.with(i, losses[i] + more * (1 - losses[i]));
        t.true(after(driftStart(epsilon, 0.05, kind), worse).pValue <= p * (1 + 1e-12));
        const laxer = epsilon + 0.99 * more * (1 - epsilon);
        t.true(after(driftStart(laxer, 0.05, kind), losses).pValue >= p * (1 - 1e-12));
      },
    ),
    { seed: 31, numRuns: 500 },
  );
});

test('a row that counts as the least loss only takes capital, and so can stand for one that is no sample at all', (t) => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom<DriftLosses>('bounded', 'paired'),
      fc.constantFrom(1e-4, 0.01, 0.2),
      fc.array(unit, { maxLength: 30 }),
      (kind, epsilon, losses) => {
        const state = after(driftStart(epsilon, 0.05, kind), losses);
        t.true(capital(driftStep(state, leastLoss(kind))) <= capital(state) * (1 + 1e-12));
      },
    ),
    { seed: 13, numRuns: 200 },
  );
});

test('a run of equal losses leaves no more capital than its steps, and hardly less', (t) => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom<DriftLosses>('bounded', 'paired'),
      fc.constantFrom(1e-4, 0.01, 0.2),
      fc.array(unit, { maxLength: 30 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.boolean(),
      fc.array(unit, { maxLength: 20 }),
      (kind, epsilon, shares, count, isLeast, later) => {
        const loss = isLeast && kind === 'paired' ? -1 : 0;
        const losses = shares.map((share) => (kind === 'paired' ? 2 * share - 1 : share) ** 3);
        const before = after(driftStart(epsilon, 0.05, kind), losses);
        const slow = after(before, new Array<number>(count).fill(loss));
        const quick = driftRun(before, loss, count);
        t.is(quick.samples, slow.samples);
        near(t, quick.sum, slow.sum, 1e-12);
        t.is(quick.pValue, slow.pValue);
        const [most, least] = [capital(slow), capital(quick)];
        t.true(least <= most * (1 + 1e-12), `${least} > ${most}`);
        t.true(least >= 0.95 * most, `${least} < ${most}`);
        quick.logCapitals.forEach((log, j) => {
          t.true(log <= slow.logCapitals[j] + 1e-9, `bet ${j}: ${log} > ${slow.logCapitals[j]}`);
          t.true(log >= slow.logCapitals[j] - 0.7, `bet ${j}: ${log} < ${slow.logCapitals[j]}`);
        });
        const onwards = (state: DriftState) => after(state, later).pValue;
        t.true(onwards(quick) >= onwards(slow) * (1 - 1e-9));
      },
    ),
    { seed: 12, numRuns: 80 },
  );
});

test('a run of a quadrillion losses is one step, which a drift is noticed after', (t) => {
  for (const count of [1e6, 1e15]) {
    const calm = driftRun(driftStart(0.01, 0.01), 0, count);
    t.is(calm.samples, count);
    t.true(calm.logCapitals.every(Number.isFinite));
    t.true(alarmAfter(calm, count + 60, () => 1) < count + 40);
  }
  let steps = driftStart(0.01, 0.01);
  for (let i = 0; i < 1e5; i++) steps = driftStep(steps, 0);
  const losses = (state: DriftState) => {
    const rng = random('after a run');
    return alarmAfter(state, 1.1e5, () => Number(rng.uniform() < 0.05));
  };
  t.true(losses(driftRun(driftStart(0.01, 0.01), 0, 1e5)) - losses(steps) <= 20);
});

test('only a run that can raise no alarm is taken at once', (t) => {
  const start = driftStart(0.1, 0.01);
  t.is(driftRun(start, 0, 0), start);
  for (const loss of [0.2, -1, Number.NaN])
    t.throws(() => driftRun(start, loss, 2), { instanceOf: DataError, message: /from 0 to epsilon, 0.1/ });
  t.notThrows(() => driftRun(driftStart(0.1, 0.01, 'paired'), -1, 2));
});

test('an alarm stays until the restart, which tests at half the level each time', (t) => {
  let state = after(driftStart(0.01, 0.05), [1, 1, 1, 1]);
  t.true(state.alarm && state.pValue <= 0.05);
  t.true(after(state, new Array<number>(500).fill(0)).alarm);
  for (let k = 1; k <= 3; k++) {
    state = driftRestart(state);
    t.deepEqual({ ...state, restarts: 0 }, driftStart(0.01, 0.05));
    t.is(state.restarts, k);
    while (!state.alarm) {
      t.true(state.pValue > 0.05 / 2 ** k);
      state = driftStep(state, 1);
    }
    t.true(state.pValue <= 0.05 / 2 ** k);
  }
});

test('a state is plain data: through JSON and on it is the same test', (t) => {
  const losses = [0, 1, 0, 0.5, 0, 0, 1, 0];
  const half = after(driftStart(0.02, 0.05), losses.slice(0, 4));
  const read: DriftState = JSON.parse(JSON.stringify(half));
  t.deepEqual(after(read, losses.slice(4)), after(driftStart(0.02, 0.05), losses));
  t.deepEqual([half.samples, half.sum], [4, 1.5]);
});

test('two hundred thousand losses of zero leave numbers that can be saved, and an alarm that can still be raised', (t) => {
  let state = driftStart(0.01, 0.01);
  for (let i = 0; i < 2e5; i++) state = driftStep(state, 0);
  t.true(state.logCapitals.every(Number.isFinite));
  t.true(alarmAfter(state, 2e5 + 40, () => 1) < 2e5 + 20);
});

test('a limit, a level or a loss out of range is refused', (t) => {
  for (const bad of [0, 1, -0.1, Number.NaN]) {
    t.throws(() => driftStart(bad, 0.01), { instanceOf: OptionError, message: /epsilon/ });
    t.throws(() => driftStart(0.01, bad), { instanceOf: OptionError, message: /alpha/ });
  }
  for (const bad of [-0.1, 1.1, Number.NaN]) {
    t.throws(() => driftStep(driftStart(0.01, 0.01), bad), { instanceOf: DataError, message: /sample 0/ });
  }
  t.throws(() => driftStep(driftStart(0.01, 0.01, 'paired'), -1.1), {
    instanceOf: DataError,
    message: /from -1 to 1/,
  });
});
