import test from 'ava';
import { type CertificationTable, certifyPath } from '../../../cascades/certification/index.js';
import type { Thresholds } from '../../../cascades/chain/index.js';
import { specOf } from '../../../cascades/problem/bound.js';
import { absoluteError } from '../../../index.js';
import { binomialPValue, random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';

/**
 * Numbers whose stage is off by an exponential law of mean 3u, where u is its doubt, uniform over 0 to 1: rows of less
 * doubt than a plan's threshold leave.
 */
const MEAN = 3;
const AT_MOST = 0.25;
const DELTA = 0.05;

/** The true mean of min(|difference|, cap) where rows with a doubt up to `most` leave: E min(X, c) is m (1 - exp(-c/m)). */
function truth(most: number, cap: number): number {
  const steps = 400;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const mean = MEAN * most * ((i + 0.5) / steps);
    sum += mean * (1 - Math.exp(-cap / mean));
  }
  return (sum / steps) * most;
}

const doubts = Array.from({ length: 16 }, (_, j) => 0.3 + 0.015 * j);
const path = doubts.map((doubt): Thresholds => [Float64Array.of(1 - doubt)]);

/** @param asked what the walk tests; the promise is {@link AT_MOST} */
function brokenOf(trials: number, asked: number): number {
  let broken = 0;
  for (let trial = 0; trial < trials; trial++) {
    const draws = random(`limit in units ${trial}`);
    const normals = (n: number) => Float64Array.from({ length: n }, () => draws.normal());
    const spec = specOf({ loss: absoluteError({ atMost: asked }), delta: DELTA }, [], false);
    if (typeof spec !== 'function') throw new TypeError('the cap is to be taken');
    const own = spec(normals(200));
    const full = normals(600);
    const doubt = Float64Array.from(full, () => draws.uniform());
    const table: CertificationTable = {
      stages: [
        {
          answers: full.map((answer, row) => answer - MEAN * doubt[row] * Math.log(1 - draws.uniform())),
          confidence: doubt.map((each) => 1 - each),
          loss: new Float64Array(full.length),
        },
      ],
      full,
      labels: undefined,
      groups: undefined,
      classes: [],
    };
    const { step } = certifyPath(path, table, own, draws);
    if (typeof own.loss !== 'object' || !('absoluteError' in own.loss)) throw new TypeError('no scale');
    if (step >= 0 && truth(doubts[step], own.loss.absoluteError) > AT_MOST) broken++;
  }
  return broken;
}

const trials = atLength(40, 600);
/** The chance of so many broken trials or more, if each breaks with a chance of {@link DELTA}. */
const chanceOf = (broken: number) => binomialPValue(trials - broken, trials, 1 - DELTA);

test('law: with a cap from the tuning rows the mean is at most what was promised, but for a share of delta', (t) => {
  const broken = brokenOf(trials, AT_MOST);
  t.true(chanceOf(broken) > 0.001, `${broken} of ${trials}`);
});

test('planted fault: a limit in other units than the cap’s is found', (t) => {
  const broken = brokenOf(trials, 1.4 * AT_MOST);
  t.true(chanceOf(broken) < 0.001, `${broken} of ${trials}`);
});
