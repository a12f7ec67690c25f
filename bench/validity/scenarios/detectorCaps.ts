import { certifiedRange, noCounts, shareDelta } from '../../../detect/certification/index.js';
import { type Random, random } from '../../../lib/stats/index.js';
import type { Scenario } from './scenario.js';

/** Few images are crowded, and all objects of these are missed: half of the samples have none of them. */
const DELTA = 0.05;
const RATE = 0.9;
const IMAGES = 120;
const CROWDED = 0.0062;
const OBJECTS = 20;
const JUST = 1 + 1e-6;

/** Whether a detector is certified. @param missed share of the images of one object whose object is missed */
function isCertified(
  chance: Random,
  missed: number,
  isCapped: boolean,
): { most: number; certified: boolean } {
  const objects = Array.from({ length: IMAGES }, () => (chance.uniform() < CROWDED ? OBJECTS : 1));
  const most = Math.max(...objects);
  const bounds = shareDelta({ detection: { rate: RATE, ...(isCapped && { maxObjects: most }) } }, DELTA);
  const dialCounts = noCounts(1, bounds);
  for (const count of objects) {
    dialCounts.images++;
    dialCounts.objects.push(count);
    dialCounts.met.push(Uint16Array.of(count === OBJECTS || chance.uniform() < missed ? 0 : 1));
  }
  const { first, last } = certifiedRange(dialCounts, chance);
  return { most, certified: first <= last };
}

/** The share of objects that is missed, of images with at most so many. */
function lostUpTo(most: number): number {
  const crowded = most < OBJECTS ? 0 : CROWDED * OBJECTS;
  return crowded / (crowded + 1 - CROWDED);
}

export const detectorCaps: Scenario = {
  name: 'a detector certified on images with any number of objects, or with at most as many as any has',
  fault: 'a limit of objects set to the most seen, and promised of all images',
  delta: DELTA,
  trials: 2_000,
  quickTrials: 100,
  async trial(seed) {
    const chance = random(seed).fork('detector caps');
    const { most, certified } = isCertified(chance.fork('capped'), 0, true);
    // Each image counts the same: their mean is missed just more often than is promised.
    const missed = ((1 - RATE) * JUST - CROWDED) / (1 - CROWDED);
    const any = isCertified(chance.fork('any'), missed, false);
    return {
      broken: any.certified || (certified && lostUpTo(most) > 1 - RATE),
      faultBroken: certified && lostUpTo(OBJECTS) > 1 - RATE,
    };
  },
};
