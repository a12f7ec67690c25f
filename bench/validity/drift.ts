import { median } from 'simple-statistics';
import { driftStart, driftStep, type Random, random } from '../../lib/stats/index.js';
import { atMost, type Check, leftOut } from '../harness/checks.js';

const PROMISED = 0.01;
const ALPHA = 0.01;
/** Samples in which an audit of a promise that is just kept may raise no alarm. */
const CALM = 20_000;

/** How soon the audit's test notices a loss beyond the promised one, and how often it is wrong where it is just kept. */
export function driftFigures(seed: number, quick: boolean) {
  const chance = random(seed).fork('drift');
  const audits = (loss: number, trials: number, most: number) =>
    Float64Array.from({ length: trials }, (_, t) => samplesToAlarm(loss, most, chance.fork(`${loss} ${t}`)));
  const drifts = [
    { loss: 0.02, goal: 1_300 },
    { loss: 0.05, goal: 130 },
  ].map(({ loss, goal }) => {
    const trials = quick ? 20 : 4_000;
    const samples = [...audits(loss, trials, Number.POSITIVE_INFINITY)];
    return { promised: PROMISED, loss, alpha: ALPHA, trials, median: median(samples), goal };
  });
  const calm = audits(PROMISED, quick ? 2 : 1_000, CALM);
  const falseAlarms = calm.filter(Number.isFinite).length;
  return { drifts, calm: { promised: PROMISED, samples: CALM, trials: calm.length, falseAlarms } };
}

/** Infinity where there is none among the first `most`. */
function samplesToAlarm(loss: number, most: number, chance: Random): number {
  let state = driftStart(PROMISED, ALPHA);
  while (!state.alarm) {
    if (state.samples >= most) return Number.POSITIVE_INFINITY;
    state = driftStep(state, Number(chance.uniform() < loss));
  }
  return state.samples;
}

/** A short run has too few trials for medians and rare alarms, so it isn't checked. */
export function driftChecks({ drifts, calm }: ReturnType<typeof driftFigures>, quick: boolean): Check[] {
  const check = (what: string, value: number, most: number) =>
    quick ? leftOut(what, `<= ${most}`, 'a short run') : atMost(what, value, most);
  return [
    ...drifts.map(({ loss, median, goal }) =>
      check(`audit, 1 % -> ${100 * loss} %: median samples to alarm`, median, goal),
    ),
    check(`audit: share of false alarms over ${CALM} samples`, calm.falseAlarms / calm.trials, ALPHA),
  ];
}
