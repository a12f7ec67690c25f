import { certifiedRange, noCounts, shareDelta } from '../../../detect/certification/index.js';
import { binomialPValue, fixedSequence, type Random, random } from '../../../lib/stats/index.js';
import type { Scenario } from './scenario.js';

/**
 * Images are clusters: a share of them is hard, and all that goes wrong goes wrong there. Settings of a detector lose objects from
 * the fourth on just more often than is promised, and have just too many false alarms up to the second.
 */
const DELTA = 0.05;
const JUST = 1 + 1e-6;

const IMAGES = 500;
const HARD = 0.25;
/** Objects of a hard image, which are found or missed together; others have one. */
const OBJECTS = 4;
const MEAN_OBJECTS = HARD * OBJECTS + (1 - HARD);
/** Windows of an image. */
const WINDOWS = 200;

const BOUNDS = shareDelta(
  {
    detection: { rate: 0.9, maxObjects: OBJECTS },
    falseDetections: { most: 1, share: 0.1 },
    falsePositives: { rate: 0.02 },
  },
  DELTA,
);
/** True rates of the settings, from permissive to selective. */
const MISSED = [0.01, 0.01, 0.02, 0.02, 0.1 * JUST, 0.13];
const OVER = [0.2, 0.1 * JUST, 0.03, 0.02, 0.01, 0];
const WRONG = [0.1, 0.02 * JUST, 0.003, 0.002, 0, 0];
/** Settings that keep every bound. */
const TRUE = { first: 2, last: 3 };

/** What each setting finds in some images, and how many of all windows it falsely passes. */
function drawImages(chance: Random) {
  const dialCounts = noCounts(MISSED.length, BOUNDS);
  const pooled = new Float64Array(MISSED.length);
  for (let image = 0; image < IMAGES; image++) {
    const isHard = chance.uniform() < HARD;
    const [found, alarm, window] = [chance.uniform(), chance.uniform(), chance.uniform()];
    dialCounts.images++;
    dialCounts.drawn++;
    const objects = isHard ? OBJECTS : 1;
    dialCounts.objects.push(objects);
    const isMissed = (j: number) => isHard && found < (MISSED[j] * MEAN_OBJECTS) / (HARD * OBJECTS);
    dialCounts.met.push(Uint16Array.from(MISSED, (_, j) => (isMissed(j) ? 0 : objects)));
    if (!isHard) continue;
    const others = Array.from({ length: WINDOWS - 1 }, () => chance.uniform());
    for (let j = 0; j < MISSED.length; j++) {
      const wrong = WRONG[j] / HARD;
      dialCounts.over[j] += Number(alarm < OVER[j] / HARD);
      dialCounts.wrong[j] += Number(window < wrong);
      pooled[j] += Number(window < wrong) + others.filter((other) => other < wrong).length;
    }
  }
  return { dialCounts, pooled };
}

export const detectors: Scenario = {
  name: 'a detector certified by images',
  fault: 'a binomial over all windows of the images',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 100,
  async trial(seed) {
    const chance = random(seed).fork('detectors');
    const { dialCounts, pooled } = drawImages(chance);
    const { first, last } = certifiedRange(dialCounts, chance);
    const { rate = 0, delta = 0 } = BOUNDS.falsePositives ?? {};
    const end = pooled.length - 1;
    const walked = fixedSequence(
      (i) => binomialPValue(pooled[end - i], IMAGES * WINDOWS, rate),
      pooled.length,
      delta,
    );
    return {
      broken: first <= last && (first < TRUE.first || last > TRUE.last),
      faultBroken: end - walked < TRUE.first,
    };
  },
};
